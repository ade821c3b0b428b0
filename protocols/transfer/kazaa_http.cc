#include "protocols/transfer/kazaa_http.h"

#include <algorithm>
#include <string_view>

#include "protocols/transfer/http_request.h"

namespace p2p::transfer {

namespace {

// fasttrack.md, section 4.1; 57 (0x39) is ours.
constexpr std::string_view kYear = "1";
constexpr std::string_view kHash = "3";
constexpr std::string_view kTitle = "4";
constexpr std::string_view kDuration = "5";
constexpr std::string_view kArtist = "6";
constexpr std::string_view kAlbum = "8";
constexpr std::string_view kGenre = "14";
constexpr std::string_view kBitrate = "21";
constexpr std::string_view kSha1 = "57";

void write_tag(HeaderBlockWriter& head, std::string_view number, std::string_view value) {
  if (value.empty()) return;
  head.field("X-KazaaTag", std::string(number) + '=' + std::string(value));
}

void write_tag(HeaderBlockWriter& head, std::string_view number, std::uint32_t value) {
  if (value != 0) write_tag(head, number, std::to_string(value));
}

std::optional<UuHash> read_hash(std::string_view value) {
  const auto hash = uuhash_from_sig2dat(value);
  return hash ? hash : uuhash_from_hex(value);
}

}  // namespace

std::string kazaa_request(const FetchAsk& ask, const Dialect& us, std::uint64_t at,
                          std::uint64_t end) {
  std::string target = path_of(ask.uuhash);
  if (ask.absolute) target = "http://" + to_text(ask.host) + target;
  HeaderBlockWriter head("GET " + target + " HTTP/1.1");
  head.field("Host", to_text(ask.host)).field("UserAgent", ask.agent);
  head.field("Connection", "Keep-Alive");
  head.field("Range", "bytes=" + std::to_string(at) + '-' + std::to_string(end - 1));
  write_kazaa_names(head, us);
  return head.text();
}

void write_kazaa_names(HeaderBlockWriter& head, const Dialect& us) {
  if (!us.nick.empty()) head.field("X-Kazaa-Username", us.nick);
  head.field("X-Kazaa-Network", "KaZaA");
  if (us.node.port != 0) head.field("X-Kazaa-IP", to_text(us.node));
  if (us.supernode.port != 0) head.field("X-Kazaa-SupernodeIP", to_text(us.supernode));
}

void write_kazaa_tags(HeaderBlockWriter& head, const SharedFile& file) {
  if (file.uuhash) write_tag(head, kHash, to_sig2dat(*file.uuhash));
  if (file.sha1) write_tag(head, kSha1, to_base32(*file.sha1));
  write_tag(head, kTitle, file.tags.title);
  write_tag(head, kArtist, file.tags.artist);
  write_tag(head, kAlbum, file.tags.album);
  write_tag(head, kGenre, file.tags.genre);
  write_tag(head, kYear, file.tags.year);
  write_tag(head, kDuration, file.media.duration_s);
  write_tag(head, kBitrate, file.media.bitrate_kbps);
}

// The lines have been joined by ", ", which may stand in a value too: what follows it there passes
// for a tag of its own, behind the true ones.
KazaaTags read_kazaa_tags(const HeaderBlock& head) {
  constexpr std::string_view kBetween = ", ";
  KazaaTags out;
  std::string_view list = head.value("X-KazaaTag");
  for (std::size_t looked = 0; !list.empty() && looked < kMaxKazaaTags; ++looked) {
    const std::string_view item = list.substr(0, list.find(kBetween));
    list.remove_prefix(std::min(item.size() + kBetween.size(), list.size()));
    const std::string_view number = item.substr(0, item.find('='));
    const std::string_view value = item.substr(std::min(number.size() + 1, item.size()));
    if (number == kHash && !out.hash) out.hash = read_hash(value);
    if (number == kSha1 && !out.sha1) out.sha1 = sha1_from_base32(value);
  }
  return out;
}

}  // namespace p2p::transfer
