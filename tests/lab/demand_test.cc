#include "servent/lab/demand.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace p2p::lab {
namespace {

bool everybody(NodeNumber) {
  return true;
}

Placement little_there(std::size_t nodes, std::size_t distinct) {
  PlacementSetup setup;
  setup.nodes = nodes;
  setup.distinct = distinct;
  setup.free_riders = 0.9;
  setup.mean_files = 2;
  return Placement(setup);
}

TEST(Demand, AsksByPopularityAndInTime) {
  const Placement placement = little_there(1'000'000, 200);
  DemandSetup setup;
  setup.count = 50'000;
  setup.gap_ms = 250;
  Demand demand(placement, setup);
  std::vector<std::size_t> asked(200);
  std::size_t low = 0;
  for (std::size_t i = 0; i < setup.count; ++i) {
    const auto wish = demand.next(everybody);
    ASSERT_TRUE(wish);
    EXPECT_EQ(wish->at, i * 250);
    ++asked[wish->file];
    if (wish->node < 250'000) ++low;
  }
  EXPECT_FALSE(demand.next(everybody));
  // Few have what they would ask for, so the law is nearly that of the draws.
  const Zipf zipf(200, 0.82);
  EXPECT_NEAR(static_cast<double>(asked[0]), zipf.probability(0) * 50'000, 250);
  EXPECT_NEAR(static_cast<double>(asked[99]), zipf.probability(99) * 50'000, 60);
  EXPECT_NEAR(static_cast<double>(low), 12'500, 450);
}

TEST(Demand, NobodyAsksForWhatItHasNorTwice) {
  PlacementSetup setup;
  setup.nodes = 10;
  setup.distinct = 20;
  setup.mean_files = 5;
  const Placement placement(setup);
  DemandSetup wanted;
  wanted.count = 1'000;
  Demand demand(placement, wanted);
  std::set<std::pair<NodeNumber, FileNumber>> seen;
  while (const auto wish = demand.next(everybody)) {
    EXPECT_FALSE(placement.has(wish->node, wish->file));
    EXPECT_TRUE(seen.emplace(wish->node, wish->file).second);
  }
  EXPECT_EQ(seen.size(), 200 - placement.copies());  // and then there is nothing left
}

TEST(Demand, OnlyThoseAskWhoAreUp) {
  const Placement placement = little_there(10'000, 200);
  Demand demand(placement, {});
  std::set<NodeNumber> askers;
  for (int i = 0; i < 50; ++i)
    askers.insert(demand.next([](NodeNumber node) { return node % 5'000 == 7; })->node);
  EXPECT_EQ(askers, (std::set<NodeNumber>{7, 5'007}));
  EXPECT_FALSE(demand.next([](NodeNumber) { return false; }));
}

TEST(Demand, AsksForOneFileOrForAnArtist) {
  Placement placement = little_there(1'000, 2'000);
  DemandSetup setup;
  setup.count = 1'000;
  setup.by_artist = 0.3;
  Demand demand(placement, setup);
  std::size_t for_all = 0;
  while (const auto wish = demand.next(everybody)) {
    const auto& files = placement.matching(wish->query);
    EXPECT_TRUE(std::ranges::binary_search(files, wish->file));
    if (wish->query.words.size() == 1)
      ++for_all;
    else
      EXPECT_EQ(files.size(), 1U);
  }
  EXPECT_NEAR(static_cast<double>(for_all), 300, 60);
}

TEST(Demand, IsTheSameForTheSameSeed) {
  const Placement placement = little_there(1'000, 200);
  DemandSetup setup;
  Demand first(placement, setup);
  Demand second(placement, setup);
  for (std::size_t i = 0; i < setup.count; ++i) {
    const auto a = first.next(everybody);
    const auto b = second.next(everybody);
    ASSERT_TRUE(a && b);
    EXPECT_EQ(a->node, b->node);
    EXPECT_EQ(a->query, b->query);
  }
}

}  // namespace
}  // namespace p2p::lab
