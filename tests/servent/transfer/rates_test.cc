#include "servent/transfer/rates.h"

#include <algorithm>
#include <list>
#include <utility>

#include <gtest/gtest.h>

#include "tests/support/units.h"

namespace p2p::transfer {
namespace {

using test::kMiB;

constexpr Time kStart{std::chrono::hours(100)};

// Transfers that take all they may, woken as timers are: a little late, in any order.
struct Flows {
  struct One {
    Flow flow;
    Time born;
    Time wakes;
    std::uint64_t moved = 0;
  };
  void add(Time born) {
    ones.push_back({Flow(all), born, born});
    ones.back().flow.join();
  }
  void until(Time end) {
    for (; now < end; now += 1ms) {
      for (One& one : ones)
        if (one.wakes <= now) wake(one);
      ones.reverse();
    }
  }
  void wake(One& one) {
    const std::size_t may = one.flow.allowance(kMiB, now);
    longest_turn = std::max(longest_turn, may);
    one.moved += may;
    one.flow.took(may, now);
    late = (late + 1) % 3;
    one.wakes = now + std::max(one.flow.wait(now), Duration(1)) + Duration(late);
  }
  std::uint64_t moved() const {
    std::uint64_t sum = 0;
    for (const One& one : ones)
      sum += one.moved;
    return sum;
  }

  Bucket all;
  std::list<One> ones;
  Time now = kStart;
  int late = 0;
  std::size_t longest_turn = 0;
};

TEST(Rates, WithoutALimitAllIsAllowedAtOnce) {
  Rates rates;
  Flow flow(rates.up);
  EXPECT_FALSE(flow.is_limited());
  EXPECT_EQ(flow.allowance(100 * kMiB, kStart), 100 * kMiB);
  flow.took(100 * kMiB, kStart);
  EXPECT_EQ(flow.wait(kStart), Duration::zero());
}

TEST(Rates, OneMovesAsMuchAsTheLimitSays) {
  for (const std::uint64_t rate : {std::uint64_t{10} << 10U, kMiB, 300 * kMiB}) {
    Flows run;
    run.all.set_rate(rate, run.now);
    run.add(run.now);
    run.until(kStart + 20s);
    EXPECT_NEAR(static_cast<double>(run.moved()) / 20, static_cast<double>(rate),
                0.03 * static_cast<double>(rate));
    EXPECT_LE(run.longest_turn, std::max(run.all.piece(), Bucket::kLeastPiece));
  }
}

TEST(Rates, TwentyShareOneLimitEvenly) {
  Flows run;
  run.all.set_rate(kMiB, run.now);
  for (int i = 0; i < 20; ++i)
    run.add(run.now);
  run.until(kStart + 10s);
  EXPECT_NEAR(static_cast<double>(run.moved()), 10.0 * kMiB, 0.12 * 10 * kMiB);
  for (const Flows::One& one : run.ones)
    EXPECT_NEAR(static_cast<double>(one.moved), kMiB / 2.0, 0.2 * kMiB / 2.0);
}

TEST(Rates, WhoseOwnLimitIsLowerLeavesTheRestToTheOthers) {
  Flows run;
  run.all.set_rate(kMiB, run.now);
  run.add(run.now);
  Flows::One& slow = run.ones.front();
  slow.flow.set_rate(100 << 10, run.now);
  for (int i = 0; i < 2; ++i)
    run.add(run.now);
  run.until(kStart + 20s);
  for (const Flows::One& one : run.ones) {
    const double rate = &one == &slow ? 100 << 10 : 462 << 10;
    EXPECT_NEAR(static_cast<double>(one.moved), 20 * rate, 0.1 * 20 * rate);
  }
}

TEST(Rates, ManyWhoComeAndGoDoNotPassTheLimitNorThoseWhoStay) {
  Flows run;
  run.all.set_rate(kMiB, run.now);
  run.add(run.now);
  const Flows::One* stays = &run.ones.front();
  std::uint64_t gone = 0;
  for (int i = 0; i < 1000; ++i) {  // one more comes, and who was there longest leaves
    run.add(run.now);
    run.until(run.now + 20ms);
    if (run.ones.size() < 5) continue;
    const auto leaves = std::ranges::min_element(
        run.ones, {}, [&](const Flows::One& one) { return std::pair(&one == stays, one.born); });
    gone += leaves->moved;
    run.ones.erase(leaves);
  }
  EXPECT_LE(gone + run.moved(), 21 * kMiB);
  EXPECT_GE(stays->moved, 20 * kMiB / 5 * 4 / 5);
}

TEST(Rates, ANewLimitHoldsForThoseUnderWay) {
  Flows run;
  run.all.set_rate(4096, run.now);
  for (int i = 0; i < 10; ++i)
    run.add(run.now);
  run.until(kStart + 5s);
  run.all.set_rate(kMiB, run.now);
  const std::uint64_t before = run.moved();
  run.until(kStart + 10s);
  EXPECT_GE(run.moved() - before, 4 * kMiB) << "a second until it is noticed";
  run.all.set_rate(0, run.now);
  run.until(kStart + 12s);
  for (const Flows::One& one : run.ones)
    EXPECT_FALSE(one.flow.is_limited());
  EXPECT_GE(run.moved() - before, 100 * kMiB);
}

TEST(Rates, WhatNobodyUsedIsNotSavedUp) {
  Flows run;
  run.all.set_rate(kMiB, run.now);
  run.add(run.now);
  run.until(kStart + 1s);
  const std::uint64_t before = run.moved();
  run.now += std::chrono::hours(1);
  const Time then = run.now;
  run.until(then + 1s);
  EXPECT_LE(run.moved() - before, kMiB * 5 / 4 + run.all.piece());
}

TEST(Rates, AClockThatStandsStillOrTheSmallestLimitEndInNoDivision) {
  Bucket one;
  one.set_rate(1, kStart);
  const std::uint64_t end = one.took(1'000'000, kStart);
  EXPECT_EQ(one.until(end, kStart), Duration(1'000'000'000));
  EXPECT_EQ(one.until(end, kStart - 1h), Duration(1'000'000'000));
  EXPECT_EQ(one.piece(), Bucket::kLeastPiece);
}

}  // namespace
}  // namespace p2p::transfer
