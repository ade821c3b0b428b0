#include "servent/lab/link_ends.h"

#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/base/rng.h"

namespace p2p::lab {
namespace {

using EndState = LinkEnds::State;

std::vector<LinkEnds::Place> ends_of(const LinkEnds& ends, LinkEnds::Group last) {
  std::vector<LinkEnds::Place> all;
  ends.each(last, [&](LinkEnds::Place place) { all.push_back(place); });
  return all;
}

TEST(LinkEnds, BothKnowEachOtherOnceTheyHaveMet) {
  LinkEnds ends;
  LinkEnds::Group of_five = LinkEnds::kNone;
  LinkEnds::Group of_nine = LinkEnds::kNone;
  const auto here = ends.add(5, of_five);
  EXPECT_EQ(ends.state(here), EndState::dialling);
  const auto there = ends.add(9, of_nine);
  ends.join(here, there, 70);
  EXPECT_EQ(ends.state(here), EndState::up);
  EXPECT_EQ(ends.state(there), EndState::up);
  EXPECT_EQ(ends.node(here), 5U);
  EXPECT_EQ(ends.node(there), 9U);
  EXPECT_EQ(ends[here].other, there);
  EXPECT_EQ(ends[there].other, here);
  EXPECT_EQ(ends[here].peer, 9U);
  EXPECT_EQ(ends[there].peer, 5U);
  EXPECT_EQ(ends[there].arrival_ms, 70U);
}

TEST(LinkEnds, APlaceThatNobodyWasGivenIsNoLink) {
  LinkEnds ends;
  EXPECT_FALSE(ends.has(0));
  LinkEnds::Group last = LinkEnds::kNone;
  const auto place = ends.add(1, last);
  EXPECT_TRUE(ends.has(place));
  EXPECT_EQ(ends.state(place + 1), EndState::free);  // beside it, for its node
  EXPECT_FALSE(ends.has(place + 4));
}

TEST(LinkEnds, AllOfANodeMayCloseWhileTheyAreSeen) {
  LinkEnds ends;
  LinkEnds::Group last = LinkEnds::kNone;
  for (int i = 0; i < 10; ++i)
    ends.add(1, last);
  ends.each(last, [&](LinkEnds::Place place) { ends.close(place, last); });
  EXPECT_TRUE(ends_of(ends, last).empty());
  const auto next = ends.add(1, last);
  EXPECT_EQ(ends_of(ends, last), std::vector{next});
}

TEST(LinkEnds, ALostOneIsOpenNoMore) {
  LinkEnds ends;
  LinkEnds::Group last = LinkEnds::kNone;
  const auto lost = ends.add(1, last);
  const auto kept = ends.add(1, last);
  ends.close(lost, last, EndState::lost);
  EXPECT_EQ(ends.state(lost), EndState::lost);
  EXPECT_EQ(ends_of(ends, last), std::vector{kept});
  ends.bury(lost);
  EXPECT_EQ(ends.state(lost), EndState::closed);
  EXPECT_EQ(ends_of(ends, last), std::vector{kept});
}

// Beside lists: a node's ends are those that were not closed, the latest first, and no place comes
// twice.
TEST(LinkEnds, AgreesWithListsOfThem) {
  constexpr NodeNumber kNodes = 5;
  LinkEnds ends;
  Rng rng(7);
  std::vector<LinkEnds::Group> last(kNodes, LinkEnds::kNone);
  std::vector<std::vector<LinkEnds::Place>> lists(kNodes);
  std::map<LinkEnds::Place, NodeNumber> given;
  for (int step = 0; step < 20'000; ++step) {
    const auto node = static_cast<NodeNumber>(rng.below(kNodes));
    std::vector<LinkEnds::Place>& list = lists[node];
    if (list.empty() || rng.below(list.size() > 12 ? 3 : 2) == 0) {
      const auto place = ends.add(node, last[node]);
      ASSERT_TRUE(given.emplace(place, node).second) << step;
      list.insert(list.begin(), place);
    } else {
      const auto which = list.begin() + static_cast<std::ptrdiff_t>(rng.below(list.size()));
      ends.close(*which, last[node]);
      ASSERT_EQ(ends.state(*which), EndState::closed);
      list.erase(which);
    }
    ASSERT_EQ(ends_of(ends, last[node]), list) << step;
  }
  for (const auto& [place, node] : given)
    ASSERT_EQ(ends.node(place), node);
}

}  // namespace
}  // namespace p2p::lab
