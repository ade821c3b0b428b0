#include "protocols/gnutella/pong_cache.h"

#include <set>

#include <gtest/gtest.h>

namespace p2p::gnutella {
namespace {

PongCache::Known pong(std::uint32_t number, std::uint8_t hops, std::uint64_t from, Time at) {
  return {{0x0a000000U + number, 6346}, 1, 8, hops, LinkId{from}, at};
}

TEST(PongCache, AnswersAreSpreadOverTheDistances) {
  PongCache cache;
  Rng rng(1);
  for (std::uint32_t i = 0; i < 50; ++i)
    cache.add(pong(i, 1, 1, Time{}));
  cache.add(pong(60, 2, 1, Time{}));
  cache.add(pong(61, 3, 1, Time{}));
  const auto told = cache.answers(LinkId{2}, Time{}, rng);
  EXPECT_EQ(told.size(), PongCache::kAnswers);
  std::set<std::uint8_t> hops;
  std::set<Endpoint> endpoints;
  for (const auto& one : told) {
    hops.insert(one.hops);
    endpoints.insert(one.endpoint);
  }
  EXPECT_EQ(hops, (std::set<std::uint8_t>{1, 2, 3}));
  EXPECT_EQ(endpoints.size(), told.size());
}

TEST(PongCache, NobodyHearsWhatHeTold) {
  PongCache cache;
  Rng rng(1);
  cache.add(pong(1, 1, 7, Time{}));
  EXPECT_TRUE(cache.answers(LinkId{7}, Time{}, rng).empty());
  EXPECT_EQ(cache.answers(LinkId{8}, Time{}, rng).size(), 1U);
  cache.forget(LinkId{7});
  EXPECT_TRUE(cache.answers(LinkId{8}, Time{}, rng).empty());
}

TEST(PongCache, OldOnesAreNotToldAndTheNumberIsBounded) {
  PongCache cache;
  Rng rng(1);
  cache.add(pong(1, 1, 1, Time{}));
  EXPECT_EQ(cache.answers(LinkId{2}, Time{} + PongCache::kAge, rng).size(), 1U);
  EXPECT_TRUE(cache.answers(LinkId{2}, Time{} + PongCache::kAge + 1ms, rng).empty());
  for (std::uint32_t i = 0; i <= PongCache::kMost; ++i)
    cache.add(pong(10 + i, 1, i == 0 ? 5 : 6, Time{}));
  EXPECT_TRUE(cache.answers(LinkId{6}, Time{}, rng).empty()) << "the oldest went first";
}

}  // namespace
}  // namespace p2p::gnutella
