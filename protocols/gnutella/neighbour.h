// Neighbour: one link of this node, from the dial to its end: the greeting, then messages.
//
//   dialling -> greeting -> open          our call
//               greeting -> open          theirs
//               greeting -> web           theirs, when it is an HTTP request (browse host)
#pragma once

#include <cstdint>
#include <memory>

#include "protocols/base/rare.h"
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
inline constexpr Rate kRelayedRate{20'000, 20'000};
inline constexpr Rate kLeafQueryRate{5, 50};
inline constexpr Rate kPingRate{1, 10};
inline constexpr Rate kPushRate{5, 50};

// A node of the laboratory has a few of these and there are a million nodes: what only the greeting
// or only some links need lies aside, and what a burst needs is lent.
struct Neighbour {
  enum class State : std::uint8_t { dialling, greeting, open };
  static constexpr std::uint8_t kAllHops = 255;

  struct Aside {
    std::unique_ptr<Handshake> handshake;  // while greeting
    Rare<Greeting> greeting;               // what it said
    Time deadline{};                       // of dialling and greeting
    Tally tally;                           // where each link is counted
    Tokens pings;
    Tokens pushes;
    Time pinged_for_hosts{};
    std::uint32_t useful = 0;        // hits that came by it
    Guid proxied{};                  // push proxy to this servent, which is the other (LIME/21)
    Time told_at{};                  // our table
    std::unique_ptr<QrpTable> told;  // what they know of ours; null: nothing yet
    std::unique_ptr<QrpReceiver> theirs;  // their table; null before their RESET
    // While it is open.
    std::unique_ptr<FrameReader> reader;  // of a zlib stream or of half a frame
    std::unique_ptr<FrameWriter> writer;  // of a zlib stream or of a burst
  };

  // What each message needs comes first, in one line of the cache or two.
  LinkId id{};
  State state = State::dialling;
  Kind kind = Kind::plain;
  bool inbound : 1 = false;
  bool old_way : 1 = false;     // greeted by 0.4
  bool dirty : 1 = false;       // something waits for it: in the writer, or what all get
  bool push_proxy : 1 = false;  // one side passes pushes on to the other
  bool ungreeted : 1 = false;   // linked without greetings: they are as a node of ours says them
  bool said_bye : 1 = false;    // whoever said it reads nothing more
  bool inside : 1 = false;      // lies in the node itself (Neighbours)
  std::uint8_t hops_flow = kAllHops;  // send only queries with fewer hops (BEAR/4)
  std::uint8_t unanswered = 0;        // keep-alive pings of ours
  std::uint8_t far_queries = 0;       // TTL + hops too high at a short way
  std::uint16_t listens = 0;          // the port where it said others can reach it
  Time quiet_since{};                 // the last message, or our last keep-alive ping
  Tokens queries;
  Endpoint remote;
  Endpoint local{};  // our end
  Rare<Aside> aside;
  Time since{};  // of the state

  std::uint32_t useful() const { return aside->useful; }
  void was_useful() { ++aside.change().useful; }
  // What it said; nothing so far: an empty one.
  const Greeting& peer() const;
  void said(const Greeting& greeting) {
    aside.change().greeting.change() = greeting;
    listens = greeting.listen ? greeting.listen->port : std::uint16_t{0};
  }
  FrameWriter* writer() const { return aside.changed() ? aside.changed()->writer.get() : nullptr; }
  // Where others can reach it: what it said, at the address it calls from; port 0 when it did not.
  Endpoint reachable_at() const {
    if (!inbound) return remote;
    return {remote.address, listens};
  }
  bool takes_query(Time now) {
    return queries.take(kind == Kind::leaf ? kLeafQueryRate : kRelayedRate, now);
  }
  const QrpTable* table() const { return aside->theirs ? aside->theirs->table() : nullptr; }
  const QrpTable* told() const { return aside->told.get(); }

  // Of one that is open, and so since its node started, at the node's own address; which keeps
  // nothing aside and never did more than search. No other is packed. Into a new one.
  void pack(Packer& out, const Endpoint& listen, Time started) const;
  void unpack(Unpacker& in, const Endpoint& listen, Time started);
};

}  // namespace p2p::gnutella
