#include "servent/lab/progress.h"

#include <gtest/gtest.h>

namespace p2p::lab {
namespace {

TEST(Progress, TellsRunsTimeAndRates) {
  const Advance advance{27, 12, 2, 60, 3'000'000, 1'200'000, {}, "query.ttl = 7, seed 2"};
  EXPECT_EQ(to_line(advance, 200),
            "12 of 27 runs, 1:30 left, 20.0 k messages/s, 50.0 k events/s: query.ttl = 7, seed 2");
}

// Half of the only run took a minute, which the rest of it will too.
TEST(Progress, TellsHowFarARunIs) {
  const Advance advance{1, 0, 0, 60, 0, 0, {{1000, 500, 1000, 600, 120}}, "seed 1"};
  EXPECT_EQ(to_line(advance, 200),
            "0 of 1 runs + 50 %, 1:00 left, 2 messages/s, 10 events/s: seed 1");
}

TEST(Progress, SaysNothingOfWhatItDoesNotKnow) {
  EXPECT_EQ(to_line({9, 0, 0, 60, 0, 0, {{}}, ""}, 200), "0 of 9 runs");
  EXPECT_EQ(to_line({9, 3, 3, 60, 0, 0, {}, ""}, 200), "3 of 9 runs");
}

TEST(Progress, TellsHours) {
  EXPECT_EQ(to_line({2, 1, 0, 3 * 3600 + 62, 0, 0, {}, ""}, 200), "1 of 2 runs, 3:01:02 left");
}

TEST(Progress, FitsTheTerminalAndShowsNoControlCharacter) {
  EXPECT_EQ(to_line({9, 3, 0, 0, 0, 0, {}, "overlay.graph = \x1b[2J"}, 200),
            "3 of 9 runs: overlay.graph = \\x1b[2J");
  EXPECT_EQ(to_line({9, 3, 0, 0, 0, 0, {}, "overlay.graph"}, 20), "3 of 9 runs: overla…");
}

}  // namespace
}  // namespace p2p::lab
