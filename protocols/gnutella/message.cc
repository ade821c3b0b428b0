#include "protocols/gnutella/message.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace p2p::gnutella {

namespace {

Guid read_guid(Reader& reader) {
  Guid guid;
  const Bytes bytes = reader.take(guid.bytes.size());
  std::copy(bytes.begin(), bytes.end(), guid.bytes.begin());
  return guid;
}

std::string_view until_nul(std::string_view text) {
  return text.substr(0, text.find('\0'));
}

constexpr std::uint32_t kLeastMark = 8;
constexpr std::uint32_t kMostMark = 0x80000000;

// Some programs write the flags the wrong way round (gnutella.md, section 3.3).
constexpr std::uint16_t kTurnedMark = 0x0080;

}  // namespace

Guid draw_guid(Rng& rng) {
  Guid guid = std::bit_cast<Guid>(std::array{rng(), rng()});
  guid.bytes[8] = std::byte{0xff};  // a modern servent
  guid.bytes[15] = std::byte{0};
  return guid;
}

Result<Header> decode_header(Bytes bytes) {
  if (bytes.size() < kHeaderBytes) return fail(Errc::malformed, "header cut short");
  Header header;
  std::copy_n(bytes.begin(), header.guid.bytes.size(), header.guid.bytes.begin());
  header.type = static_cast<Type>(bytes[kTypeAt]);
  header.ttl = std::to_integer<std::uint8_t>(bytes[kTtlAt]);
  header.hops = std::to_integer<std::uint8_t>(bytes[kTtlAt + 1]);
  for (std::size_t i = 0; i < sizeof header.length; ++i)
    header.length |= std::to_integer<std::uint32_t>(bytes[kTtlAt + 2 + i]) << (8 * i);
  if (header.length > kMaxPayload)
    return fail(Errc::too_long, "message of " + std::to_string(header.length) + " bytes");
  return header;
}

Hop after(const Header& header) {
  return {static_cast<std::uint8_t>(std::max(header.ttl - 1, 1)),
          static_cast<std::uint8_t>(header.hops + 1)};
}

void append_message(Buffer& out, const Header& header, Bytes payload) {
  assert(payload.size() <= kMaxPayload);
  Writer(out)
      .bytes(header.guid.bytes)
      .u8(static_cast<std::uint8_t>(header.type))
      .u8(header.ttl)
      .u8(header.hops)
      .u32le(static_cast<std::uint32_t>(payload.size()))
      .bytes(payload);
}

std::string_view to_text(Type type) {
  switch (type) {
    case Type::ping: return "ping";
    case Type::pong: return "pong";
    case Type::bye: return "bye";
    case Type::qrp: return "qrp";
    case Type::vendor: return "vendor";
    case Type::vendor_relay: return "vendor_relay";
    case Type::push: return "push";
    case Type::query: return "query";
    case Type::hit: return "hit";
  }
  return "unknown";
}

Result<Pong> decode_pong(Bytes payload) {
  Reader reader(payload);
  Pong pong;
  pong.endpoint.port = reader.u16le();
  pong.endpoint.address = reader.u32be();
  pong.files = reader.u32le();
  pong.kilobytes = reader.u32le();
  if (reader.failed()) return fail(Errc::malformed, "pong cut short");
  pong.ggep = reader.rest();
  return pong;
}

void append_pong(Buffer& out, const Pong& pong) {
  Writer(out)
      .u16le(pong.endpoint.port)
      .u32be(pong.endpoint.address)
      .u32le(pong.files)
      .u32le(pong.kilobytes)
      .bytes(pong.ggep);
}

bool is_ultrapeer_mark(std::uint32_t kilobytes) {
  return kilobytes >= kLeastMark && std::has_single_bit(kilobytes);
}

std::uint32_t ultrapeer_mark(std::uint32_t kilobytes) {
  return kilobytes > kMostMark ? kMostMark : std::bit_ceil(std::max(kilobytes, kLeastMark));
}

Result<QueryMessage> decode_query(Bytes payload) {
  Reader reader(payload);
  QueryMessage query;
  query.flags = reader.u16be();
  query.text = reader.cstring();
  if (reader.failed()) return fail(Errc::malformed, "query without its NUL");
  if (query.flags == kTurnedMark) query.flags = query_flags::kMark;
  query.extensions = reader.rest();
  if (!query.extensions.empty() && query.extensions.back() == std::byte{0})
    query.extensions = query.extensions.first(query.extensions.size() - 1);
  return query;
}

void append_query(Buffer& out, const QueryMessage& query) {
  Writer writer(out);
  writer.u16be(query.flags).text(until_nul(query.text)).u8(0);
  if (!query.extensions.empty()) writer.bytes(query.extensions).u8(0);
}

Result<Push> decode_push(Bytes payload) {
  Reader reader(payload);
  Push push;
  push.servent = read_guid(reader);
  push.index = reader.u32le();
  push.endpoint.address = reader.u32be();
  push.endpoint.port = reader.u16le();
  if (reader.failed()) return fail(Errc::malformed, "push cut short");
  push.ggep = reader.rest();
  return push;
}

void append_push(Buffer& out, const Push& push) {
  Writer(out)
      .bytes(push.servent.bytes)
      .u32le(push.index)
      .u32be(push.endpoint.address)
      .u16le(push.endpoint.port)
      .bytes(push.ggep);
}

Result<Bye> decode_bye(Bytes payload) {
  Reader reader(payload);
  Bye bye;
  bye.code = reader.u16le();
  if (reader.failed()) return fail(Errc::malformed, "bye cut short");
  const std::string_view text = until_nul(text_of(reader.rest()));
  bye.text = text.substr(0, text.find_first_of("\r\n"));
  return bye;
}

void append_bye(Buffer& out, const Bye& bye) {
  Writer(out).u16le(bye.code).text(until_nul(bye.text)).u8(0);
}

bool VendorMessage::is(std::string_view of, std::uint16_t number) const {
  return selector == number && of == std::string_view(vendor.data(), vendor.size());
}

Result<VendorMessage> decode_vendor(Bytes payload) {
  Reader reader(payload);
  VendorMessage message;
  const std::string_view vendor = text_of(reader.take(message.vendor.size()));
  std::copy(vendor.begin(), vendor.end(), message.vendor.begin());
  message.selector = reader.u16le();
  message.version = reader.u16le();
  if (reader.failed()) return fail(Errc::malformed, "vendor message cut short");
  message.data = reader.rest();
  return message;
}

void append_vendor(Buffer& out, const VendorMessage& message) {
  Writer(out)
      .text({message.vendor.data(), message.vendor.size()})
      .u16le(message.selector)
      .u16le(message.version)
      .bytes(message.data);
}

}  // namespace p2p::gnutella
