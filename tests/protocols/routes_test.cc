#include "protocols/routes.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "protocols/base/rng.h"

#include "tests/support/numbered.h"

namespace p2p {
namespace {

using test::guid_with;

using Seen = Routes::Seen;

constexpr LinkId kA{1};
constexpr LinkId kB{2};
constexpr Time kStart{5h};

TEST(Routes, AMessageIsFreshOnce) {
  Routes routes(1000, 7);
  EXPECT_EQ(routes.admit(guid_with(1), kA, 3, kStart), Seen::fresh);
  EXPECT_EQ(routes.admit(guid_with(1), kA, 3, kStart), Seen::repeat);
  EXPECT_EQ(routes.admit(guid_with(1), kB, 3, kStart), Seen::other);
  EXPECT_EQ(routes.admit(guid_with(1), kB, 2, kStart), Seen::other);
  EXPECT_EQ(routes.admit(guid_with(2), kB, 3, kStart), Seen::fresh);
  EXPECT_EQ(routes.size(), 2U);
}

TEST(Routes, AHigherTtlIsWiderOncePerTtl) {
  Routes routes(1000, 7);
  EXPECT_EQ(routes.admit(guid_with(1), kA, 1, kStart), Seen::fresh);
  EXPECT_EQ(routes.admit(guid_with(1), kB, 2, kStart), Seen::wider);
  EXPECT_EQ(routes.admit(guid_with(1), kA, 2, kStart), Seen::repeat);
  EXPECT_EQ(routes.admit(guid_with(1), kA, 4, kStart), Seen::wider);
  EXPECT_EQ(routes.admit(guid_with(1), kA, 3, kStart), Seen::repeat);
  EXPECT_EQ(routes.admit(guid_with(1), kB, 4, kStart), Seen::other);
}

TEST(Routes, AnswersGoTheFirstWay) {
  Routes routes(1000, 7);
  EXPECT_EQ(routes.find(guid_with(1)), std::nullopt);
  routes.admit(guid_with(1), kA, 1, kStart);
  routes.admit(guid_with(1), kB, 3, kStart);
  EXPECT_EQ(routes.find(guid_with(1)), kA);
  EXPECT_EQ(routes.find(guid_with(2)), std::nullopt);
}

TEST(Routes, TheLatestWayThatWasLearntWins) {
  Routes routes(1000, 7);
  routes.learn(guid_with(1), kA, kStart);
  EXPECT_EQ(routes.find(guid_with(1)), kA);
  routes.learn(guid_with(1), kB, kStart);
  EXPECT_EQ(routes.find(guid_with(1)), kB);
  EXPECT_EQ(routes.size(), 1U);
}

TEST(Routes, ARouteLivesTenMinutesAndGoesBeforeTwenty) {
  Routes routes(1000, 7);
  routes.admit(guid_with(1), kA, 3, kStart);
  routes.admit(guid_with(2), kA, 3, kStart + kRouteAge - 1ms);
  routes.admit(guid_with(3), kA, 3, kStart + kRouteAge);  // a turn
  EXPECT_EQ(routes.find(guid_with(1)), kA);
  EXPECT_EQ(routes.admit(guid_with(1), kA, 3, kStart + kRouteAge), Seen::repeat);
  EXPECT_EQ(routes.admit(guid_with(2), kB, 3, kStart + 2 * kRouteAge - 1ms), Seen::other);
  EXPECT_EQ(routes.admit(guid_with(1), kA, 3, kStart + 2 * kRouteAge), Seen::fresh);
  EXPECT_EQ(routes.find(guid_with(2)), std::nullopt);
  EXPECT_EQ(routes.find(guid_with(3)), kA);
}

TEST(Routes, AHigherTtlIsWiderOnceInTheOlderGenerationToo) {
  Routes routes(1000, 7);
  routes.admit(guid_with(1), kA, 1, kStart);
  routes.admit(guid_with(2), kA, 1, kStart + kRouteAge);
  EXPECT_EQ(routes.admit(guid_with(1), kB, 3, kStart + kRouteAge), Seen::wider);
  EXPECT_EQ(routes.admit(guid_with(1), kB, 3, kStart + kRouteAge), Seen::other);
  EXPECT_EQ(routes.find(guid_with(1)), kA);
}

TEST(Routes, AfterTwentyQuietMinutesNothingIsLeft) {
  Routes routes(1000, 7);
  routes.admit(guid_with(1), kA, 3, kStart);
  EXPECT_EQ(routes.admit(guid_with(1), kA, 3, kStart + 2 * kRouteAge), Seen::fresh);
  EXPECT_EQ(routes.size(), 1U);
}

TEST(Routes, AWayThatIsLearntAgainLivesOn) {
  Routes routes(1000, 7);
  routes.learn(guid_with(1), kA, kStart);
  routes.learn(guid_with(1), kB, kStart + kRouteAge);
  routes.learn(guid_with(2), kA, kStart + 2 * kRouteAge);
  EXPECT_EQ(routes.find(guid_with(1)), kB);
}

TEST(Routes, AllAreFoundWhileItGrows) {
  Routes routes(1 << 14, 7);
  for (std::uint32_t n = 0; n < 12'000; ++n)
    ASSERT_EQ(routes.admit(guid_with(n), LinkId{n}, 1, kStart), Seen::fresh) << n;
  for (std::uint32_t n = 0; n < 12'000; ++n)
    ASSERT_EQ(routes.find(guid_with(n)), LinkId{n}) << n;
  EXPECT_EQ(routes.size(), 12'000U);
}

TEST(Routes, StartsSmallAndStopsGrowingUnderAFlood) {
  Routes routes(1 << 12, 7);
  EXPECT_EQ(routes.memory_bytes(), 0U);
  std::size_t most = 0;
  for (std::uint32_t n = 0; n < 100'000; ++n) {
    routes.admit(guid_with(n), kA, 1, kStart);
    most = std::max(most, routes.memory_bytes());
    ASSERT_LE(routes.size(), 2U * 3072U);
  }
  EXPECT_EQ(most, 2U * 4096U * 16U);
  // A full generation of the latest is still there; the first are not.
  for (std::uint32_t n = 100'000 - 3072; n < 100'000; ++n)
    ASSERT_EQ(routes.find(guid_with(n)), kA) << n;
  EXPECT_EQ(routes.find(guid_with(0)), std::nullopt);
}

TEST(Routes, MemoryComesBackAfterAFlood) {
  Routes routes(1 << 14, 7);
  for (std::uint32_t n = 0; n < 50'000; ++n)
    routes.admit(guid_with(n), kA, 1, kStart);
  const std::size_t flooded = routes.memory_bytes();
  for (int turns = 1; turns <= 3; ++turns)
    routes.admit(guid_with(1), kA, 1, kStart + turns * kRouteAge);
  EXPECT_EQ(flooded, 2U * 16'384U * 16U);
  EXPECT_LE(routes.memory_bytes(), 100U);
}

TEST(Routes, AFewNeedNoMemoryOfTheirOwn) {
  Routes routes(1000, 7);
  for (std::uint32_t n = 1; n <= 4; ++n)
    EXPECT_EQ(routes.admit(guid_with(n), LinkId{n}, 1, kStart), Seen::fresh) << n;
  EXPECT_EQ(routes.memory_bytes(), 0U);
  EXPECT_EQ(routes.admit(guid_with(5), LinkId{5}, 1, kStart), Seen::fresh);
  EXPECT_GT(routes.memory_bytes(), 0U);
  for (std::uint32_t n = 1; n <= 5; ++n)
    EXPECT_EQ(routes.find(guid_with(n)), LinkId{n}) << n;
  EXPECT_EQ(routes.find(guid_with(6)), std::nullopt);
  // Two turns later none of the five is there, and what came since needs no memory again.
  routes.admit(guid_with(6), kB, 1, kStart + kRouteAge);
  routes.admit(guid_with(7), kB, 1, kStart + 2 * kRouteAge);
  EXPECT_EQ(routes.memory_bytes(), 0U);
  EXPECT_EQ(routes.size(), 2U);
  EXPECT_EQ(routes.find(guid_with(5)), std::nullopt);
  EXPECT_EQ(routes.find(guid_with(6)), kB);
  EXPECT_EQ(routes.find(guid_with(7)), kB);
}

// Against a list that does the same slowly: ages, turns for want of room, ways learnt anew.
TEST(Routes, RemembersWhatTheTwoGenerationsHold) {
  constexpr std::size_t kGeneration = 48;  // of 64 places
  Routes routes(64, 7);
  std::map<std::uint32_t, LinkId> young;
  std::map<std::uint32_t, LinkId> old;
  Rng rng(3);
  Time now = kStart;
  Time turned = kStart;
  const auto turn = [&] {
    old = std::exchange(young, {});
    turned = now;
  };
  routes.learn(guid_with(0), kA, now);
  young[0] = kA;
  for (int step = 0; step < 20'000; ++step) {
    now += Duration(rng.below(rng.below(1000) == 0 ? 3 * kRouteAge.count() : 20'000));
    if (now - turned >= kRouteAge) {
      const bool is_long_ago = now - turned >= 2 * kRouteAge;
      turn();
      if (is_long_ago) turn();
    }
    const auto n = static_cast<std::uint32_t>(rng.below(120));
    const LinkId link{rng.below(9) + 1};
    const bool learns = rng.below(2) == 0;
    const bool is_known = young.contains(n) || (!learns && old.contains(n));
    if (!is_known && young.size() == kGeneration) turn();
    if (!learns) {
      ASSERT_EQ(routes.admit(guid_with(n), link, 1, now) == Seen::fresh, !is_known) << step;
      if (!is_known) young[n] = link;
    } else {
      routes.learn(guid_with(n), link, now);
      old.erase(n);
      young[n] = link;
    }
    ASSERT_EQ(routes.size(), young.size() + old.size()) << step;
    for (std::uint32_t each = 0; each < 120; each += 7) {
      const std::map<std::uint32_t, LinkId>& of = young.contains(each) ? young : old;
      const auto known = of.find(each);
      ASSERT_EQ(routes.find(guid_with(each)),
                known == of.end() ? std::nullopt : std::optional(known->second))
          << step;
    }
  }
}

TEST(Routes, WhatIsExpectedIsFoundAsEver) {
  Routes routes(1 << 10, 7);
  EXPECT_EQ(routes.find(Guid{}), std::nullopt);  // before anything is expected
  for (std::uint32_t n = 0; n < 500; ++n) {
    routes.expect(guid_with(n + 1));
    EXPECT_EQ(routes.admit(guid_with(n), kA, 1, kStart), Routes::Seen::fresh) << n;
  }
  for (std::uint32_t n = 0; n < 500; ++n) {
    routes.expect(guid_with(n / 2));  // not always what comes
    EXPECT_EQ(routes.find(guid_with(n)), kA) << n;
    EXPECT_EQ(routes.admit(guid_with(n), kA, 1, kStart), Routes::Seen::repeat) << n;
  }
  EXPECT_EQ(routes.size(), 500U);
}

TEST(Routes, WhoMeetsUnderOneSaltIsSpreadUnderAnother) {
  constexpr std::uint64_t kPlaces = 1024;
  std::set<std::uint64_t> places;
  std::size_t meeting = 0;
  for (std::uint32_t n = 0; meeting < 200; ++n) {
    if (route_hash(guid_with(n), 1) % kPlaces != 0) continue;
    ++meeting;
    places.insert(route_hash(guid_with(n), 2) % kPlaces);
  }
  EXPECT_GT(places.size(), 150U);
  EXPECT_EQ(route_hash(guid_with(1), 2), route_hash(guid_with(1), 2));
}

}  // namespace
}  // namespace p2p
