#include "tui/counts.h"

#include <gtest/gtest.h>

namespace p2p::tui {
namespace {

TEST(Counts, TellsHowFastACounterGoes) {
  Counts counts;
  api::Snapshot snapshot;
  snapshot.networks.resize(1);
  snapshot.networks[0].mode = "gnutella";
  auto& counters = snapshot.networks[0].counters;
  counters = {{"query in", 100}};
  snapshot.now_ms = 10'000;
  counts.learn(snapshot);
  EXPECT_EQ(counts.hundredths("gnutella", "query in"), 0U);
  snapshot.now_ms += 400;  // too soon to tell
  counters[0].second += 1000;
  counts.learn(snapshot);
  EXPECT_TRUE(counts.steps("gnutella", "query in").empty());
  counters[0].second = 130;
  snapshot.now_ms = 12'000;
  counts.learn(snapshot);
  EXPECT_EQ(counts.hundredths("gnutella", "query in"), 1500U);
  EXPECT_EQ(counts.hundredths("gnutella", "no such"), 0U);
  for (std::uint64_t i = 1; i <= 20; ++i) {
    snapshot.now_ms += 1000;
    counters[0].second += i;
    counts.learn(snapshot);
  }
  const auto steps = counts.steps("gnutella", "query in");
  ASSERT_EQ(steps.size(), Counts::kSteps);
  EXPECT_EQ(steps.front(), 11U);
  EXPECT_EQ(steps.back(), 20U);
  counters[0].second = 3;  // the mode has begun anew
  snapshot.now_ms += 1000;
  counts.learn(snapshot);
  EXPECT_EQ(counts.hundredths("gnutella", "query in"), 0U);
  snapshot.networks.clear();
  counts.learn(snapshot);
  EXPECT_TRUE(counts.steps("gnutella", "query in").empty());
}

TEST(Counts, WritesRatesShortly) {
  EXPECT_EQ(per_second(0), "-");
  EXPECT_EQ(per_second(3), "0.1/s");
  EXPECT_EQ(per_second(1240), "12.4/s");
  EXPECT_EQ(per_second(310'000), "3.1k/s");
}

}  // namespace
}  // namespace p2p::tui
