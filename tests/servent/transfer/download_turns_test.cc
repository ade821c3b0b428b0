#include "servent/transfer/download_turns.h"

#include <gtest/gtest.h>

namespace p2p::transfer {
namespace {
using api::Priority;
using api::Where;
using Ids = std::vector<DownloadTurns::Id>;

DownloadTurns four(std::size_t most) {
  DownloadTurns turns(most);
  for (const DownloadTurns::Id id : {1U, 2U, 3U, 4U})
    turns.add(id, Priority::normal, {});
  return turns;
}

TEST(DownloadTurns, SoManyHaveOneAndTheOthersWaitInTheOrderOfTheList) {
  DownloadTurns turns = four(2);
  EXPECT_TRUE(turns.take(1));
  EXPECT_TRUE(turns.take(2));
  EXPECT_FALSE(turns.take(4));
  EXPECT_FALSE(turns.take(3));
  EXPECT_EQ(turns.place(3), 1U);
  EXPECT_EQ(turns.place(4), 2U);
  EXPECT_EQ(turns.place(1), 0U);
  EXPECT_TRUE(turns.take(1)) << "it has it";
  turns.give(2);
  EXPECT_EQ(turns.take_changed(), Ids{3});
  EXPECT_TRUE(turns.has(3));
  EXPECT_FALSE(turns.has(4));
  EXPECT_TRUE(turns.take_changed().empty());
}

TEST(DownloadTurns, WhoHoldsNoneAndWantsNoneIsPassedOver) {
  DownloadTurns turns = four(1);
  EXPECT_TRUE(turns.take(1));
  EXPECT_FALSE(turns.take(2));
  EXPECT_FALSE(turns.take(3));
  turns.give(2);  // its sources wait elsewhere
  turns.remove(1);
  EXPECT_EQ(turns.take_changed(), Ids{3});
  EXPECT_EQ(turns.list(), (Ids{2, 3, 4}));
}

TEST(DownloadTurns, AHigherPriorityIsBeforeAnEarlierPlace) {
  DownloadTurns turns = four(1);
  EXPECT_TRUE(turns.take(1));
  EXPECT_FALSE(turns.take(2));
  EXPECT_FALSE(turns.take(3));
  turns.set_priority(2, Priority::low);
  EXPECT_EQ(turns.place(3), 1U);
  EXPECT_EQ(turns.place(2), 2U);
  EXPECT_TRUE(turns.has(1));
  turns.set_priority(2, Priority::high);
  EXPECT_TRUE(turns.has(2)) << "the user put it before the one that had it";
  EXPECT_EQ(turns.place(1), 1U);
  EXPECT_EQ(turns.take_changed(), (Ids{2, 1}));
}

TEST(DownloadTurns, WhoComesLaterTakesNoTurnAwayWithoutTheUser) {
  DownloadTurns turns = four(1);
  turns.set_priority(4, Priority::high);
  EXPECT_TRUE(turns.take(1));
  EXPECT_FALSE(turns.take(4));
  EXPECT_TRUE(turns.has(1));
}

TEST(DownloadTurns, AMoveChangesTheListAndTheTurns) {
  DownloadTurns turns = four(1);
  EXPECT_TRUE(turns.take(1));
  EXPECT_FALSE(turns.take(3));
  EXPECT_EQ(turns.move(3, Where::up), (Ids{3, 2}));
  EXPECT_EQ(turns.list(), (Ids{1, 3, 2, 4}));
  EXPECT_TRUE(turns.has(1));
  EXPECT_EQ(turns.move(3, Where::top), Ids{3});
  EXPECT_EQ(turns.list(), (Ids{3, 1, 2, 4}));
  EXPECT_TRUE(turns.has(3));
  EXPECT_EQ(turns.move(3, Where::bottom), Ids{3});
  EXPECT_EQ(turns.list(), (Ids{1, 2, 4, 3}));
  EXPECT_TRUE(turns.has(1));
  EXPECT_EQ(turns.move(1, Where::down), (Ids{1, 2}));
  EXPECT_EQ(turns.list(), (Ids{2, 1, 4, 3}));
  EXPECT_TRUE(turns.move(2, Where::up).empty());
  EXPECT_TRUE(turns.move(3, Where::bottom).empty());
  EXPECT_TRUE(turns.move(9, Where::top).empty());
}

TEST(DownloadTurns, AnOrderOfBeforeHolds) {
  DownloadTurns turns(1);
  turns.add(1, Priority::normal, 7);
  turns.add(2, Priority::normal, -3);
  turns.add(3, Priority::normal, {});
  EXPECT_EQ(turns.list(), (Ids{2, 1, 3}));
  EXPECT_EQ(turns.order(3), 8);
}

}  // namespace
}  // namespace p2p::transfer
