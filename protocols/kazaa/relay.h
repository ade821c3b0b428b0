// What supernodes say to each other: our own, as nobody published FastTrack's (fasttrack.md,
// section 10.1). The caller sends `neighbours` (message.h) first. Payloads of children travel
// unchanged in these envelopes; whoever acts on one decodes it. `supernodes` is as `nodes` of
// message.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "protocols/base/bytes.h"
#include "protocols/base/ids.h"
#include "protocols/base/result.h"
#include "protocols/kazaa/frames.h"

namespace p2p::kazaa {

inline constexpr std::uint8_t kLinkVersion = 1;
// A query that claims more, or whose TTL and hops add up to more, is malformed: nobody of us sends
// it, and each step multiplies it by the links of a supernode.
inline constexpr std::uint8_t kMaxRelays = 15;

// ---- hello 60: u8 version | u16 children | u16 supernode links | u32 files
struct Hello {
  std::uint8_t version = kLinkVersion;
  std::uint16_t children = 0;
  std::uint16_t links = 0;
  std::uint32_t files = 0;

  friend bool operator==(const Hello&, const Hello&) = default;
};
Result<Hello> decode_hello_message(Bytes payload);
void append_hello_message(Buffer& out, const Hello& hello);

// ---- relayed query 61: query id 16 | u8 ttl | u8 hops | query
struct RelayedQuery {
  Guid id;
  std::uint8_t ttl = 0;
  std::uint8_t hops = 0;
  Bytes query{};  // a payload of query.h, not yet looked at
};
Result<RelayedQuery> decode_relayed_query(Bytes payload);
void append_relayed_query(Buffer& out, const RelayedQuery& relayed);

// ---- relayed reply 62: query id 16 | u8 hops | reply, its search id 0
struct RelayedReply {
  Guid id;
  std::uint8_t hops = 0;
  Bytes reply{};  // a payload of reply.h, not yet looked at
};
// The limit of encode_replies() for what shall go into this envelope.
inline constexpr std::size_t kMaxRelayedReply = kMaxPayload - 17;
Result<RelayedReply> decode_relayed_reply(Bytes payload);
void append_relayed_reply(Buffer& out, const RelayedReply& relayed);

// ---- relayed end 63: query id 16 | u16 supernodes reached
struct RelayedEnd {
  Guid id;
  std::uint16_t reached = 0;

  friend bool operator==(const RelayedEnd&, const RelayedEnd&) = default;
};
Result<RelayedEnd> decode_relayed_end(Bytes payload);
void append_relayed_end(Buffer& out, const RelayedEnd& end);

// ---- relayed push 65: u8 ttl | push request
struct RelayedPush {
  std::uint8_t ttl = 0;
  Bytes push{};  // a payload of push.h, not yet looked at
};
Result<RelayedPush> decode_relayed_push(Bytes payload);
void append_relayed_push(Buffer& out, const RelayedPush& relayed);

}  // namespace p2p::kazaa
