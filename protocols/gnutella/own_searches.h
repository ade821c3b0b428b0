// OwnSearches: the searches of this node's user, by the GUID that they have on the wire (second
// walk of architecture.md). Every one ends in exactly one Ended, which says why: enough, cancelled,
// time is up, nobody left to ask.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "protocols/base/ids.h"
#include "protocols/base/rare.h"
#include "protocols/gnutella/message.h"
#include "protocols/gnutella/question.h"
#include "protocols/mode.h"

namespace p2p::gnutella {

inline constexpr std::size_t kMostSearches = 32;   // at once; a further one is refused
inline constexpr std::uint32_t kWantedHits = 150;  // when the user does not say (section 7)
inline constexpr Duration kSearchTime = 120s;      // at most
inline constexpr Duration kQuiet = 10s;  // without a hit, after all that can be asked were asked

struct GuidHash {
  std::size_t operator()(const Guid& guid) const;  // only for GUIDs that we drew ourselves
};

class OwnSearches {
 public:
  struct One {
    SearchId id{};
    Guid guid;
    Query query;
    Asking asking;
    std::uint32_t hits = 0;
    Time ends{};                             // at the latest
    Time quiet_at = kNever;                  // ends then unless a hit comes
    bool may_repeat = false;                 // hits may come twice, and count once
    std::unordered_set<std::uint64_t> told;  // those so far, where they may; as many as `hits`
  };

  // Null: refused, and said so.
  One* start(const Search& search, const Guid& guid, Cx& cx);
  One* find(const Guid& guid);  // by one that it had before, too
  // It is asked once more under another GUID: who saw the first does not take it for that one.
  void renew(One& search, const Guid& fresh);
  std::vector<Guid> guids() const;
  // Nobody is left to be asked: ends when it stays quiet.
  void all_asked(One& search, Time now);
  // A hit for it came over `hops` links, with a source for each record; files that were not asked
  // for are left out. True when it has enough now and ended.
  bool take(One& search, const HitMessage& hit, const std::vector<Source>& sources,
            std::uint32_t hops, Cx& cx);
  bool cancel(SearchId id, Cx& cx);  // with Ended
  void end(const Guid& guid, Ended::Why why, std::string text, Cx& cx);
  void end_all(Ended::Why why, Cx& cx);
  void expire(Cx& cx);
  Time deadline() const;
  bool is_as_made() const { return known_.is_usual(); }  // the user never asked anything
  std::uint64_t started() const { return known_->started; }
  std::uint64_t found() const { return known_->found; }

 private:
  bool is_repeated(One& search, const HitMessage& hit, const HitRecord& record) const;

  // Aside: of a million nodes few ask.
  struct Known {
    std::unordered_map<Guid, One, GuidHash> all;
    std::unordered_map<Guid, Guid, GuidHash> former;  // those that a search had, and has
    std::uint64_t started = 0;
    std::uint64_t found = 0;
  };

  Rare<Known> known_;
};

}  // namespace p2p::gnutella
