// Whole downloads by a Swarm, in memory: what they cost in time and in bytes that come twice.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/swarm_world.h"
#include "tests/support/units.h"

namespace p2p::transfer {
namespace {

using test::kKiB;
using test::kMiB;

double seconds(const SwarmWorld& world) {
  return static_cast<double>(world.now().time_since_epoch().count()) / 1000;
}

struct Cost {
  double rate = 0;   // MiB a second
  double twice = 0;  // the share of the bytes that came once more
  std::uint64_t requests = 0;
  std::vector<std::uint64_t> given;
};

Cost cost_of(std::uint64_t size, const std::vector<WorldSource>& sources) {
  Swarm swarm(PieceMap(size), {});
  SwarmWorld world(swarm, false, sources, 1);
  EXPECT_TRUE(world.run(2h));
  Cost run;
  run.rate = static_cast<double>(size) / static_cast<double>(kMiB) / seconds(world);
  run.twice = static_cast<double>(world.received() - size) / static_cast<double>(size);
  run.requests = world.requests();
  for (std::size_t i = 0; i < sources.size(); ++i)
    run.given.push_back(world.given_by(i));
  return run;
}

TEST(SwarmRuns, FourUnequalSourcesGiveNearlyAllThatTheyCanTogether) {
  const Cost run = cost_of(512 * kMiB, {{kMiB}, {2 * kMiB}, {4 * kMiB}, {8 * kMiB}});
  EXPECT_GE(run.rate, 0.95 * 15);
  EXPECT_LE(run.twice, 0.01);
  EXPECT_LE(run.requests, 150U);
}

TEST(SwarmRuns, StreamsToo) {
  std::vector<WorldSource> sources{{kMiB}, {2 * kMiB}, {4 * kMiB}, {8 * kMiB}};
  for (WorldSource& source : sources)
    source.manner = Manner::stream;
  const Cost run = cost_of(512 * kMiB, sources);
  EXPECT_GE(run.rate, 0.95 * 15);
  EXPECT_LE(run.twice, 0.01);
  EXPECT_LE(run.requests, 150U);
}

TEST(SwarmRuns, ASmallFileDoesNotWaitForTheSlowestSource) {
  const Cost run = cost_of(4 * kMiB, {{kMiB}, {5 * kKiB}, {5 * kKiB}});
  EXPECT_GE(run.rate, 0.8);
}

TEST(SwarmRuns, AVerySlowSourceCostsNothing) {
  const Cost alone = cost_of(64 * kMiB, {{4 * kMiB}});
  const Cost both = cost_of(64 * kMiB, {{4 * kMiB}, {kKiB}});
  EXPECT_GE(both.rate, 0.98 * alone.rate);
}

TEST(SwarmRuns, TwoHundredSourcesOfOneFile) {
  std::vector<WorldSource> sources;
  double sum = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    sources.push_back({(i % 8 + 1) * 256 * kKiB});
    sum += static_cast<double>(i % 8 + 1) / 4;
  }
  const Cost run = cost_of(4 * 1024 * kMiB, sources);
  EXPECT_GE(run.rate, 0.95 * sum);
  EXPECT_LE(run.twice, 0.01);
  EXPECT_TRUE(std::ranges::all_of(run.given, [](std::uint64_t bytes) { return bytes > 0; }));
}

TEST(SwarmRuns, StallsAndDeparturesCostTheirSourcesOnly) {
  std::vector<WorldSource> sources(5, {kMiB});
  sources[1].stalls = {{5s, 1h}};
  sources[2].away = {{3s, 20s}, {22s, 2h}};
  sources[3].stalls = {{2s, 30s}, {40s, 41s}};
  // The two that stay give 2 MiB a second.
  const Cost run = cost_of(128 * kMiB, sources);
  EXPECT_GE(run.rate, 2.0);
  EXPECT_LE(run.twice, 0.01);
}

TEST(SwarmRuns, OfTwoHundredSourcesThreeInFourLieAndTheFileIsRight) {
  Swarm swarm(PieceMap(256 * kMiB), {true, false});
  std::vector<WorldSource> sources;
  for (SourceIndex i = 0; i < 200; ++i) {
    sources.push_back({128 * kKiB});
    sources.back().lies = i % 4 != 0;
  }
  SwarmWorld world(swarm, true, sources, 2);
  ASSERT_TRUE(world.run(10min));
  EXPECT_EQ(world.fault(), "");
  EXPECT_TRUE(world.lies().empty());
  EXPECT_TRUE(swarm.is_complete());
  for (SourceIndex i = 0; i < 200; ++i)
    EXPECT_EQ(swarm.is_dropped(i), sources[i].lies) << i;
  // Each liar could spoil some pieces before it was dropped, and no more.
  EXPECT_LE(world.received(), (256 + 150) * kMiB);
}

// Scenario 15: the only source that has all leaves after it has given the file once. With the
// rarest piece first nothing is lost then; each of the others had a part.
TEST(SwarmRuns, TheRarestFirstSavesWhatOnlyOneSourceHas) {
  constexpr std::uint64_t kSize = 64 * kMiB;
  Swarm swarm(PieceMap(kSize), {});
  std::vector<WorldSource> sources{{kMiB}};
  for (int i = 0; i < 4; ++i) {
    sources.push_back({4 * kMiB});
    sources.back().has.emplace().insert({0, kSize / 2});
  }
  sources[0].away = {{36s, 2h}};  // 32 s for the half that nobody else has
  SwarmWorld world(swarm, false, sources, 1);
  EXPECT_TRUE(world.run(60s));
}

}  // namespace
}  // namespace p2p::transfer
