// Gnutella messages: the header of 23 bytes and every payload, bytes to structs and back
// (gnutella.md, sections 2 and 3; first walk of architecture.md). Integers are little-endian unless
// a field says BE; addresses are in network order. Observed: vectors/gnutella.
//
// Views (Bytes, string_view) point into the payload that was decoded and live as long as it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/bytes.h"
#include "protocols/base/digest.h"
#include "protocols/base/file.h"
#include "protocols/base/ids.h"
#include "protocols/base/result.h"
#include "protocols/base/rng.h"

namespace p2p::gnutella {

inline constexpr std::size_t kHeaderBytes = 23;
// No message may be longer (gnutella.md, section 2): what claims more is not in step with us.
inline constexpr std::size_t kMaxPayload = std::size_t{64} * 1024;
inline constexpr std::uint8_t kMaxTtl = 4;             // of queries we start (X-Max-TTL)
inline constexpr std::uint8_t kMaxTtlHops = 15;        // TTL + hops above it: dropped
inline constexpr std::size_t kMaxQueryPayload = 1024;  // longer: BYE 400 (section 10)
inline constexpr std::size_t kMaxQueryForward = 256;   // longer: not forwarded
inline constexpr std::size_t kMaxHitForward = std::size_t{16} * 1024;    // longer: not forwarded
inline constexpr std::size_t kMaxOtherPayload = std::size_t{40} * 1024;  // of other types: BYE 400

enum class Type : std::uint8_t {
  ping = 0x00,
  pong = 0x01,
  bye = 0x02,
  qrp = 0x30,
  vendor = 0x31,        // to the neighbour only
  vendor_relay = 0x32,  // may be relayed
  push = 0x40,
  query = 0x80,
  hit = 0x81,
};

// A new one, marked as a modern servent's (gnutella.md, section 2).
Guid draw_guid(Rng& rng);

// guid 16 | u8 type | u8 ttl | u8 hops | u32 payload length
struct Header {
  Guid guid;
  Type type = Type::ping;  // any byte: unknown ones have no enumerator
  std::uint8_t ttl = 0;
  std::uint8_t hops = 0;
  std::uint32_t length = 0;
};
inline constexpr std::size_t kTypeAt = 16;
inline constexpr std::size_t kTtlAt = 17;  // the hops are behind it
struct Hop {                               // what changes of a message from one node to the next
  std::uint8_t ttl = 0;
  std::uint8_t hops = 0;
};
// A hop further. Who may still send it on with TTL 1 (to its own leaf) leaves it at that.
Hop after(const Header& header);
// `bytes` has at least kHeaderBytes. too_long above kMaxPayload.
Result<Header> decode_header(Bytes bytes);
void append_message(Buffer& out, const Header& header, Bytes payload);  // sets the length
// "ping", "pong", ...; "unknown" for other bytes.
std::string_view to_text(Type type);
// Its place in tables by type, in the order of the enumerators, kTypes of them; nothing for a byte
// that is none of them.
inline constexpr std::size_t kTypes = 9;
inline constexpr std::size_t kNoteKinds = 3;  // of walkers (walker.h), in datagrams
constexpr std::optional<std::uint8_t> place_of(Type type) {
  switch (type) {
    case Type::ping: return 0;
    case Type::pong: return 1;
    case Type::bye: return 2;
    case Type::qrp: return 3;
    case Type::vendor: return 4;
    case Type::vendor_relay: return 5;
    case Type::push: return 6;
    case Type::query: return 7;
    case Type::hit: return 8;
  }
  return {};
}

// ---- pong: u16 port | BE u32 address | u32 files | u32 kilobytes | GGEP
struct Pong {
  Endpoint endpoint;
  std::uint32_t files = 0;
  std::uint32_t kilobytes = 0;
  Bytes ggep;  // the area behind, may be empty
};
Result<Pong> decode_pong(Bytes payload);
void append_pong(Buffer& out, const Pong& pong);
// An ultrapeer is marked by kilobytes that are a power of two, at least 8.
bool is_ultrapeer_mark(std::uint32_t kilobytes);
std::uint32_t ultrapeer_mark(std::uint32_t kilobytes);  // rounded up to such a number

// ---- query: BE u16 flags | text NUL | extensions NUL
namespace query_flags {
inline constexpr std::uint16_t kMark = 0x8000;        // flags have this meaning
inline constexpr std::uint16_t kFirewalled = 0x4000;  // the sender
inline constexpr std::uint16_t kXml = 0x2000;
inline constexpr std::uint16_t kGuided = 0x1000;  // leaf-guided dynamic querying
inline constexpr std::uint16_t kGgepH = 0x0800;   // GGEP H understood
inline constexpr std::uint16_t kOutOfBand = 0x0400;
}  // namespace query_flags
struct QueryMessage {
  std::uint16_t flags = query_flags::kMark;
  std::string_view text;
  Bytes extensions;  // HUGE strings and GGEP blocks, 0x1c between; extensions.h reads them
};
// malformed without the NUL behind the text; 0080 in the flags' place is read as 8000.
Result<QueryMessage> decode_query(Bytes payload);
void append_query(Buffer& out, const QueryMessage& query);

// ---- hit: u8 records | u16 port | BE u32 address | u32 speed | records | trailer | guid 16
// A record: u32 index | u32 size | name NUL | extensions NUL.
// The trailer: vendor 4 | u8 open length | u8 flags A | u8 flags B | u16 xml size (length 4) |
// private area: GGEP blocks, maybe behind one chat byte; XML right before the guid.
struct HitRecord {
  std::uint32_t index = 0;
  std::uint64_t size_bytes = 0;  // 64 bits by GGEP LF
  std::string name;
  std::optional<Sha1> sha1;          // from HUGE text, GGEP H or u
  std::optional<TigerRoot> root;     // from urn:bitprint:, GGEP H or TT
  std::vector<Endpoint> alternates;  // GGEP ALT, at most kMaxAlternates
  std::uint64_t created_unix = 0;    // GGEP CT
  MediaFields media;                 // from text or XML (metadata.h)
  FileTags tags;                     // from XML
  // GGEP PRU, PR1 to PR4: its sender is still fetching it. Zeros: it did not say.
  std::optional<Partial> partial;

