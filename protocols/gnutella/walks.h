// Walks: the walkers that this node holds or began (walker.h). A holder hands a walker on to a
// neighbour drawn at random, back the way it came only where there is no other; at each step that
// the walker says it waits for its origin's verdict first. No verdict: the walker ends, so that a
// false origin is asked once and not again.
//
// An origin gathers checks for kGather before it answers them, so that a hit that was found at the
// same step still ends all walkers.
//
// Peers can make it hold kMostWaiting walkers (further ones end) and remember kMostWalks queries
// (the oldest is forgotten: its walkers do not come by here again).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "protocols/gnutella/links.h"
#include "protocols/gnutella/own_searches.h"
#include "protocols/gnutella/walker.h"
#include "protocols/mode.h"

namespace p2p::gnutella {

inline constexpr std::size_t kMostWaiting = 1024;
inline constexpr std::size_t kMostWalks = 256;
inline constexpr std::size_t kMostChecks = 4096;  // gathered; further ones are not answered
inline constexpr Duration kVerdictPatience = 5s;  // then the walker ends
inline constexpr Duration kGather = 10ms;
// A hit on its way back loses one of its TTL at one of so many nodes, by chance: the way is as long
// as the walk, and a loop still comes to an end.
inline constexpr std::uint64_t kHitLosesTtl = 256;

class Walks {
 public:
  // All outlive it. `enough`: hits after which walkers of ours stop; 0: as many as are wanted.
  Walks(Links& links, OwnSearches& searches, std::uint32_t enough)
      : links_(links),
        searches_(searches),
        enough_(enough) {}

  // ---- of ours
  void begin(OwnSearches::One& search, std::uint8_t walkers, std::uint8_t check_every,
             const Endpoint& here, std::uint16_t flags, Cx& cx);

  // ---- of anybody
  // It came by a link for the first time, or again where knows().
  void arrived(const Neighbour& from, const Guid& query, const Walker& walker,
               const QueryMessage& message, Cx& cx);
  bool knows(const Guid& query) const;
  // How a hit for such a query goes on; nothing: it does not.
  static std::optional<Hop> after_hit(const Header& header, Cx& cx);
  void note(const Endpoint& from, const WalkNote& note, Cx& cx);
  void expire(Cx& cx);
  Time deadline() const;

 private:
  struct Waiting {
    Guid query;
    Walker walker;
    LinkId from{};
    Buffer payload;  // of the query, as it came
    Time until{};
  };
  struct Check {
    Endpoint from;
    Guid query;
    std::uint8_t number = 0;
  };
  // What came of a query of ours that is not a hit yet.
  struct Announced {
    Guid query;
    std::uint32_t hits = 0;
  };

  void remember(const Guid& query);
  void step(LinkId from, const Guid& query, Walker walker, const QueryMessage& message, Cx& cx);
  void verdict(const Endpoint& from, const WalkNote& note, Cx& cx);
  void gather(const Endpoint& from, const WalkNote& note, const Cx& cx);
  void found(const WalkNote& note);
  bool goes_on(const Check& check, Cx& cx);

  Links& links_;
  OwnSearches& searches_;
  std::uint32_t enough_;
  std::vector<Guid> known_;  // a ring
  std::size_t oldest_ = 0;
  std::deque<Waiting> waiting_;  // the first ends first
  std::vector<Check> checks_;
  Time answer_at_ = kNever;
  std::vector<Announced> announced_;  // at most kMostSearches
};

}  // namespace p2p::gnutella
