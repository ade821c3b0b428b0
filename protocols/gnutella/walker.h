// Walker: a query that is at one node at a time (docs/search-methods.md), as the wire says it. It
// is an ordinary query of TTL 1 with the GGEP extension SVNT.W: our nodes hand it on, others answer
// it and it ends there. Who holds it asks its origin now and then whether it shall go on, by
// datagrams in the form of vendor messages (gnutella.md, section 3.6):
//
//   SVNT.W = u8 number | u8 check every | u16be step | BE u32 address | u16be port
//   check   SVNT/1 = u8 number | u16be step      by the GUID of the query
//   verdict SVNT/2 = u8 number | u8 go on
//   found   SVNT/3 = u8 hits                     they are on their way, by links
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocols/base/ids.h"
#include "protocols/gnutella/extensions.h"
#include "protocols/gnutella/message.h"

namespace p2p::gnutella {

inline constexpr std::string_view kWalker = "SVNT.W";
inline constexpr std::string_view kWalkVendor = "SVNT";
// Steps between two checks. More would let one message make many before anybody can stop it.
inline constexpr std::uint8_t kMostUnchecked = 16;

struct Walker {
  std::uint8_t number = 0;       // of its siblings, from 0
  std::uint8_t check_every = 4;  // 1 .. kMostUnchecked
  std::uint16_t step = 1;        // links it went over; ends before it would pass 65,535
  Endpoint origin;               // takes the checks; has a port

  bool checks_now() const { return step % check_every == 0; }
  friend bool operator==(const Walker&, const Walker&) = default;
};
// Nothing: there is none, or it breaks the bounds.
std::optional<Walker> read_walker(const Ggep& ggep);
Buffer to_bytes(const Walker& walker);

// What holders and origins tell each other.
struct WalkNote {
  enum class Kind : std::uint8_t { check = 1, verdict, found };
  Kind kind = Kind::check;
  Guid query;
  std::uint8_t number = 0;  // check, verdict
  std::uint16_t step = 0;   // check
  bool goes_on = false;     // verdict
  std::uint8_t hits = 0;    // found

  friend bool operator==(const WalkNote&, const WalkNote&) = default;
};
// Its place in tables of traffic, behind those of the messages.
constexpr std::size_t place_of(const WalkNote& note) {
  return kTypes + static_cast<std::size_t>(note.kind) - 1;
}
Buffer to_bytes(const WalkNote& note);  // a whole datagram
std::optional<WalkNote> read_walk_note(Bytes datagram);

}  // namespace p2p::gnutella
