#include "servent/lab/presence.h"

#include <cmath>
#include <sstream>

#include <gtest/gtest.h>

namespace p2p::lab {
namespace {

TEST(Presence, HalfOfTheSessionsAreShorterThanTheMedian) {
  const Lifetime session{3'600, 0.5};
  Rng rng(1);
  int shorter = 0;
  for (int i = 0; i < 10'000; ++i)
    if (session.draw(rng) < 3'600'000) ++shorter;
  EXPECT_NEAR(shorter, 5'000, 200);
}

// workload.toml, [churn]: the figures that follow from a median of an hour.
TEST(Presence, TheMeanFollowsFromMedianAndShape) {
  const Lifetime session{3'600, 0.5};
  EXPECT_NEAR(session.scale_s(), 7'493, 1);
  EXPECT_NEAR(session.mean_s(), 14'986, 2);
}

TEST(Presence, AsManyAreThereAsTheTimesSay) {
  const Lifetime session{3'600, 0.5};
  constexpr int kNodes = 4'000;
  int there = 0;
  for (int node = 0; node < kNodes; ++node)
    there += Coming(session, session.mean_s(), static_cast<std::uint64_t>(node)).is_up() ? 1 : 0;
  EXPECT_NEAR(there, 2'000, 160);
}

TEST(Presence, ChangesComeInOrder) {
  Coming coming({60, 0.5}, 60, 3);
  for (int i = 0; i < 1'000; ++i) {
    const World::Ms before = coming.until();
    const bool was_up = coming.is_up();
    coming.change();
    EXPECT_GT(coming.until(), before);
    EXPECT_NE(coming.is_up(), was_up);
  }
}

Result<std::vector<Move>> moves(const std::string& text, std::size_t nodes = 10) {
  std::istringstream in(text);
  return read_moves(in, "trace", nodes);
}

TEST(Presence, ReadsATrace) {
  const auto read = moves("# who when\n1.5 3 down\n\n2 0 up\r\n2 3 up\n");
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(*read, (std::vector<Move>{{1'500, 3, false}, {2'000, 0, true}, {2'000, 3, true}}));
}

TEST(Presence, ATraceThatIsNoneIsRefusedByItsLine) {
  const auto why = [](const std::string& text) {
    const auto read = moves(text);
    return read ? std::string() : read.error().detail;
  };
  for (const char* line : {"x 1 up", "1 x up", "1 1 on", "1 1", "1 1 up more", "-1 1 up",
                           "nan 1 up", "inf 1 up", "1e300 1 up", "1 4294967296 up"})
    EXPECT_EQ(why(std::string("0 0 up\n") + line),
              "trace:2: must be like `60.5 17 down`: seconds, node, up or down")
        << line;
  EXPECT_EQ(why("2 1 up\n1 1 down\n"),
            "trace:2: a time before that of the line above: a trace is in order");
  EXPECT_EQ(why("1 10 up\n"), "trace:1: node 10 is not one of the 10, which count from 0");
  EXPECT_EQ(why("1 1 up\n2 1 up\n"), "trace:2: node 1 is up already");
}

}  // namespace
}  // namespace p2p::lab