  friend bool operator==(const HitRecord&, const HitRecord&) = default;
};
struct HitMessage {
  Endpoint endpoint;
  std::uint32_t speed_kbps = 0;
  std::vector<HitRecord> records;
  std::array<char, 4> vendor{};
  std::optional<bool> push_needed;  // nothing: not said
  std::optional<bool> busy;
  std::optional<bool> has_uploaded;
  std::optional<bool> speed_measured;
  std::vector<Endpoint> push_proxies;  // GGEP PUSH, at most kMaxProxies
  bool browsable = false;              // GGEP BH
  std::string host_name;               // GGEP HNAME, at most 255 bytes
  Guid servent;

  friend bool operator==(const HitMessage&, const HitMessage&) = default;
};
inline constexpr std::size_t kMaxAlternates = 16;
inline constexpr std::size_t kMaxProxies = 8;
inline constexpr std::size_t kMaxRecords = 255;  // the count is one byte
// A block of extensions that does not parse is left out, the record stays. malformed when the
// records or the trailer are cut short.
Result<HitMessage> decode_hit(Bytes payload);
// Digests go as GGEP H when `ggep_h` (the query allowed it), else as urn:sha1: text. Names are cut
// at a NUL. records.size() <= kMaxRecords. Without `xml` only what fits into a text is told of
// media.
void append_hit(Buffer& out, const HitMessage& hit, bool ggep_h, bool xml = true);
// The servent GUID without reading the rest; nothing when the payload is too short for one.
std::optional<Guid> servent_of_hit(Bytes payload);

// ---- push: servent guid 16 | u32 index | BE u32 address | u16 port | GGEP
struct Push {
  Guid servent;
  std::uint32_t index = 0;
  Endpoint endpoint;
  Bytes ggep;
};
Result<Push> decode_push(Bytes payload);
void append_push(Buffer& out, const Push& push);

// ---- bye: u16 code | text NUL. The text may hold CRLF and headers behind the reason.
struct Bye {
  std::uint16_t code = 0;
  std::string_view text;  // the first line
};
Result<Bye> decode_bye(Bytes payload);
void append_bye(Buffer& out, const Bye& bye);

// ---- vendor message: vendor 4 | u16 selector | u16 version | data
struct VendorMessage {
  std::array<char, 4> vendor{};
  std::uint16_t selector = 0;
  std::uint16_t version = 0;
  Bytes data;

  bool is(std::string_view of, std::uint16_t number) const;
};
Result<VendorMessage> decode_vendor(Bytes payload);
void append_vendor(Buffer& out, const VendorMessage& message);

}  // namespace p2p::gnutella
