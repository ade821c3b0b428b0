#include "servent/lab/wheel.h"

#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/base/rng.h"

namespace p2p::lab {
namespace {

TEST(Wheel, GivesWhatIsDueInTheOrderOfTimeThenOfThePush) {
  Wheel<int> wheel;
  wheel.push(5, 1);
  wheel.push(3, 2);
  wheel.push(5, 3);
  const auto first = wheel.pop(10);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->at, 3U);
  EXPECT_EQ(first->event, 2);
  EXPECT_EQ(wheel.pop(10)->event, 1);
  EXPECT_EQ(wheel.pop(10)->event, 3);
  EXPECT_FALSE(wheel.pop(10));
  EXPECT_EQ(wheel.now(), 10U);
}

TEST(Wheel, KeepsWhatIsLaterThanTheEnd) {
  Wheel<int> wheel;
  wheel.push(100'000, 1);
  EXPECT_FALSE(wheel.pop(99'999));
  EXPECT_EQ(wheel.size(), 1U);
  wheel.push(99'999, 2);
  EXPECT_EQ(wheel.pop(200'000)->event, 2);
  EXPECT_EQ(wheel.pop(200'000)->at, 100'000U);
}

TEST(Wheel, TakesWhatShouldHaveBeenForNow) {
  Wheel<int> wheel;
  EXPECT_FALSE(wheel.pop(50));
  wheel.push(10, 1);
  EXPECT_EQ(wheel.pop(60)->at, 50U);
}

// Beside the slow, obvious one: pushes while popping, near, far and at the edges of blocks.
TEST(Wheel, AgreesWithASortedMap) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Rng rng(seed);
    Wheel<int> wheel;
    std::multimap<std::uint64_t, int> plain;  // equal keys stay in the order of their insertion
    int next = 0;
    const auto push = [&](std::uint64_t at) {
      wheel.push(at, next);
      plain.emplace(at, next++);
    };
    for (int i = 0; i < 100; ++i)
      push(rng.below(20'000));
    for (std::uint64_t end = 0; end < 60'000; end += rng.below(3'000)) {
      while (const auto due = wheel.pop(end)) {
        ASSERT_FALSE(plain.empty());
        ASSERT_EQ(due->at, plain.begin()->first);
        ASSERT_EQ(due->event, plain.begin()->second);
        plain.erase(plain.begin());
        const std::uint64_t far = rng.below(4) == 0 ? 9'000 : rng.below(2) == 0 ? 4'096 : 50;
        if (next < 3'000) push(due->at + rng.below(far));
      }
      ASSERT_TRUE(plain.empty() || plain.begin()->first > end);
      ASSERT_EQ(wheel.size(), plain.size());
      ASSERT_EQ(wheel.now(), end);
    }
  }
}

}  // namespace
}  // namespace p2p::lab
