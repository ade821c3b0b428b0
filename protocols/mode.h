// Mode: the whole contract between one network, in one role, and the program that hosts it.
//
// A Mode decides and never waits: it has no socket, file, thread, timer or clock. The host calls
// a verb when something happened; the Mode answers through Out and says by deadline() when it
// wants to be woken. The same Mode runs in the program, in the laboratory, in tests and fuzzers.
//
// Rules of the contract (architecture.md, section 3):
//   1. Out only records; nothing in it calls back into the Mode.
//   2. Views (Bytes, string_view) passed either way live until the call returns.
//   3. After close(link) neither receive nor link_down follows for it.
//   4. dial ends in exactly one link_up or link_down(refused), in a later call.
//   5. Bad bytes are an ordinary event: close the link with Reason::protocol and go on. No
//      exception leaves a Mode.
//   6. A Mode holds no pointer to its host.
//   7. Sending to a link that is gone is not an error.
//   8. Whatever a peer can make grow has a cap, and the cap's comment says what is dropped first.
//
// Call order for a link:  link_up receive* (link_down | Out::close)   or, for a failed dial,
// link_down The first wake is the start.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/base/bytes.h"
#include "protocols/base/ids.h"
#include "protocols/base/packing.h"
#include "protocols/base/rng.h"
#include "protocols/base/time.h"
#include "protocols/command.h"
#include "protocols/event.h"
#include "protocols/traffic.h"
#include "protocols/trail.h"

namespace p2p {

struct LinkInfo {
  Endpoint remote;
  bool inbound = false;
  bool greeted = false;     // starts after the handshake (the laboratory's short cut)
  Endpoint local{};         // our end of it: the address by which this peer reaches us, if any does
  std::string_view role{};  // of the other side, where it has greeted and the network has roles
};

enum class Reason : std::uint8_t {
  closed,    // the other side ended it
  refused,   // a dial that did not succeed
  timeout,   // silent for too long
  protocol,  // sent what the protocol does not allow
  overload,  // did not read what we sent: its queue passed the limit
  policy,    // not wanted: banned, killed, full, a rule of ours
  done,      // nothing left to do on it
  shutdown,  // this node stops
};
std::string_view to_text(Reason reason);

// What a full output queue drops first: bulk, then normal; a control message that does not fit
// closes the link.
enum class Urgency : std::uint8_t { control, normal, bulk };

class Out {  // every effect a core can have: five
 public:
  virtual LinkId dial(const Endpoint& to) = 0;
  virtual void send(std::span<const LinkId> to, Bytes message, Urgency urgency) = 0;
  virtual void send_to(const Endpoint& to, Bytes datagram) = 0;
  virtual void close(LinkId link, Reason why) = 0;  // what was sent before is still delivered
  virtual void report(Event event) = 0;
  // A question, not an effect: bytes sent to this link that it has not taken yet. A mode that
  // compresses cannot have its bytes dropped on the way, and drops messages itself before.
  virtual std::size_t queued(LinkId /*link*/) const { return 0; }

  void send(LinkId to, Bytes message, Urgency urgency = Urgency::normal) {
    send(std::span<const LinkId>(&to, 1), message, urgency);
  }

 protected:
  ~Out() = default;
};

struct Cx {  // lent for one call, never stored
  Time now;
  Rng& rng;
  Out& out;
};

// Neutral rows for the screen and the command line: what a mode says of itself.
inline constexpr const char* kChosenRole = "the user chose it";  // of a role that does not change

struct PeerRow {
  LinkId link{};
  Endpoint endpoint;
  std::string name;   // nick or empty
  std::string role;   // "server", "client", "ultrapeer", ...
  std::string agent;  // the program it says it is, as sent
  bool inbound = false;
  std::string state;  // "connecting", "login", "up"
  Time since{};
  std::uint64_t received = 0;  // messages
  std::uint64_t sent = 0;
  // "queries in", 12; "dropped: duplicate", 3: what else the mode counts of this link.
  std::vector<std::pair<std::string, std::uint64_t>> counters;
};
// A host by which the network may be entered.
struct HostRow {
  Endpoint endpoint;
  std::string role;     // "supernode"; empty: not known
  std::string told_by;  // "user", "beacon", "earlier" (in an earlier run), "others"
  std::string state;    // "up", "trying", "waits" (to be tried again), or empty
  Time heard{};         // these: zero is never
  Time tried{};
  Time good{};            // when a link to it was up the last time
  unsigned failures = 0;  // in a row
};
struct Report {
  std::size_t max_peers = 1000;  // set by the host: no more rows than this
  Time now{};                    // set by the host
  bool online = false;
  std::string state;     // a whole phrase: "connected to 127.0.0.1:8888", "retry in 20 s: refused"
  std::string why_role;  // why it plays its role, as far as it knows: "ultrapeers take it in"
  std::string no_hops;  // why there are no "hops" and "ttl" among its counters; empty: there may be
  std::uint64_t users = 0;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t peer_count = 0;
  std::vector<PeerRow> peers;
  std::vector<std::pair<std::string, std::uint64_t>> counters;  // "searches", 12; shown as they are
  // By kind of message, as the network's Watching names them; empty unless it was told to count.
  std::vector<KindTraffic> traffic{};
};

class Mode {
 public:
  Mode() = default;
  Mode(const Mode&) = delete;
  Mode& operator=(const Mode&) = delete;
  Mode(Mode&&) = delete;
  Mode& operator=(Mode&&) = delete;
  virtual ~Mode() = default;

  virtual void link_up(LinkId link, const LinkInfo& info, Cx& cx) = 0;
  virtual void receive(LinkId link, Bytes bytes, Cx& cx) = 0;
  // Hints: receive() with these bytes comes in a moment, and then, from this link, as the next one.
  // What it needs may be fetched from memory meanwhile.
  virtual void expect(Bytes /*bytes*/) const {}
  virtual void expect(LinkId /*link*/) const {}
  virtual void link_down(LinkId link, Reason why, Cx& cx) = 0;
  virtual void datagram(const Endpoint& /*from*/, Bytes /*bytes*/, Cx& /*cx*/) {}
  virtual void command(const Command& command, Cx& cx) = 0;  // what the user or the disk says
  virtual void wake(Cx& cx) = 0;
  virtual Time deadline() const = 0;  // when to wake me; kNever is never
  virtual void describe(Report& report) const = 0;
  // The hosts that it has heard of; bounded, in no promised order. Empty where it keeps none.
  virtual std::vector<HostRow> hosts(Time /*now*/) const { return {}; }
  // Empty where it keeps none.
  virtual std::vector<TrailStep> trail() const { return {}; }

  // Of a million nodes of the laboratory most do nothing at any time, and can lie in a few bytes.
  // Packs all that it is if it waits for nothing and few bytes hold that; else the packer says that
  // they do not.
  virtual void pack(Packer& out) const { out.refuse(); }
  // One that goes on where another of the same mould was packed.
  virtual std::unique_ptr<Mode> unpack(Unpacker& /*in*/) const { return nullptr; }
  // Those that were told the same at their start, but for their address, have the same. Null: it
  // cannot be packed.
  virtual const void* mould() const { return nullptr; }
};

}  // namespace p2p
