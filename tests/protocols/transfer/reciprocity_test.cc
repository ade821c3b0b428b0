#include "protocols/transfer/reciprocity.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace p2p::transfer {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;
using Users = std::vector<std::string>;

constexpr Time kStart{1h};

// ---- gifts

TEST(Gifts, AddUp) {
  Gifts gifts;
  gifts.gave("ann", 100'000, kStart);
  gifts.gave("ann", 50'000, kStart);
  EXPECT_EQ(gifts.lately("ann", kStart), 150'000U);
  EXPECT_EQ(gifts.lately("bob", kStart), 0U);
}

TEST(Gifts, HalfOfThemCountsAfterTheHalfLife) {
  Gifts gifts;
  gifts.gave("ann", 8'000'000, kStart);
  EXPECT_EQ(gifts.lately("ann", kStart + Gifts::kHalfLife), 4'000'000U);
  EXPECT_EQ(gifts.lately("ann", kStart + 3 * Gifts::kHalfLife), 1'000'000U);
  gifts.gave("ann", 1'000'000, kStart + Gifts::kHalfLife);
  EXPECT_EQ(gifts.lately("ann", kStart + Gifts::kHalfLife), 5'000'000U);
  EXPECT_EQ(gifts.lately("ann", kStart + 24h), 0U);
}

TEST(Gifts, AFewBytesAreNone) {
  Gifts gifts;
  gifts.gave("ann", Gifts::kLeast - 1, kStart);
  EXPECT_EQ(gifts.lately("ann", kStart), 0U);
  gifts.gave("ann", 1, kStart);
  EXPECT_EQ(gifts.lately("ann", kStart), Gifts::kLeast);
}

TEST(Gifts, AClockThatStandsBehindMakesThemNoGreater) {
  Gifts gifts;
  gifts.gave("ann", 100'000, kStart);
  EXPECT_EQ(gifts.lately("ann", kStart - 1h), 100'000U);
}

TEST(Gifts, TheLeastGiverIsForgottenWhereThereAreTooMany) {
  Gifts gifts;
  gifts.gave("mean", Gifts::kLeast, kStart);
  for (std::size_t i = 1; i < Gifts::kMostUsers; ++i)
    gifts.gave("user" + std::to_string(i), Gifts::kLeast + i, kStart);
  EXPECT_EQ(gifts.users(), Gifts::kMostUsers);
  gifts.gave("nothing", 0, kStart);
  EXPECT_EQ(gifts.lately("mean", kStart), Gifts::kLeast);
  gifts.gave("new", Gifts::kLeast, kStart);
  EXPECT_EQ(gifts.users(), Gifts::kMostUsers);
  EXPECT_EQ(gifts.lately("mean", kStart), 0U);
  EXPECT_EQ(gifts.lately("new", kStart), Gifts::kLeast);
}

// ---- turns

// Users who wait for slots and hold them, decided for anew as time goes on.
class TurnsTest : public testing::Test {
 protected:
  void wait(const std::string& user, Time since = kStart) { wishes_.push_back({user, since}); }
  void leave(const std::string& user) {
    std::erase_if(wishes_, [&](const Wish& wish) { return wish.user == user; });
  }
  void gave(const std::string& user, std::uint64_t mebibytes) {
    gifts_.gave(user, mebibytes << 20U, now_);
  }

  // What is decided is done.
  const Users& decide() {
    turns_ = turns(wishes_, slots_, gifts_, turns_.draw, rng_, now_);
    for (Wish& wish : wishes_) {
      const bool holds = std::ranges::count(turns_.served, wish.user) > 0;
      if (holds != wish.holds) wish.since = now_;
      if (holds && !wish.holds) ++wish.turns;
      wish.holds = holds;
    }
    return turns_.served;
  }
  const Users& decide_after(Duration passed) {
    now_ += passed;
    return decide();
  }

  std::size_t slots_ = 3;
  Time now_ = kStart;
  std::vector<Wish> wishes_;
  Gifts gifts_;
  Rng rng_{1};
  Turns turns_;
};

TEST_F(TurnsTest, SlotsForAllAreEverybodys) {
  wait("ann");
  wait("bob");
  gave("bob", 10);
  EXPECT_THAT(decide(), UnorderedElementsAre("ann", "bob"));
  EXPECT_THAT(turns_.waiting, IsEmpty());
}

TEST_F(TurnsTest, WithoutSlotsAllWait) {
  slots_ = 0;
  wait("ann");
  wait("bob");
  gave("bob", 10);
  EXPECT_THAT(decide(), IsEmpty());
  EXPECT_THAT(turns_.waiting, ElementsAre("bob", "ann"));
}

TEST_F(TurnsTest, WhoGaveMostIsServedAndOneOfTheOthers) {
  for (const char* user : {"ann", "bob", "cat", "dan", "eve"})
    wait(user);
  gave("dan", 2000);
  gave("bob", 1000);
  gave("ann", 10);
  const Users& served = decide();
  ASSERT_EQ(served.size(), 3U);
  EXPECT_EQ(served[0], "dan");
  EXPECT_EQ(served[1], "bob");
  EXPECT_EQ(served[2], turns_.draw.user);
}

TEST_F(TurnsTest, OfEqualGiversTheOneWhoWaitsLongerIsServed) {
  slots_ = 2;
  wait("new", kStart - 1min);
  wait("old", kStart - 2min);
  gave("new", 10);
  gave("old", 10);
  EXPECT_EQ(decide().front(), "old");
}

TEST_F(TurnsTest, TheDrawnSlotIsKeptForItsTurnAndThenChanges) {
  for (const char* user : {"giver", "giver2", "ann", "bob", "cat"})
    wait(user);
  gave("giver", 1000);
  gave("giver2", 1000);
  decide();
  const std::string first = turns_.draw.user;
  EXPECT_THAT(decide_after(kTurn - 1ms), Contains(first));
  for (int i = 0; i < 20; ++i) {
    const std::string before = turns_.draw.user;
    decide_after(kTurn);
    EXPECT_NE(turns_.draw.user, before);
    EXPECT_THAT(turns_.served, Contains(turns_.draw.user));
    EXPECT_THAT(turns_.served, Not(Contains(before)));
  }
}

TEST_F(TurnsTest, EverybodyIsDrawnSometimes) {
  for (const char* user : {"giver", "giver2", "poor giver", "ann", "bob", "cat"})
    wait(user);
  gave("giver", 5000);
  gave("giver2", 5000);
  gave("poor giver", 100);
  std::set<std::string> drawn;
  for (int i = 0; i < 60; ++i) {
    decide_after(kTurn);
    drawn.insert(turns_.draw.user);
  }
  EXPECT_THAT(drawn, UnorderedElementsAre("poor giver", "ann", "bob", "cat"));
}

TEST_F(TurnsTest, AnotherIsDrawnWhenTheDrawnOneLeaves) {
  for (const char* user : {"giver", "giver2", "ann", "bob"})
    wait(user);
  gave("giver", 1000);
  gave("giver2", 1000);
  decide();
  const std::string first = turns_.draw.user;
  leave(first);
  decide_after(1s);
  EXPECT_EQ(turns_.draw.user, first == "ann" ? "bob" : "ann");
  EXPECT_EQ(turns_.draw.until, now_ + kTurn);
}

TEST_F(TurnsTest, WhoIsDrawnAloneStays) {
  for (const char* user : {"giver", "giver2", "ann"})
    wait(user);
  gave("giver", 1000);
  gave("giver2", 1000);
  for (int i = 0; i < 3; ++i)
    EXPECT_THAT(decide_after(kTurn), UnorderedElementsAre("giver", "giver2", "ann"));
}

TEST_F(TurnsTest, TheDrawnOneWhoNowGivesMostIsServedForThat) {
  for (const char* user : {"giver", "giver2", "ann", "bob"})
    wait(user);
  gave("giver", 1000);
  gave("giver2", 500);
  decide();
  const std::string first = turns_.draw.user;
  gave(first, 2000);
  const Users& served = decide_after(1s);
  EXPECT_EQ(served[0], first);
  EXPECT_EQ(served[1], "giver");
  EXPECT_NE(served[2], first);
}

TEST_F(TurnsTest, ASingleSlotIsTheGiversAndADrawnOnesByTurns) {
  slots_ = 1;
  wait("ann");
  wait("giver");
  gave("giver", 1000);
  EXPECT_THAT(decide(), ElementsAre("giver"));
  EXPECT_THAT(decide_after(kTurn), ElementsAre("ann"));
  EXPECT_THAT(decide_after(kTurn), ElementsAre("giver"));
  leave("ann");
  EXPECT_THAT(decide_after(kTurn), ElementsAre("giver")) << "nobody else is there";
}

TEST_F(TurnsTest, WithoutGiversWhoCameFirstIsFirst) {
  slots_ = 2;
  wait("late", kStart - 1s);
  wait("first", kStart - 3s);
  wait("second", kStart - 2s);
  EXPECT_THAT(decide(), UnorderedElementsAre("first", "second"));
  EXPECT_THAT(turns_.waiting, ElementsAre("late"));
  EXPECT_THAT(decide_after(kTurn - 1ms), UnorderedElementsAre("first", "second"))
      << "their turn is not over";
}

TEST_F(TurnsTest, WithoutGiversEverybodyGetsAsMuch) {
  slots_ = 2;
  const Users all{"ann", "bob", "cat", "dan", "eve"};
  for (const std::string& user : all)
    wait(user, kStart);
  std::map<std::string, int> had;
  for (int i = 0; i < 50; ++i)
    for (const std::string& user : decide_after(kTurn))
      ++had[user];
  for (const std::string& user : all)
    EXPECT_EQ(had[user], 20) << user;
}

TEST_F(TurnsTest, WhatGiversLeaveGoesRound) {
  slots_ = 3;  // the giver's, the drawn one's, and one that goes round
  for (const char* user : {"giver", "ann", "bob", "cat", "dan"})
    wait(user);
  gave("giver", 5000);
  std::set<std::string> round;
  for (int i = 0; i < 12; ++i) {
    const Users& served = decide_after(kTurn);
    ASSERT_EQ(served.size(), 3U);
    EXPECT_EQ(served[0], "giver");
    EXPECT_EQ(served[1], turns_.draw.user);
    round.insert(served[2]);
  }
  EXPECT_THAT(round, UnorderedElementsAre("ann", "bob", "cat", "dan"));
}

TEST_F(TurnsTest, TheOrderOfWaitingIsTheOneOfBeingServed) {
  slots_ = 1;
  wait("third", kStart - 1s);
  wait("first", kStart - 3s);
  wait("second", kStart - 2s);
  decide();
  EXPECT_THAT(turns_.waiting, ElementsAre("second", "third"));
  leave("first");
  EXPECT_THAT(decide(), ElementsAre("second"));
  leave("second");
  EXPECT_THAT(decide(), ElementsAre("third"));
}

// ---- times

TEST(SlotTimes, AreTheMeanOfTheLastSixteen) {
  SlotTimes times;
  EXPECT_EQ(times.mean(), SlotTimes::kUsual);
  times.ended(10s);
  times.ended(20s);
  EXPECT_EQ(times.mean(), 15s);
  for (int i = 0; i < 16; ++i)
    times.ended(40s);
  EXPECT_EQ(times.mean(), 40s);
}

TEST(WaitingTime, IsThePlaceTimesTheTimeInWhichASlotEnds) {
  EXPECT_EQ(waiting_time(1, 1, 60s), 60s);
  EXPECT_EQ(waiting_time(3, 1, 60s), 180s);
  EXPECT_EQ(waiting_time(3, 4, 60s), 45s);
  EXPECT_EQ(waiting_time(1, 3, 10s), 4s) << "rounded up";
  EXPECT_EQ(waiting_time(0, 3, 10s), 0s);
}

TEST(WaitingTime, IsADayAtMost) {
  EXPECT_EQ(waiting_time(1, 0, 10s), 24h);
  EXPECT_EQ(waiting_time(SIZE_MAX, 1, Duration::max()), 24h);
}

}  // namespace
}  // namespace p2p::transfer
