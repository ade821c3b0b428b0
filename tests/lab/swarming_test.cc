#include "servent/lab/swarming.h"

#include <gtest/gtest.h>

namespace p2p::lab {
namespace {

SwarmingSetup few() {
  SwarmingSetup setup;
  setup.fetchers = 8;
  setup.size_bytes = 4'000'000;
  setup.over_s = 1;
  setup.up_rate = 50'000;
  return setup;
}

TEST(Swarming, OneAloneFetchesAsFastAsItIsGiven) {
  SwarmingSetup setup = few();
  setup.fetchers = 1;
  const Swarmed met = swarm(setup);
  EXPECT_EQ(met.completed, 1);
  EXPECT_NEAR(met.mean_s.value_or(0), 80, 4);
  EXPECT_EQ(met.of_first, 1);
}

// experiments.md, scenario 18: with a swarm the time hardly grows with those who want it.
TEST(Swarming, PartsAreGivenOn) {
  SwarmingSetup setup = few();
  const Swarmed parts = swarm(setup);
  setup.shares_parts = false;
  const Swarmed whole = swarm(setup);
  EXPECT_EQ(parts.completed, 1);
  EXPECT_EQ(whole.completed, 1);
  EXPECT_LT(parts.mean_s.value_or(0) * 2, whole.mean_s.value_or(0));
  EXPECT_LT(parts.of_first, 0.6);
  EXPECT_GT(whole.of_first, 0.9) << "nobody has all before the source is through";
}

// experiments.md, scenario 15.
TEST(Swarming, RarestFirstNeedsTheSourceForLittleMoreThanOneCopy) {
  SwarmingSetup setup = few();
  setup.fetchers = 30;
  setup.sources_leave = true;
  const Swarmed rarest = swarm(setup);
  setup.in_order = true;
  const Swarmed in_order = swarm(setup);
  EXPECT_GE(rarest.pieces_left, in_order.pieces_left);
  EXPECT_LT(in_order.completed, 0.1) << "all have the first pieces, nobody the last";
}

TEST(Swarming, TheSameSeedGivesTheSame) {
  const Swarmed one = swarm(few());
  const Swarmed two = swarm(few());
  EXPECT_EQ(one.mean_s, two.mean_s);
  EXPECT_EQ(one.of_first, two.of_first);
}

TEST(Swarming, WhoGoesWhenHeHasItGivesNothingOn) {
  SwarmingSetup setup = few();
  setup.stays = false;
  const Swarmed met = swarm(setup);
  EXPECT_EQ(met.completed, 1);
  EXPECT_EQ(met.pieces_left, 1) << "the source is there";
}

}  // namespace
}  // namespace p2p::lab
