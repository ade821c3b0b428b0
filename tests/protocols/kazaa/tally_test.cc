#include "protocols/kazaa/tally.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace p2p::kazaa {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(Tally, CountsByTypeAndDirectionAndLeavesOutWhatIsZero) {
  Tally tally;
  EXPECT_THAT(tally.rows(), IsEmpty());
  tally.in(Type::query);
  tally.in(Type::query);
  tally.out(Type::relayed_query);
  tally.drop(Drop::duplicate);
  EXPECT_THAT(tally.rows(), ElementsAre(Pair("query in", 2), Pair("relayed_query out", 1),
                                        Pair("dropped: duplicate", 1)));
  EXPECT_EQ(tally.in(), 2U);
  EXPECT_EQ(tally.out(), 1U);
}

TEST(Tally, TypesThatNobodyKnowsAreCountedTogether) {
  Tally tally;
  for (const unsigned type : {0x70U, 0x5fU, 0xffU, 0x8006U, 0xffffU})
    tally.in(static_cast<Type>(type));
  EXPECT_EQ(tally.in(), 5U);
  EXPECT_THAT(tally.rows(), ElementsAre(Pair("unknown in", 5)));
}

TEST(Tally, EachReasonHasItsOwnName) {
  std::set<std::string_view> names;
  for (unsigned i = 0; i < static_cast<unsigned>(Drop::count); ++i)
    names.insert(to_text(static_cast<Drop>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Drop::count));
  EXPECT_FALSE(names.contains(""));
}

}  // namespace
}  // namespace p2p::kazaa
