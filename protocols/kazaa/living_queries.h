// LivingQueries: the queries that a supernode has passed on and whose answers are still awaited
// (fasttrack.md, section 10.1). Each lives until all supernodes that were asked have said "end" or
// are gone, enough results went back, or its time is over; then it ends, exactly once. Beyond
// kMostLiving a query is answered here and not passed on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "protocols/base/ids.h"
#include "protocols/base/time.h"
#include "protocols/kazaa/own_searches.h"
#include "protocols/kazaa/question.h"
#include "protocols/routes.h"

namespace p2p::kazaa {

inline constexpr std::size_t kMostLiving = 20'000;
// A child waits at most so long for the end; each hop away there is a second less, so that the ends
// of those far away come back in time.
inline constexpr Duration kQueryTime = 10s;
inline constexpr Duration kLessPerHop = 1s;
inline constexpr Duration kLeastQueryTime = 2s;

struct LivingQuery {
  enum class Asker : std::uint8_t { ours, child, supernode };
  Guid id;
  Asker asker = Asker::ours;
  LinkId link{};                // of a child or a supernode
  std::uint16_t search_id = 0;  // of a child's session, or our own search's
  std::uint32_t limit = 0;      // results that may still go back
  std::uint16_t reached = 0;    // supernodes behind us that looked, as they say
  std::vector<LinkId> waiting;  // for the end of these
  Time ends{};
  // Where the query began: results are looked at before they go to a person.
  std::optional<Question> question;
  Told told;
};

class LivingQueries {
 public:
  explicit LivingQueries(std::uint64_t salt) : all_(0, Hash{salt}) {}

  LivingQuery& add(LivingQuery query);  // its id is new
  LivingQuery* find(const Guid& id);
  LivingQuery* find_ours(std::uint16_t search_id);
  bool is_full() const { return all_.size() >= kMostLiving; }
  std::size_t size() const { return all_.size(); }
  void erase(const Guid& id);
  std::optional<LivingQuery> take(const Guid& id);  // out of here
  // Nobody is left to be waited for, or time is over.
  std::vector<Guid> over(Time now);
  void lost(LinkId link);  // who was waited for is gone; and who asked, without a word to it
  void settle(LivingQuery& query, LinkId from);  // it said "end"
  void finish(LivingQuery& query);               // enough went back: over, whoever is waited for
  void drop(const LivingQuery& query) { erase(query.id); }  // over, and nobody need hear it
  Time deadline() const { return deadline_; }

 private:
  struct Hash {  // supernodes choose the ids that they pass on
    std::uint64_t salt = 0;
    std::size_t operator()(const Guid& guid) const { return route_hash(guid, salt); }
  };
  std::unordered_map<Guid, LivingQuery, Hash> all_;
  std::vector<Guid> settled_;  // nobody is waited for; may be gone already
  Time deadline_ = kNever;     // no later than the first `ends`
};

}  // namespace p2p::kazaa
