// Neighbour: one link of this node, from the dial to its end: the greeting, then messages.
//
//   dialling -> greeting -> open          our call
//               greeting -> open          theirs
//               greeting -> web           theirs, when it is an HTTP request (browse host)
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "protocols/gnutella/frames.h"
#include "protocols/gnutella/handshake.h"
#include "protocols/gnutella/qrp.h"
#include "protocols/gnutella/tally.h"
#include "protocols/mode.h"
#include "protocols/token_bucket.h"

namespace p2p::gnutella {

// What the other side is. plain: a node of 0.6 or 0.4 that knows no ultrapeers.
enum class Kind : std::uint8_t { plain, leaf, ultrapeer };
std::string_view to_text(Kind kind);
Kind kind_from_text(std::string_view text);  // a role's name; plain when it is none of the others

// Per link. An ultrapeer of a busy network passes on tens of queries a second; a whole LAN in an
// experiment passes on thousands. A leaf is one person. What comes above is dropped and counted.
inline constexpr double kRelayedPerSecond = 20'000;
inline constexpr double kLeafQueriesPerSecond = 5;
inline constexpr double kLeafQueryBurst = 50;
inline constexpr double kPingsPerSecond = 1;
inline constexpr double kPingBurst = 10;
inline constexpr double kPushesPerSecond = 5;
inline constexpr double kPushBurst = 50;

struct Neighbour {
  enum class State : std::uint8_t { dialling, greeting, open };

  LinkId id{};
  Endpoint remote;
  Endpoint local{};  // our end
  State state = State::dialling;
  Kind kind = Kind::plain;
  bool inbound = false;
  bool old_way = false;          // greeted by 0.4
  bool dirty = false;            // something is in the writer
  bool push_proxy = false;       // one side passes pushes on to the other
  Guid proxied{};                // to this servent, which is the other (LIME/21)
  std::uint8_t hops_flow = 255;  // send only queries with fewer hops (BEAR/4)
  unsigned unanswered = 0;       // keep-alive pings of ours
  unsigned far_queries = 0;      // TTL + hops too high at a short way
  std::uint64_t useful = 0;      // hits that came by it
  Time since{};                  // of the state
  Time deadline{};               // of dialling and greeting
  Time heard{};                  // the last message
  Time asked{};                  // our last keep-alive ping
  Time pinged_for_hosts{};
  Time told_at{};  // our table

  std::unique_ptr<QrpReceiver> theirs;  // their table; null before their RESET
  std::unique_ptr<QrpTable> told;       // what they know of ours; null: nothing yet
  TokenBucket queries{kRelayedPerSecond, kRelayedPerSecond};
  TokenBucket pings{kPingsPerSecond, kPingBurst};
  TokenBucket pushes{kPushesPerSecond, kPushBurst};

  std::optional<Handshake> handshake;  // while greeting
  std::optional<FrameReader> reader;   // while open
  std::optional<FrameWriter> writer;
  Greeting peer;
  Tally tally;

  // Where others can reach it: what it said, at the address it calls from; port 0 when it did not.
  Endpoint reachable_at() const {
    if (!inbound) return remote;
    return {remote.address, peer.listen ? peer.listen->port : std::uint16_t{0}};
  }
  const QrpTable* table() const { return theirs ? theirs->table() : nullptr; }
};

}  // namespace p2p::gnutella
