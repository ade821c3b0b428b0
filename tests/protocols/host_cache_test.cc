#include "protocols/host_cache.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hosts.h"

namespace p2p {
namespace {

using test::host;

using Origin = HostCache::Origin;

struct HostCacheTest : testing::Test {
  HostCache cache;
  Rng rng{1};
  Time now{1'000'000ms};
};

TEST_F(HostCacheTest, TheUsersOwnGoFirstThenThoseNearUs) {
  cache.add(host(1), Origin::told, now);
  cache.add(host(2), Origin::earlier, now);
  cache.add(host(3), Origin::beacon, now);
  cache.add(host(4), Origin::user, now);
  std::vector<Endpoint> order;
  while (const auto next = cache.next(now, rng))
    order.push_back(*next);
  EXPECT_THAT(order, testing::ElementsAre(host(4), host(3), host(2), host(1)));
}

TEST_F(HostCacheTest, WhoFailsWaitsLongerEachTimeAndIsForgottenInTheEnd) {
  cache.add(host(1), Origin::told, now);
  Duration before{};
  for (unsigned i = 0; i + 1 < HostCache::kHopeless; ++i) {
    ASSERT_TRUE(cache.next(now, rng));
    cache.failed(host(1), now);
    const Duration wait = cache.earliest() - now;
    EXPECT_GT(wait, before);
    EXPECT_FALSE(cache.next(now + wait - 1ms, rng));
    before = wait;
    now += wait;
  }
  ASSERT_TRUE(cache.next(now, rng));
  cache.failed(host(1), now);
  EXPECT_EQ(cache.size(), 0U);
}

TEST_F(HostCacheTest, WhoRefusesIsNotCalledAThirdTimeWithinAMinute) {
  cache.add(host(1), Origin::user, now);
  ASSERT_TRUE(cache.next(now, rng));
  cache.refused(host(1), now);
  EXPECT_FALSE(cache.next(now + 59s, rng));
  ASSERT_TRUE(cache.next(now + 60s, rng));
  cache.refused(host(1), now + 60s);
  EXPECT_FALSE(cache.next(now + 170s, rng));
}

TEST_F(HostCacheTest, WhoIsLinkedIsNotDialled) {
  cache.add(host(1), Origin::told, now);
  cache.linked(host(1), now);
  EXPECT_FALSE(cache.next(now, rng));
  EXPECT_EQ(cache.earliest(), kNever);
  cache.unlinked(host(1), now);
  EXPECT_FALSE(cache.next(now, rng));
  EXPECT_TRUE(cache.next(now + HostCache::kAfterLink, rng));
}

TEST_F(HostCacheTest, ItIsBoundedAndKeepsWhatWasGood) {
  cache.add(host(0), Origin::told, now);
  cache.linked(host(0), now);
  cache.add(host(1), Origin::user, now);
  for (std::uint32_t i = 2; i < 3 * HostCache::kMost; ++i)
    cache.add(host(i), Origin::told, now + std::chrono::milliseconds(i));
  EXPECT_EQ(cache.size(), HostCache::kMost);
  EXPECT_TRUE(cache.knows(host(0)));
  EXPECT_TRUE(cache.knows(host(1)));
  EXPECT_FALSE(cache.knows(host(2)));
}

TEST_F(HostCacheTest, WhatCannotBeCalledIsNotTaken) {
  cache.add({0x0a000001, 0}, Origin::told, now);
  cache.add({0, 6346}, Origin::told, now);
  cache.add({0xe0000001, 6346}, Origin::told, now);
  EXPECT_EQ(cache.size(), 0U);
}

TEST_F(HostCacheTest, ItTellsGoodOnesFirst) {
  for (std::uint32_t i = 0; i < 20; ++i)
    cache.add(host(i), Origin::told, now);
  cache.linked(host(7), now + 5s);
  const auto told = cache.some(5, rng);
  ASSERT_EQ(told.size(), 5U);
  EXPECT_EQ(told.front(), host(7));
  EXPECT_EQ(std::set<Endpoint>(told.begin(), told.end()).size(), 5U);
}

TEST_F(HostCacheTest, ItsRowsTellWhatBecameOfEach) {
  const Time before = now;
  for (std::uint32_t number = 1; number <= 4; ++number)
    cache.add(host(number), number == 1 ? Origin::user : Origin::told, now);
  now += 1s;
  while (cache.next(now, rng)) {
  }
  cache.linked(host(1), now);
  cache.failed(host(2), now);
  cache.unlinked(host(3), now);
  now += 1min;
  const auto rows = cache.rows(now);  // by their addresses
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].endpoint, host(1));
  EXPECT_EQ(rows[0].told_by, "user");
  EXPECT_EQ(rows[0].state, "up");
  EXPECT_EQ(rows[0].good, before + 1s);
  EXPECT_EQ(rows[1].told_by, "others");
  EXPECT_EQ(rows[1].failures, 1U);
  EXPECT_EQ(rows[1].state, "") << "it has waited long enough";
  EXPECT_EQ(rows[1].heard, before);
  EXPECT_EQ(rows[1].tried, before + 1s);
  EXPECT_EQ(rows[1].good, Time{});
  EXPECT_EQ(rows[3].state, "trying");
  EXPECT_EQ(cache.rows(before + 1s)[1].state, "waits");
}

}  // namespace
}  // namespace p2p
