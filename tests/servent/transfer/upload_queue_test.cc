#include "servent/transfer/upload_queue.h"

#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>

#include "servent/transfer/names.h"

namespace p2p::transfer {
namespace {

constexpr std::int64_t kTurnMs = kTurn.count();

class Queue : public testing::Test {
 protected:
  // Each with a key of his own, unless one is said.
  static UploadQueue::Asker user(const std::string& name, const std::string& giver = "") {
    return {"gnutella", name, giver.empty() ? folded_user(name) : giver};
  }
  static UploadQueue::Holds holding(const std::vector<std::string>& users, std::int64_t since = 0) {
    UploadQueue::Holds out;
    for (const std::string& name : users)
      out.push_back({user(name), since});
    return out;
  }
  std::vector<std::string> order(const UploadQueue::Holds& running, std::int64_t now) const {
    std::vector<std::string> out;
    for (const UploadQueue::Entry& entry : queue.waiting(running, now))
      out.push_back(entry.who.user);
    return out;
  }
  void gave(const std::string& user, std::uint64_t bytes, std::int64_t now = 0) {
    gifts.gave(user, bytes, Time(Duration(now)));
  }

  Gifts gifts;
  UploadQueue queue{{1, 1, 50}, gifts, Rng(7)};
};

TEST_F(Queue, TellsPlacesAndLetsTheFirstInWhenASlotIsFree) {
  queue.set_limits({1, 1, 2});
  EXPECT_EQ(queue.ask(user("ann"), "a", 1, {}, 0), 0u);
  EXPECT_EQ(queue.ask(user("bob"), "b", 1, {}, 1), 1u);
  EXPECT_EQ(queue.ask(user("cid"), "c", 1, {}, 2), 2u);
  EXPECT_EQ(queue.ask(user("BOB"), "b", 1, {}, 3), 1u);
  EXPECT_EQ(queue.ask(user("dan"), "d", 1, {}, 4), std::nullopt);
  EXPECT_EQ(queue.take(user("ann"), "a", {}, 5), "a");
  EXPECT_EQ(queue.ask(user("bob"), "b", 1, holding({"ann"}), 6), 1u);
  EXPECT_EQ(queue.take(user("eve"), "x", {}, 7), std::nullopt);  // no way past those who wait
  EXPECT_EQ(queue.ask(user("cid"), "c", 1, {}, 8), 2u);
  EXPECT_EQ(queue.ask(user("bob"), "b", 1, {}, 9), 0u);
  EXPECT_EQ(queue.waiting({}, 9).size(), 1u);
}

TEST_F(Queue, ForgetsWhoDoesNotComeBack) {
  queue.set_limits({1, 1, 9});
  EXPECT_EQ(queue.ask(user("ann"), "a", 1, {}, 0), 0u);
  EXPECT_EQ(queue.ask(user("bob"), "b", 1, {}, 0), 1u);
  EXPECT_EQ(queue.ask(user("cid"), "c", 1, {}, UploadQueue::kWaitingMs), 2u);
  EXPECT_EQ(queue.ask(user("cid"), "c", 1, {}, UploadQueue::kWaitingMs + 1), 0u);
}

TEST_F(Queue, KnowsNamesAsTheWireHasThem) {
  queue.set_limits({1, 1, 9});
  EXPECT_EQ(queue.ask(user("ann"), "x/\"a\"", 1, {}, 0), 0u);
  EXPECT_EQ(queue.take(user("ann"), "x\\'a'", {}, 1), "x/\"a\"");
}

TEST_F(Queue, LetsUsersTakeTurns) {
  queue.set_limits({2, 1, 20});
  const UploadQueue::Holds running = holding({"x", "y"});
  EXPECT_EQ(queue.ask(user("ann"), "1", 1, running, 0), 1u);
  EXPECT_EQ(queue.ask(user("ann"), "2", 1, running, 1), 2u);
  EXPECT_EQ(queue.ask(user("ann"), "3", 1, running, 2), 3u);
  EXPECT_EQ(queue.ask(user("bob"), "4", 1, running, 3), 2u);  // before Ann's second wish
  EXPECT_EQ(queue.ask(user("ann"), "2", 1, running, 4), 3u);
}

TEST_F(Queue, AUserWithManyWishesHoldsNoSlotBackFromOthers) {
  queue.set_limits({2, 1, 20});
  const UploadQueue::Holds both = holding({"x", "y"});
  for (const char* name : {"1", "2", "3"})
    EXPECT_NE(queue.ask(user("ann"), name, 1, both, 0), 0u);
  EXPECT_NE(queue.ask(user("bob"), "4", 1, both, 0), 0u);
  EXPECT_EQ(queue.ask(user("bob"), "4", 1, {}, 1), 0u);  // Ann can use one of the two slots
  EXPECT_EQ(queue.ask(user("ann"), "1", 1, {}, 2), 0u);
  EXPECT_EQ(queue.ask(user("ann"), "2", 1, {}, 3), 1u);  // one at once for each
}

TEST_F(Queue, NoUserMayFillIt) {
  queue.set_limits({1, 1, 4});
  const UploadQueue::Holds running = holding({"x"});
  EXPECT_EQ(queue.ask(user("ann"), "1", 1, running, 0), 1u);
  EXPECT_EQ(queue.ask(user("Ann"), "2", 1, running, 0), 2u);
  EXPECT_EQ(queue.ask(user("ann"), "3", 1, running, 0), std::nullopt);
  EXPECT_EQ(queue.ask(user("bob"), "1", 1, running, 0), 2u);
}

TEST_F(Queue, WhoGivesToUsGoesBeforeThoseWhoWaitLonger) {
  queue.set_limits({2, 1, 20});
  const auto both = holding({"x", "y"});
  EXPECT_EQ(queue.ask(user("ann"), "1", 1, both, 0), 1u);
  EXPECT_EQ(queue.ask(user("bob"), "1", 1, both, 0), 2u);
  gave("cid", 1 << 20);
  EXPECT_EQ(queue.ask(user("cid"), "1", 1, both, 1), 1u);
  EXPECT_EQ(order(both, 1).front(), "cid");
  EXPECT_EQ(queue.ask(user("cid"), "1", 1, holding({"y"}), 2), 0u);
}

TEST_F(Queue, AGiversTurnEndsThatOfOneWhoGaveNothing) {
  queue.set_limits({2, 1, 20});
  const auto both = holding({"x", "y"});
  EXPECT_TRUE(queue.keeps(0, both, 0));
  gave("cid", 1 << 20);
  EXPECT_EQ(queue.ask(user("cid"), "1", 1, both, 1), 1u);
  EXPECT_NE(queue.keeps(0, both, 2), queue.keeps(1, both, 2)) << "one of them is the drawn one";
}

TEST_F(Queue, AnotherOneIsDrawnWhateverHeGave) {
  queue.set_limits({2, 1, 20});
  gave("x", 8 << 20);
  gave("y", 4 << 20);
  const auto both = holding({"x", "y"});
  queue.ask(user("new"), "1", 1, both, 0);
  EXPECT_TRUE(queue.keeps(0, both, 1)) << "the best giver";
  int turns = 0;
  for (std::int64_t now = 0; now < 20 * kTurnMs; now += kTurnMs) {
    gave("x", 8 << 20, now);
    gave("y", 4 << 20, now);
    if (queue.ask(user("new"), "1", 1, holding({"x"}), now) == 0u) {
      ++turns;
      queue.take(user("new"), "1", holding({"x"}), now);
    }
  }
  EXPECT_GE(turns, 5);
}

TEST_F(Queue, WhereNobodyGivesATurnEndsWhenSomebodyCameForIt) {
  queue.set_limits({1, 1, 20});
  const auto ann = holding({"ann"});
  EXPECT_EQ(queue.ask(user("bob"), "1", 1, ann, 0), 1u);
  EXPECT_TRUE(queue.keeps(0, ann, kTurnMs - 1)) << "her turn";
  EXPECT_TRUE(queue.keeps(0, ann, kTurnMs + 1)) << "he does not know yet";
  EXPECT_EQ(queue.ask(user("bob"), "1", 1, ann, kTurnMs + 2), 1u);
  EXPECT_EQ(queue.waiting(ann, kTurnMs + 2)[0].wait, UploadQueue::kSoon);
  EXPECT_FALSE(queue.keeps(0, ann, kTurnMs + 3));
  EXPECT_TRUE(queue.keeps(0, ann, kTurnMs + 3 + UploadQueue::kCalledMs)) << "he is gone";
  EXPECT_EQ(queue.ask(user("bob"), "1", 1, {}, 2 * kTurnMs), 0u);
  EXPECT_EQ(queue.ask(user("ann"), "1", 1, {}, 2 * kTurnMs), 1u) << "after him";
}

TEST_F(Queue, WithNobodyElseATurnHasNoEnd) {
  queue.set_limits({1, 1, 20});
  EXPECT_TRUE(queue.keeps(0, holding({"ann"}), 100 * kTurnMs));
}

TEST_F(Queue, WhoCallsHimselfManyNamesHasOneTurnInTwo) {
  queue.set_limits({1, 1, 20});
  const auto running = holding({"x"});
  for (const char* name : {"a", "b", "c", "d"})
    EXPECT_NE(queue.ask(user(name, "10.0.0.1"), "1", 1, running, 0), std::nullopt);
  EXPECT_EQ(queue.ask(user("bob", "10.0.0.2"), "1", 1, running, 1), 2u);
  for (int i = 0; i < 100; ++i)
    queue.ask(user("z" + std::to_string(i), "10.0.0.1"), "1", 1, running, 2);
  EXPECT_EQ(queue.waiting(running, 2).size(), 11u) << "half of the places";
  EXPECT_EQ(queue.ask(user("cid", "10.0.0.3"), "1", 1, running, 3), 3u);
}

TEST_F(Queue, ThePlaceComesWithAnHonestTime) {
  queue.set_limits({2, 1, 20});
  const auto both = holding({"x", "y"});
  for (const char* name : {"a", "b", "c"})
    queue.ask(user(name), "1", 1, both, 0);
  for (int i = 0; i < 16; ++i)
    queue.gave_back(40'000);
  const auto waiting = queue.waiting(both, 1);
  EXPECT_EQ(waiting[0].wait, 20s);
  EXPECT_EQ(waiting[2].wait, 60s);
  EXPECT_EQ(waiting[2].reason, "the slots are taken");
}

// Twelve users want a file each that takes 40 s, and come back when they are told to.
TEST_F(Queue, TheTimeToldIsAboutTheTimeThatPasses) {
  constexpr std::int64_t kHeld = 40'000;
  struct User {
    std::string name;
    std::int64_t next;        // that he asks
    std::int64_t told = 0;    // first, in ms
    std::int64_t begun = -1;  // his transfer
  };
  queue.set_limits({2, 1, 50});
  std::vector<User> users;
  for (int i = 0; i < 12; ++i)
    users.push_back({"user" + std::to_string(i), i * 1000});
  for (int i = 0; i < 16; ++i)
    queue.gave_back(kHeld);
  UploadQueue::Holds running;
  const auto done = [](const User& one) { return one.begun >= 0; };
  for (std::int64_t now = 0; now < 1'000'000 && !std::ranges::all_of(users, done); now += 500) {
    std::erase_if(running, [&](const auto& hold) { return now - hold.since >= kHeld; });
    for (User& one : users) {
      if (done(one) || now < one.next) continue;
      if (queue.ask(user(one.name), "1", 1, running, now) == 0u) {
        queue.take(user(one.name), "1", running, now);
        running.push_back({user(one.name), now});
        one.begun = now;
        continue;
      }
      const auto order = queue.waiting(running, now);
      const auto his = std::ranges::find_if(
          order, [&](const auto& entry) { return entry.who.user == one.name; });
      const std::int64_t wait = std::chrono::milliseconds(his->wait).count();
      if (one.told == 0) one.told = now + wait;
      one.next = now + std::clamp<std::int64_t>(wait, 10'000, 60'000);
    }
  }
  std::int64_t late = 0;  // all together
  for (const User& one : users) {
    ASSERT_TRUE(done(one)) << one.name;
    if (one.told == 0) continue;
    EXPECT_NEAR(static_cast<double>(one.begun), static_cast<double>(one.told), kHeld) << one.name;
    late += one.begun - one.told;
  }
  EXPECT_LE(std::abs(late) / 10, kHeld / 2) << "of ten who had to wait";
}

TEST_F(Queue, FewerSlotsEndTurnsAndMoreBeginSome) {
  queue.set_limits({2, 1, 20});
  const auto both = holding({"x", "y"});
  queue.set_limits({1, 1, 20});
  EXPECT_NE(queue.keeps(0, both, 1), queue.keeps(1, both, 1));
  EXPECT_EQ(queue.ask(user("ann"), "1", 1, both, 2), 1u);
  queue.set_limits({3, 1, 20});
  EXPECT_EQ(queue.ask(user("ann"), "1", 1, both, 3), 0u);
  queue.set_limits({3, 2, 20});
  const auto twice = holding({"x", "x"});
  EXPECT_TRUE(queue.keeps(1, twice, 4));
  queue.set_limits({3, 1, 20});
  EXPECT_FALSE(queue.keeps(1, twice, 5));
}

TEST_F(Queue, AnEntryCanBeTakenOut) {
  const auto running = holding({"x"});
  queue.ask(user("ann"), "1", 1, running, 0);
  const std::uint32_t id = queue.waiting(running, 0)[0].id;
  EXPECT_TRUE(queue.drop(id));
  EXPECT_FALSE(queue.drop(id));
  EXPECT_TRUE(queue.waiting(running, 0).empty());
  EXPECT_FALSE(queue.is_awaited());
}

TEST_F(Queue, GoesAsItWasPutByHand) {
  const auto running = holding({"ann"});
  for (const char* name : {"bob", "cid", "dan", "eve"})
    queue.ask(user(name), name, 1, running, 1);
  ASSERT_EQ(order(running, 2), (std::vector<std::string>{"bob", "cid", "dan", "eve"}));
  const auto id_of = [&](const std::string& name) {
    for (const UploadQueue::Entry& entry : queue.waiting(running, 2))
      if (entry.who.user == name) return entry.id;
    return 0U;
  };
  EXPECT_TRUE(queue.move(id_of("eve"), api::Where::top, running, 2));
  EXPECT_EQ(order(running, 3), (std::vector<std::string>{"eve", "bob", "cid", "dan"}));
  EXPECT_TRUE(queue.move(id_of("eve"), api::Where::down, running, 3));
  EXPECT_EQ(order(running, 4), (std::vector<std::string>{"bob", "eve", "cid", "dan"}));
  EXPECT_TRUE(queue.move(id_of("dan"), api::Where::up, running, 4));
  EXPECT_EQ(order(running, 5), (std::vector<std::string>{"bob", "eve", "dan", "cid"}));
  EXPECT_TRUE(queue.move(id_of("bob"), api::Where::bottom, running, 5));
  EXPECT_EQ(order(running, 6), (std::vector<std::string>{"eve", "dan", "cid", "bob"}));
  EXPECT_FALSE(queue.move(99, api::Where::top, running, 6));

  // Whoever gave most: the one at the head has the slot when the turn before him is over, and no
  // sooner.
  gave("cid", 10'000'000);
  EXPECT_EQ(order(running, 7).front(), "eve");
  EXPECT_TRUE(queue.keeps(0, running, kTurnMs - 1));
  EXPECT_EQ(queue.ask(user("eve"), "eve", 1, running, kTurnMs), 1U);
  EXPECT_FALSE(queue.keeps(0, running, kTurnMs + 1));
  EXPECT_EQ(queue.ask(user("eve"), "eve", 1, {}, kTurnMs + 2), 0U);
}

TEST_F(Queue, TakesAllFromTheQueueThatHaveAKey) {
  const auto running = holding({"ann"});
  queue.ask(user("bob", "k"), "b", 1, running, 1);
  queue.ask(user("cid"), "c", 1, running, 1);
  queue.ask(user("dan", "k"), "d", 1, running, 1);
  queue.drop_all("k");
  EXPECT_EQ(order(running, 2), std::vector<std::string>{"cid"});
}

}  // namespace
}  // namespace p2p::transfer
