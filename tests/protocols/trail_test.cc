#include "protocols/trail.h"

#include <gtest/gtest.h>

namespace p2p {
namespace {

TEST(Trail, TellsWhatPassedOldestFirst) {
  Trail trail;
  EXPECT_TRUE(trail.steps().empty());
  for (int i = 0; i < 3; ++i)
    trail.add({Time(Duration(i)), {}, {1, 2}, {3, 4}, TrailStep::What::query_out});
  const auto steps = trail.steps();
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[2].at, Time(Duration(2)));
}

TEST(Trail, ForgetsTheOldest) {
  Trail trail;
  const auto all = static_cast<int>(kMostTrailSteps) + 5;
  for (int i = 0; i < all; ++i)
    trail.add({Time(Duration(i)), {}, {}, {}, TrailStep::What::query_in});
  const auto steps = trail.steps();
  ASSERT_EQ(steps.size(), kMostTrailSteps);
  EXPECT_EQ(steps.front().at, Time(Duration(5)));
  EXPECT_EQ(steps.back().at, Time(Duration(all - 1)));
}

}  // namespace
}  // namespace p2p
