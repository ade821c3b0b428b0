// Peers: the other supernodes that a supernode is linked to, what they say of themselves, and which
// way a push goes to those further away (fasttrack.md, section 10.1).
#pragma once

#include <cstddef>
#include <map>
#include <optional>

#include "protocols/base/ids.h"
#include "protocols/kazaa/links.h"
#include "protocols/kazaa/relay.h"
#include "protocols/kazaa/statistics.h"
#include "protocols/token_bucket.h"

namespace p2p::kazaa {

// Queries that a peer may pass on: a LAN in an experiment passes on thousands. What comes above is
// dropped and counted.
inline constexpr double kRelayedPerSecond = 20'000;
// The same of pushes: each makes somebody call somebody.
inline constexpr double kRelayedPushesPerSecond = 100;
// Ways to supernodes further away, learnt from their replies. When there are more, all are
// forgotten: they are learnt again with the next replies.
inline constexpr std::size_t kMostWays = 1000;

struct Peer {
  LinkId link{};
  Endpoint at;  // where it listens
  Hello hello;
  Statistics statistics{};  // of itself and its children
  TokenBucket queries{kRelayedPerSecond, kRelayedPerSecond};
  TokenBucket pushes{kRelayedPushesPerSecond, kRelayedPushesPerSecond};
};

class Peers {
 public:
  Peer& add(LinkId link, const Endpoint& at);
  std::optional<Endpoint> remove(LinkId link);
  Peer* find(LinkId link);
  std::optional<LinkId> find(const Endpoint& at) const;
  // By their links: what goes to all of them goes in the same order everywhere.
  const std::map<LinkId, Peer>& all() const { return all_; }
  std::size_t size() const { return all_.size(); }

  void learn_way(const Endpoint& supernode, LinkId link);
  // The link by which it is reached: its own, or the way that its replies came.
  std::optional<LinkId> way_to(const Endpoint& supernode) const;

 private:
  std::map<LinkId, Peer> all_;
  std::map<Endpoint, LinkId> ways_;
};

// Two supernodes called each other, or one of them twice: does `fresh` stay, and `old` go? Both
// sides come to the same end: the call of the one whose address is smaller stays, and of two calls
// of one the later, because the other is what a crash left behind.
bool stays(const Link& fresh, const Link& old, const Endpoint& ours, const Endpoint& theirs);

}  // namespace p2p::kazaa
