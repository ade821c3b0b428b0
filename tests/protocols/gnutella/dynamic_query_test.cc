#include "protocols/gnutella/dynamic_query.h"

#include <gtest/gtest.h>

namespace p2p::gnutella {
namespace {

std::vector<Candidate> candidates(std::size_t count, std::size_t fitting) {
  std::vector<Candidate> all;
  for (std::size_t i = 0; i < count; ++i)
    all.push_back({LinkId{i + 1}, 32, 4, i < fitting});
  return all;
}

TEST(DynamicQuery, ReachedHostsAreTheSumOfTheRings) {
  EXPECT_EQ(reached_by(8, 1), 1U);
  EXPECT_EQ(reached_by(8, 2), 1U + 7U);
  EXPECT_EQ(reached_by(8, 3), 1U + 7U + 49U);
  EXPECT_EQ(reached_by(1, 3), 3U) << "a degree of one or less counts as two";
}

TEST(DynamicQuery, ProbesUpToThreeThatFitWithTtlOne) {
  const Time now{1000ms};
  DynamicQuery query(50, 4, now);
  const auto steps = query.step(candidates(10, 5), now);
  ASSERT_EQ(steps.size(), kProbes);
  for (const auto& step : steps)
    EXPECT_EQ(step.ttl, 1);
  EXPECT_TRUE(query.step(candidates(10, 5), query.due() - 1ms).empty());
}

TEST(DynamicQuery, AsksOneAfterTheOtherWithTheFullTtlWhileNothingIsFound) {
  Time now{1000ms};
  DynamicQuery query(50, 4, now);
  const auto all = candidates(3, 0);
  std::vector<LinkId> asked;
  while (!query.is_done()) {
    for (const auto& step : query.step(all, now)) {
      asked.push_back(step.link);
      EXPECT_EQ(step.ttl, 4);
    }
    if (!query.is_done()) now = query.due();
  }
  EXPECT_EQ(asked, (std::vector<LinkId>{LinkId{1}, LinkId{2}, LinkId{3}}));
}

TEST(DynamicQuery, StopsWhenItHasEnough) {
  const Time now{1000ms};
  DynamicQuery query(50, 4, now);
  ASSERT_FALSE(query.step(candidates(10, 1), now).empty());
  query.hits(50);
  EXPECT_TRUE(query.step(candidates(10, 1), query.due()).empty());
  EXPECT_TRUE(query.is_done());
  EXPECT_EQ(query.due(), kNever);
}

TEST(DynamicQuery, APopularFileIsAskedForWithALowTtl) {
  const Time now{1000ms};
  DynamicQuery query(50, 4, now);
  ASSERT_EQ(query.step(candidates(10, 3), now).size(), 3U);
  query.hits(30);  // ten from each of three: two more hosts would do
  const auto steps = query.step(candidates(10, 3), query.due());
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].link, LinkId{4}) << "those that were probed come last";
  EXPECT_EQ(steps[0].ttl, 2);
}

TEST(DynamicQuery, StepsComeFasterTheMoreWereAskedButNotTooFast) {
  Time now{1000ms};
  DynamicQuery query(50, 4, now);
  Duration before = 1h;
  for (int i = 0; i < 14; ++i) {  // 16 such neighbours are half a million hosts
    ASSERT_EQ(query.step(candidates(40, 0), now).size(), 1U);
    const Duration wait = query.due() - now;
    EXPECT_LE(wait, before);
    EXPECT_GE(wait, kLeastStep);
    before = wait;
    now = query.due();
  }
}

TEST(DynamicQuery, WhatTheLeafKeptCountsWhenItIsMore) {
  DynamicQuery query(50, 4, Time{});
  query.hits(3);
  query.told(60);
  EXPECT_TRUE(query.has_enough());
}

}  // namespace
}  // namespace p2p::gnutella
