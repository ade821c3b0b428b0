#include "servent/net/shaper.h"

#include <vector>

#include <gtest/gtest.h>

#include "servent/net/node.h"

#include "tests/support/one_loop.h"

namespace p2p::net {
namespace {

constexpr Time kNow{Duration(1'000'000)};

LinkShape shape_of(std::string_view text) {
  const auto shape = LinkShape::parse(text);
  EXPECT_TRUE(shape) << text;
  return shape.value_or(LinkShape{});
}

TEST(Shaper, ReadsAShape) {
  const LinkShape shape = shape_of("lognormal 5 100 140 0.824 50000 0.25 7");
  EXPECT_EQ(shape.latency.model, Latency::Model::lognormal);
  EXPECT_EQ(shape.latency.least_ms, 5U);
  EXPECT_EQ(shape.bandwidth, 50'000U);
  EXPECT_EQ(shape.loss, 0.25);
  EXPECT_EQ(shape.seed, 7U);
}

TEST(Shaper, RefusesWhatIsNoShape) {
  for (const char* text :
       {"", "constant", "constant 1 1 140 0.8 0 0", "often 1 1 140 0.8 0 0 1",
        "constant 2 1 140 0.8 0 0 1", "constant 1 1 140 0.8 0 1 1", "constant 1 90000 1 1 0 0 1"})
    EXPECT_FALSE(LinkShape::parse(text)) << text;
}

TEST(Shaper, DelaysAStreamAndKeepsItsOrder) {
  Shaper shaper(shape_of("uniform_int 10 100 140 0.824 0 0 1"));
  Shaper::Way way;
  Time before = kNow;
  bool differs = false;
  for (int i = 0; i < 200; ++i) {
    const Time sent = kNow + Duration(i);
    const Time there = shaper.arrival(way, 100, sent);
    EXPECT_GE(there, before);
    EXPECT_GE(there - sent, Duration(10));
    EXPECT_LE(there - sent, Duration(100 + i));
    differs = differs || there - sent != Duration(10);
    before = there;
  }
  EXPECT_TRUE(differs);
}

TEST(Shaper, TheSameSeedDrawsTheSame) {
  const LinkShape shape = shape_of("uniform_int 10 100 140 0.824 0 0.1 1");
  Shaper one(shape);
  Shaper other(shape);
  Shaper::Way of_one;
  Shaper::Way of_other;
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(one.arrival(of_one, 3000, kNow), other.arrival(of_other, 3000, kNow));
}

TEST(Shaper, ANarrowLinkTakesItsTime) {
  Shaper shaper(shape_of("constant 20 20 140 0.824 1000 0 1"));
  Shaper::Way way;
  EXPECT_EQ(shaper.arrival(way, 500, kNow), kNow + Duration(520));
  EXPECT_EQ(shaper.arrival(way, 500, kNow), kNow + Duration(1020));  // behind the first
  Shaper::Way other;
  EXPECT_EQ(shaper.arrival(other, 100, kNow), kNow + Duration(120));  // each link has its own
}

TEST(Shaper, WhatIsLostOfAStreamComesLateAndADatagramNever) {
  Shaper shaper(shape_of("constant 10 10 140 0.824 0 0.5 3"));
  int late = 0;
  int gone = 0;
  for (int i = 0; i < 200; ++i) {
    Shaper::Way way;
    const Duration took = shaper.arrival(way, 100, kNow) - kNow;
    EXPECT_TRUE(took == Duration(10) || took >= Duration(210)) << took.count();
    late += took > Duration(10) ? 1 : 0;
    gone += shaper.arrival(kNow) ? 0 : 1;
  }
  EXPECT_NEAR(late, 100, 40);
  EXPECT_NEAR(gone, 100, 40);
}

class LaterTest : public test::OneLoop {};

TEST_F(LaterTest, ActsInTheOrderOfTheirTimes) {
  Later later(io_);
  std::vector<int> done;
  const Time now = steady_now();
  later.at(now + Duration(4), [&] { done.push_back(3); });
  later.at(now + Duration(2), [&] { done.push_back(1); });
  later.at(now + Duration(2), [&] { done.push_back(2); });
  EXPECT_TRUE(comes([&] { return done.size() == 3; }));
  EXPECT_EQ(done, (std::vector{1, 2, 3}));
}

TEST_F(LaterTest, NothingHappensOnceItIsGone) {
  bool has_happened = false;
  {
    Later later(io_);
    later.at(steady_now(), [&] { has_happened = true; });
  }
  io_.run_for(std::chrono::milliseconds(5));
  EXPECT_FALSE(has_happened);
}

}  // namespace
}  // namespace p2p::net
