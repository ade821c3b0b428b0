// Whole downloads by a Swarm, in memory.
#include <gtest/gtest.h>

#include "tests/support/swarm_world.h"

namespace p2p::transfer {
namespace {

constexpr std::uint64_t kMiB = 1 << 20U;

double seconds(const SwarmWorld& world) {
  return static_cast<double>(world.now().time_since_epoch().count()) / 1000;
}

TEST(SwarmRuns, FourUnequalSourcesGiveNearlyAllThatTheyCanTogether) {
  Swarm swarm(PieceMap(512 * kMiB), {});
  SwarmWorld world(swarm, false, {{1 * kMiB}, {2 * kMiB}, {4 * kMiB}, {8 * kMiB}}, 1);
  ASSERT_TRUE(world.run(60s));
  EXPECT_GE(512.0 / seconds(world), 0.95 * 15) << seconds(world);
  printf("%f MiB/s, %llu requests, received %f\n", 512.0 / seconds(world),
         (unsigned long long)world.requests(), double(world.received()) / kMiB);
}

TEST(SwarmRuns, LiarsAreDroppedAndTheFileIsRight) {
  Swarm swarm(PieceMap(256 * kMiB), {true, false});
  std::vector<WorldSource> sources;
  for (unsigned i = 0; i < 200; ++i) {
    sources.push_back({kMiB / 8});
    sources.back().lies = i % 4 != 0;
  }
  SwarmWorld world(swarm, true, sources, 2);
  ASSERT_TRUE(world.run(600s));
  EXPECT_TRUE(world.lies().empty());
  EXPECT_EQ(world.fault(), "");
  std::size_t dropped = 0;
  for (unsigned i = 0; i < 200; ++i)
    dropped += swarm.is_dropped(i);
  printf("%f s, %llu requests, received %f dropped %zu\n", seconds(world),
         (unsigned long long)world.requests(), double(world.received()) / kMiB, dropped);
}
}  // namespace
}  // namespace p2p::transfer
