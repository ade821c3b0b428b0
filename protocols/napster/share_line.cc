#include "protocols/napster/share_line.h"

#include <algorithm>
#include <limits>

namespace p2p::napster {

namespace {

std::uint32_t number_or_zero(std::string_view field) {
  const auto value = number(field, std::numeric_limits<std::uint32_t>::max());
  return static_cast<std::uint32_t>(value.value_or(0));
}

std::string with_replaced(std::string_view name, char from, char to) {
  std::string copy(name);
  std::replace(copy.begin(), copy.end(), from, to);
  return copy;
}

}  // namespace

Result<ShareLine> parse_share(std::span<const std::string_view> fields) {
  if (fields.size() < kShareFields) return fail(Errc::malformed, "too few fields for a file");
  const auto size = number(fields[2]);
  if (fields[0].empty() || fields[1].empty() || !size)
    return fail(Errc::malformed, "a file without name, hash or size");
  ShareLine share;
  share.name = fields[0];
  share.hash = fields[1];
  share.size_bytes = *size;
  share.media.bitrate_kbps = number_or_zero(fields[3]);
  share.media.sample_rate_hz = number_or_zero(fields[4]);
  share.media.duration_s = number_or_zero(fields[5]);
  share.sha1 = last_field_sha1(fields.subspan(kShareFields));
  return share;
}

void append_share(Line& line, const ShareLine& share) {
  line.quoted(share.name).word(share.hash).number(share.size_bytes);
  line.number(share.media.bitrate_kbps)
      .number(share.media.sample_rate_hz)
      .number(share.media.duration_s);
}

void append_sha1(Line& line, const std::optional<Sha1>& sha1) {
  if (sha1) line.word(to_urn(*sha1));
}

std::optional<Sha1> last_field_sha1(std::span<const std::string_view> fields) {
  if (fields.empty()) return {};
  return sha1_from_urn(fields.back());
}

std::string hash_field(const std::optional<Md5>& md5) {
  return md5 ? to_hex(*md5) : std::string(kMd5HexDigits, '0');
}

std::optional<Md5> md5_of_hash_field(std::string_view hash) {
  const auto md5 = md5_from_hex(hash.substr(0, kMd5HexDigits));
  if (md5 && *md5 == Md5{}) return {};
  return md5;
}

std::string to_wire_name(std::string_view name) {
  return with_replaced(name, '/', '\\');
}

std::string from_wire_name(std::string_view name) {
  return with_replaced(name, '\\', '/');
}

}  // namespace p2p::napster
