#include "protocols/kazaa/supernode_cache.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hosts.h"

namespace p2p::kazaa {
namespace {

using test::host;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct Cache : testing::Test {
  SupernodeCache cache;
  Rng rng{1};
  Time now{1'000'000ms};

  std::optional<Endpoint> next() { return cache.next(now, rng); }
  void told(std::uint32_t number, std::uint8_t minutes, std::uint8_t load) {
    cache.told({host(number), minutes, load}, now);
  }
};

TEST_F(Cache, TheFreshestComeFirstThenTheLeastLoadedThenTheNearest) {
  told(1, 20, 0);
  told(2, 1, 90);
  told(3, 4, 10);
  cache.answered(host(4), 10, 20ms, now);
  cache.answered(host(5), 10, 5ms, now);
  for (const std::uint32_t number : {5U, 4U, 3U, 2U, 1U})
    EXPECT_EQ(next(), host(number));
  EXPECT_EQ(next(), std::nullopt) << "all are being tried";
}

TEST_F(Cache, AmongEqualsAnyIsTaken) {
  std::set<Endpoint> first;
  for (int i = 0; i < 200; ++i) {
    SupernodeCache fresh;
    for (std::uint32_t j = 0; j < 3; ++j)
      fresh.told({host(j), 0, 0}, now);
    first.insert(*fresh.next(now, rng));
  }
  EXPECT_THAT(first, SizeIs(3));
}

TEST_F(Cache, WhatNobodyCanCallIsNotTaken) {
  for (const std::uint32_t address : {0U, 0xe0000001U, 0xffffffffU})
    cache.told({{address, 1214}, 0, 0}, now);
  cache.told({{0x0a000001, 0}, 0, 0}, now);
  EXPECT_EQ(cache.size(), 0U);
}

TEST_F(Cache, WhoDoesNotAnswerWaitsLongerEachTimeAndIsForgotten) {
  told(1, 0, 0);
  Duration wait = SupernodeCache::kFirstWait;
  for (unsigned i = 0; i + 1 < SupernodeCache::kHopeless; ++i) {
    ASSERT_EQ(next(), host(1)) << i;
    cache.failed(host(1), now);
    EXPECT_EQ(cache.earliest(), now + wait);
    now += wait - 1ms;
    EXPECT_EQ(next(), std::nullopt);
    now += 1ms;
    wait = std::min<Duration>(2 * wait, SupernodeCache::kLongestWait);
  }
  ASSERT_EQ(next(), host(1));
  cache.failed(host(1), now);
  EXPECT_FALSE(cache.knows(host(1)));
}

TEST_F(Cache, WhomTheUserNamedIsNeverForgotten) {
  cache.named(host(1), now);
  for (unsigned i = 0; i < 3 * SupernodeCache::kHopeless; ++i) {
    now += SupernodeCache::kLongestWait;
    ASSERT_EQ(next(), host(1)) << i;
    cache.failed(host(1), now);
  }
  cache.named(host(1), now);
  EXPECT_EQ(next(), host(1)) << "at once when it is named again";
}

TEST_F(Cache, AWordOfItsOwnIsWorthAnotherTry) {
  told(1, 0, 0);
  (void)next();
  cache.failed(host(1), now);
  told(1, 0, 0);
  EXPECT_EQ(next(), std::nullopt) << "what others say is not its own word";
  now += 1s;
  cache.seen(host(1), now);
  EXPECT_EQ(next(), host(1));
}

TEST_F(Cache, WhoIsFullIsLeftAloneForAWhile) {
  told(1, 0, 0);
  cache.full(host(1), now);
  EXPECT_EQ(cache.load_of(host(1)), 100);
  EXPECT_EQ(next(), std::nullopt);
  now += SupernodeCache::kAfterRefusal;
  EXPECT_EQ(next(), host(1));
  cache.refused(host(1), now);
  EXPECT_EQ(cache.earliest(), now + SupernodeCache::kAfterRefusal);
}

TEST_F(Cache, ALinkedOneIsNotCalledUntilALittleAfterItsEnd) {
  told(1, 0, 0);
  (void)next();
  cache.linked(host(1), now);
  EXPECT_EQ(next(), std::nullopt);
  EXPECT_EQ(cache.earliest(), kNever);
  EXPECT_THAT(cache.best(5, now), IsEmpty());
  cache.unlinked(host(1), now);
  EXPECT_EQ(next(), std::nullopt);
  now += SupernodeCache::kAfterLink;
  EXPECT_EQ(next(), host(1));
}

TEST_F(Cache, AFailedCallToALinkedOneChangesNothing) {
  told(1, 0, 0);
  (void)next();
  cache.linked(host(1), now);  // it called us meanwhile
  cache.failed(host(1), now);
  now += 1h;
  EXPECT_EQ(next(), std::nullopt);
  cache.unlinked(host(1), now);
  now += SupernodeCache::kAfterLink;
  EXPECT_EQ(next(), host(1));
}

TEST_F(Cache, ATryThatWeEndedOurselvesCostsNothing) {
  told(1, 0, 0);
  (void)next();
  cache.dropped(host(1));
  EXPECT_EQ(next(), host(1));
}

TEST_F(Cache, BeyondItsSizeTheOneSeenLongestAgoGoes) {
  cache.named(host(0), now - 2h);
  for (std::uint32_t i = 1; i < SupernodeCache::kMost; ++i)
    told(i, static_cast<std::uint8_t>(i == 7 ? 200 : 100), 0);
  ASSERT_EQ(cache.size(), SupernodeCache::kMost);
  told(9000, 201, 0);
  EXPECT_FALSE(cache.knows(host(9000))) << "older than all";
  told(9001, 5, 0);
  EXPECT_TRUE(cache.knows(host(9001)));
  EXPECT_FALSE(cache.knows(host(7)));
  EXPECT_TRUE(cache.knows(host(0))) << "named";
  for (std::uint32_t i = 0; i < 3000; ++i)
    told(10'000 + i, 0, 0);
  EXPECT_EQ(cache.size(), SupernodeCache::kMost);
  EXPECT_TRUE(cache.knows(host(0)));
}

TEST_F(Cache, OldNewsDoNotReplaceWhatIsKnownBetter) {
  cache.answered(host(1), 30, {}, now);
  told(1, 10, 90);
  EXPECT_EQ(cache.load_of(host(1)), 30);
  cache.answered(host(1), 255, {}, now);
  EXPECT_EQ(cache.load_of(host(1)), 100) << "a load is a percentage";
  EXPECT_EQ(cache.load_of(host(2)), 0);
}

TEST_F(Cache, ToldOnAreTheBestAndNoneThatFailed) {
  told(1, 3, 7);
  told(2, 30, 0);
  told(3, 0, 50);
  cache.linked(host(4), now - 1h);
  (void)next();  // 3
  (void)next();  // 1
  cache.failed(host(1), now);
  EXPECT_THAT(cache.list(now), ElementsAre(NodeEntry{host(3), 0, 50}, NodeEntry{host(2), 30, 0},
                                           NodeEntry{host(4), 0, 0}));
  EXPECT_THAT(cache.list(now, 1), SizeIs(1));
  now += 24h;
  for (const NodeEntry& entry : cache.list(now))
    EXPECT_EQ(entry.last_seen_minutes, entry.endpoint == host(4) ? 0 : 255);
}

TEST_F(Cache, AListIsNeverLongerThanAMessageMayBe) {
  for (std::uint32_t i = 0; i < SupernodeCache::kMost; ++i)
    told(i, 0, 0);
  EXPECT_EQ(cache.list(now).size(), kMaxNodes);
}

TEST_F(Cache, ItsRowsTellWhatBecameOfEach) {
  cache.named(host(1), now);
  told(2, 3, 0);
  while (next()) {
  }
  cache.linked(host(1), now);
  cache.failed(host(2), now);
  const auto rows = cache.rows(now);  // by their addresses
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].endpoint, host(1));
  EXPECT_EQ(rows[0].role, "supernode");
  EXPECT_EQ(rows[0].told_by, "user");
  EXPECT_EQ(rows[0].state, "up");
  EXPECT_EQ(rows[0].good, now);
  EXPECT_EQ(rows[1].told_by, "others");
  EXPECT_EQ(rows[1].state, "waits");
  EXPECT_EQ(rows[1].heard, now - 3min);
  EXPECT_EQ(rows[1].tried, now);
  EXPECT_EQ(rows[1].failures, 1U);
}

}  // namespace
}  // namespace p2p::kazaa
