// SupernodeCache: the supernodes that a node has heard of, whom to call next, and whom to tell
// others of (fasttrack.md, sections 1 and 10). Bounded: beyond kMost the one goes that was seen
// longest ago.
//
// Who was seen last is called first, in steps of five minutes; among equals the one with less load,
// then the one that answers faster. One that did not answer waits longer each time.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "protocols/base/ids.h"
#include "protocols/base/rng.h"
#include "protocols/base/time.h"
#include "protocols/kazaa/message.h"
#include "protocols/mode.h"

namespace p2p::kazaa {

class SupernodeCache {
 public:
  static constexpr std::size_t kMost = 500;
  static constexpr Duration kSeenStep = 5min;
  static constexpr Duration kFirstWait = 5s;  // after a failed call; doubled each time
  static constexpr Duration kLongestWait = 10min;
  static constexpr Duration kAfterRefusal = 30s;  // it is there, but full; doubled each time
  static constexpr Duration kAfterLink = 3s;      // after a link that ended: it may be restarting
  static constexpr unsigned kHopeless = 8;        // failures in a row; then it is forgotten

  // Somebody said that it was seen so long ago. What we know better stays.
  void told(const NodeEntry& entry, Time now);
  // Its own word: a beacon, a datagram, a link. `round_trip` where it was measured.
  void seen(const Endpoint& endpoint, Time now);
  void answered(const Endpoint& endpoint, std::uint8_t load_percent,
                std::optional<Duration> round_trip, Time now);
  void full(const Endpoint& endpoint, Time now);  // it said so by datagram: wait
  // The user's own word: never forgotten.
  void named(const Endpoint& endpoint, Time now);

  // Whom to call now, or nothing. It counts as being tried until failed(), refused() or linked().
  std::optional<Endpoint> next(Time now, Rng& rng);
  Time earliest() const;  // when the next of those that wait may be tried; kNever: none waits
  // Rises whenever earliest() may have become another.
  std::uint64_t changes() const { return changes_; }

  void failed(const Endpoint& endpoint, Time now);
  void refused(const Endpoint& endpoint, Time now);  // it is full, or no supernode
  void linked(const Endpoint& endpoint, Time now);
  void unlinked(const Endpoint& endpoint, Time now);
  void dropped(const Endpoint& endpoint);  // we ended the try ourselves

  // To tell others, the best first, at most kMaxNodes; none of those that failed last.
  std::vector<NodeEntry> list(Time now, std::size_t count = kMaxNodes) const;
  // The best few that are not linked, to be pinged.
  std::vector<Endpoint> best(std::size_t count, Time now) const;
  std::uint8_t load_of(const Endpoint& endpoint) const;  // percent, as last heard
  std::vector<HostRow> rows(Time now) const;
  std::size_t size() const { return all_.size(); }
  bool knows(const Endpoint& endpoint) const { return all_.contains(endpoint); }

 private:
  enum class State : std::uint8_t { idle, trying, linked };
  struct Supernode {
    State state = State::idle;
    bool named = false;
    std::uint8_t load = 0;
    unsigned failures = 0;
    Time last_seen{};
    Time not_before{};
    Time tried{};
    Time good{};  // the last link
    std::optional<Duration> round_trip;
  };
  using Rank = std::tuple<Duration::rep, std::uint8_t, Duration>;  // the least is the best
  static Rank rank(const Supernode& one, Time now);
  Supernode* find(const Endpoint& endpoint);
  Supernode* enter(const Endpoint& endpoint, Time last_seen);
  void wait(const Endpoint& endpoint, Duration first, Time now);
  std::vector<std::pair<Rank, Endpoint>> ranked(Time now) const;

  std::map<Endpoint, Supernode> all_;
  std::uint64_t changes_ = 0;
};

}  // namespace p2p::kazaa
