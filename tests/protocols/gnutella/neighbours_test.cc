#include "protocols/gnutella/neighbours.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <ranges>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/base/rng.h"

namespace p2p::gnutella {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAreArray;

LinkId numbered_link(std::uint64_t number) {
  return LinkId{number};
}

std::vector<LinkId> links_of(Neighbours::Range range) {
  std::vector<LinkId> links;
  std::ranges::transform(range, std::back_inserter(links), &Neighbour::id);
  return links;
}

// The node keeps some itself and others outside: nobody sees the difference.
TEST(GnutellaNeighbours, StayWhereTheyAreWhileOthersComeOpenAndGo) {
  constexpr std::uint64_t kLinks = 40;
  Neighbours all;
  Rng rng(7);
  std::map<LinkId, Neighbour*> there;
  std::map<LinkId, Neighbour*> opened;
  for (int step = 0; step < 5'000; ++step) {
    // Few at first, then many.
    const LinkId link = numbered_link(rng.below(step < 2'000 ? 8 : kLinks));
    if (const auto known = there.find(link); known == there.end()) {
      Neighbour& fresh = all.add(link);
      EXPECT_EQ(fresh.state, Neighbour::State::dialling) << "as new, whoever had its room";
      EXPECT_EQ(fresh.useful(), 0U);
      fresh.state = Neighbour::State::greeting;
      fresh.was_useful();
      there[link] = &fresh;
    } else if (!opened.contains(link) && rng.below(2) == 0) {
      all.open(link);
      opened.insert(*known);
    } else {
      const Neighbours::Owned gone = all.take(link);
      ASSERT_EQ(gone.get(), known->second);
      EXPECT_EQ(gone->id, link);
      there.erase(link);
      opened.erase(link);
    }
    ASSERT_EQ(all.size(), there.size());
    for (const auto& [known, neighbour] : there) {
      ASSERT_EQ(all.find(known), neighbour);
      ASSERT_EQ(neighbour->id, known);
    }
    const auto open = std::views::keys(opened);
    ASSERT_THAT(links_of(all.opened()), UnorderedElementsAreArray(open.begin(), open.end()));
    ASSERT_EQ(all.opened().size() + all.not_open().size(), all.size());
  }
}

TEST(GnutellaNeighbours, OneThatIsHeldKeepsItsRoom) {
  Neighbours all;
  all.add(numbered_link(1)).listens = 6346;
  Neighbours::Owned held = all.take(numbered_link(1));
  Neighbour* const place = held.get();
  EXPECT_NE(&all.add(numbered_link(2)), place);
  EXPECT_EQ(held->listens, 6346);
  held.reset();
  Neighbour& next = all.add(numbered_link(3));
  EXPECT_EQ(&next, place) << "the room is used again";
  EXPECT_EQ(next.listens, 0);
}

TEST(GnutellaNeighbours, AreNotThereAfterTheyWereTaken) {
  Neighbours all;
  EXPECT_EQ(all.take(numbered_link(1)), nullptr);
  all.add(numbered_link(1));
  EXPECT_NE(all.take(numbered_link(1)), nullptr);
  EXPECT_EQ(all.find(numbered_link(1)), nullptr);
  EXPECT_THAT(links_of(all.all()), IsEmpty());
}

}  // namespace
}  // namespace p2p::gnutella
