#include "servent/lab/draws.h"

#include <set>

#include <gtest/gtest.h>

#include "servent/lab/pollution.h"

namespace p2p::lab {
namespace {

TEST(Draws, EachPartOfEachRunHasASeedOfItsOwn) {
  std::set<std::uint64_t> seeds;
  constexpr unsigned kParts = static_cast<unsigned>(Drawn::swarm) + 1;
  for (std::uint64_t seed = 0; seed < 1'000; ++seed)
    for (unsigned part = 0; part < kParts; ++part)
      seeds.insert(seed_of(seed, static_cast<Drawn>(part)));
  EXPECT_EQ(seeds.size(), 1'000U * kParts);
}

// Seeds that differ in their last bits must not be the same draws in another order.
TEST(Draws, AsManyCopiesAreBadByAnotherSeedOnlyByChance) {
  std::set<std::size_t> counts;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const Pollution pollution(0.5, 100, seed_of(seed, Drawn::pollution));
    std::size_t bad = 0;
    for (NodeNumber node = 0; node < 512; ++node)
      bad += pollution.is_bad({0, node}) ? 1U : 0U;
    counts.insert(bad);
  }
  EXPECT_GT(counts.size(), 4U);
}

}  // namespace
}  // namespace p2p::lab
