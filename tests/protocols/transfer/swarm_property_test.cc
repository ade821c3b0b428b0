// A thousand downloads drawn at random: whatever the sources do, the file comes.
#include <gtest/gtest.h>

#include "tests/support/swarm_world.h"
#include "tests/support/units.h"

namespace p2p::transfer {
namespace {

using test::kKiB;

std::vector<std::pair<Duration, Duration>> some_times(Rng& rng) {
  std::vector<std::pair<Duration, Duration>> out;
  Duration at(rng.below(5000));
  for (std::uint64_t left = rng.below(4); left > 0; --left) {
    const Duration until = at + Duration(1 + rng.below(30'000));
    out.emplace_back(at, until);
    at = until + Duration(1 + rng.below(20'000));
  }
  return out;
}

WorldSource some_source(Rng& rng, std::uint64_t size, bool has_tree) {
  WorldSource source;
  source.rate = 1 + (kKiB << rng.below(13));
  source.latency = Duration(rng.below(300));
  source.lies = has_tree && rng.below(3) == 0;
  if (rng.below(4) == 0) source.manner = Manner::stream;
  if (rng.below(3) == 0) source.most = 1 + rng.below(500 * kKiB);
  if (rng.below(2) == 0) {
    source.has.emplace();
    for (int i = 0; i < 4; ++i) {
      const std::uint64_t begin = rng.below(size);
      source.has->insert({begin, begin + rng.below(size - begin)});
    }
    source.tells = rng.below(2) == 0;
  }
  if (rng.below(2) == 0) source.away = some_times(rng);
  if (rng.below(2) == 0) source.stalls = some_times(rng);
  return source;
}

class SwarmRandom : public testing::TestWithParam<std::uint64_t> {};

// One source is honest, has all and stays; the rest come, go, stall, lie and give what they like.
TEST_P(SwarmRandom, EveryByteArrivesAndNoneIsLost) {
  for (std::uint64_t seed = GetParam(); seed < GetParam() + 100; ++seed) {
    Rng rng(seed);
    const std::uint64_t size = 1 + rng.below(4096 * kKiB);
    const bool has_tree = rng.below(2) == 0;
    std::vector<WorldSource> sources{{20 * kKiB + rng.below(200 * kKiB)}};
    for (std::uint64_t left = rng.below(12); left > 0; --left)
      sources.push_back(some_source(rng, size, has_tree));
    Swarm swarm(PieceMap(size), {has_tree, rng.below(4) == 0});
    SwarmWorld world(swarm, has_tree, sources, seed);
    world.be_strict();
    world.run(Duration(rng.below(20'000)));
    const std::uint64_t lost = rng.below(size);
    world.lose({lost, lost + rng.below(size - lost)});
    ASSERT_TRUE(world.run(1h)) << "seed " << seed;
    EXPECT_EQ(world.fault(), "") << "seed " << seed;
    EXPECT_TRUE(world.lies().empty()) << "seed " << seed;
    EXPECT_TRUE(swarm.map().had().contains({0, size})) << "seed " << seed;
    EXPECT_TRUE(swarm.map().free().empty()) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SwarmRandom, testing::Range<std::uint64_t>(0, 1000, 100));

}  // namespace
}  // namespace p2p::transfer
