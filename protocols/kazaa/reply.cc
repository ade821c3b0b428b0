#include "protocols/kazaa/reply.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace p2p::kazaa {

namespace {

constexpr char kUserEnd = '\1';
constexpr std::byte kSameUser{2};
constexpr std::size_t kHeadBytes = 10;

// Up to `end`, which is passed over; nothing when there is none.
std::optional<std::string_view> read_until(Reader& reader, char end) {
  const std::size_t length = text_of(reader.rest()).find(end);
  if (length == std::string_view::npos) return {};
  const std::string_view text = text_of(reader.take(length));
  reader.skip(1);
  return text;
}

// Takes both names from an earlier result; without one they stay empty.
void take_names(ReplyFile& result, const std::vector<ReplyFile>& earlier) {
  const auto same = std::ranges::find(earlier, result.endpoint, &ReplyFile::endpoint);
  result.user = same == earlier.end() ? std::string_view{} : same->user;
  result.network = same == earlier.end() ? std::string_view{} : same->network;
}

bool read_names(Reader& reader, ReplyFile& result, const std::vector<ReplyFile>& earlier) {
  if (!reader.empty() && reader.rest().front() == kSameUser) {
    reader.skip(1);
    take_names(result, earlier);
    return true;
  }
  const auto user = read_until(reader, kUserEnd);
  const auto network = user ? read_until(reader, '\0') : std::nullopt;
  if (!network) return false;
  result.user = as_user_name(*user);
  result.network = as_user_name(*network).substr(0, kMaxNetworkName);
  return true;
}

void append_result(Buffer& out, const ReplyFile& result) {
  append_endpoint(out, result.endpoint);
  Writer(out)
      .u8(result.bandwidth)
      .text(as_user_name(result.user))
      .u8(static_cast<std::uint8_t>(kUserEnd))
      .text(as_user_name(result.network).substr(0, kMaxNetworkName))
      .u8(0);
  append_file(out, result.file);
}

void set_count(Buffer& payload, std::size_t count) {
  payload[kHeadBytes - 2] = static_cast<std::byte>(count >> 8U);
  payload[kHeadBytes - 1] = static_cast<std::byte>(count & 0xffU);
}

}  // namespace

bool Told::add(const Endpoint& at, const UuHash& hash) {
  const std::pair result(at, hash);
  if (std::ranges::find(all_, result) != all_.end()) return false;
  all_.push_back(result);
  return true;
}

Result<Reply> decode_reply(Bytes payload) {
  Reader reader(payload);
  Reply reply;
  reply.supernode = read_endpoint(reader);
  reply.search_id = reader.u16be();
  const std::size_t count = reader.u16be();
  if (reader.failed()) return fail(Errc::malformed, "reply cut short");
  reply.files.reserve(std::min(count, reader.size() / kLeastResultBytes));
  for (std::size_t i = 0; i < count; ++i) {
    ReplyFile result;
    result.endpoint = read_endpoint(reader);
    result.bandwidth = reader.u8();
    if (!read_names(reader, result, reply.files))
      return fail(Errc::malformed, "a result's name without an end");
    auto file = read_file(reader);
    if (!file) return tl::unexpected<Error>(file.error());
    result.file = *file;
    reply.files.push_back(result);
  }
  return reply;
}

ReplyWriter::ReplyWriter(const Endpoint& supernode, std::uint16_t search_id, std::size_t limit)
    : supernode_(supernode),
      search_id_(search_id),
      limit_(limit) {}

void ReplyWriter::begin_payload() {
  Writer out(payloads_.emplace_back());
  append_endpoint(payloads_.back(), supernode_);
  out.u16be(search_id_).u16be(0);
  in_last_ = 0;
}

bool ReplyWriter::add(const ReplyFile& file) {
  result_.clear();
  append_result(result_, file);
  if (kHeadBytes + result_.size() > limit_) return false;
  if (payloads_.empty() || payloads_.back().size() + result_.size() > limit_) begin_payload();
  Writer(payloads_.back()).bytes(result_);
  set_count(payloads_.back(), ++in_last_);
  ++count_;
  return true;
}

std::vector<Buffer> ReplyWriter::take() {
  if (payloads_.empty()) begin_payload();
  return std::move(payloads_);
}

std::vector<Buffer> encode_replies(const Reply& reply, std::size_t limit) {
  ReplyWriter writer(reply.supernode, reply.search_id, limit);
  for (const ReplyFile& file : reply.files)
    writer.add(file);
  return writer.take();
}

Result<End> decode_end(Bytes payload) {
  Reader reader(payload);
  const End end{reader.u16be()};
  if (reader.failed()) return fail(Errc::malformed, "end cut short");
  return end;
}

void append_end(Buffer& out, const End& end) {
  Writer(out).u16be(end.search_id);
}

}  // namespace p2p::kazaa
