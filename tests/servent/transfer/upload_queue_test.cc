#include "servent/transfer/upload_queue.h"

#include <gtest/gtest.h>

namespace p2p::transfer {
namespace {

TEST(UploadQueue, TellsPlacesAndLetsTheFirstInWhenASlotIsFree) {
  UploadQueue queue(1, 1, 2);
  EXPECT_EQ(queue.ask("ann", "a", 1, {}, 0), 0u);
  EXPECT_EQ(queue.ask("bob", "b", 1, {}, 1), 1u);
  EXPECT_EQ(queue.ask("cid", "c", 1, {}, 2), 2u);
  EXPECT_EQ(queue.ask("BOB", "b", 1, {}, 3), 1u);
  EXPECT_EQ(queue.ask("dan", "d", 1, {}, 4), std::nullopt);
  EXPECT_EQ(queue.take("ann", "a", {}, 5), "a");
  EXPECT_EQ(queue.ask("bob", "b", 1, {"ann"}, 6), 1u);
  EXPECT_EQ(queue.take("eve", "x", {}, 7), std::nullopt);  // no way past those who wait
  EXPECT_EQ(queue.ask("cid", "c", 1, {}, 8), 2u);
  EXPECT_EQ(queue.ask("bob", "b", 1, {}, 9), 0u);
  EXPECT_EQ(queue.waiting(9).size(), 1u);
}

TEST(UploadQueue, ForgetsWhoDoesNotComeBack) {
  UploadQueue queue(1, 1, 9);
  EXPECT_EQ(queue.ask("ann", "a", 1, {}, 0), 0u);
  EXPECT_EQ(queue.ask("bob", "b", 1, {}, 0), 1u);
  EXPECT_EQ(queue.ask("cid", "c", 1, {}, UploadQueue::kWaitingMs), 2u);
  EXPECT_EQ(queue.ask("cid", "c", 1, {}, UploadQueue::kWaitingMs + 1), 0u);
}

TEST(UploadQueue, KnowsNamesAsTheWireHasThem) {
  UploadQueue queue(1, 1, 9);
  EXPECT_EQ(queue.ask("ann", "x/\"a\"", 1, {}, 0), 0u);
  EXPECT_EQ(queue.take("ann", "x\\'a'", {}, 1), "x/\"a\"");
}

TEST(UploadQueue, LetsUsersTakeTurns) {
  UploadQueue queue(2, 1, 20);
  const UploadQueue::Users running{"x", "y"};
  EXPECT_EQ(queue.ask("ann", "1", 1, running, 0), 1u);
  EXPECT_EQ(queue.ask("ann", "2", 1, running, 1), 2u);
  EXPECT_EQ(queue.ask("ann", "3", 1, running, 2), 3u);
  EXPECT_EQ(queue.ask("bob", "4", 1, running, 3), 2u);  // before Ann's second wish
  EXPECT_EQ(queue.ask("ann", "2", 1, running, 4), 3u);
}

TEST(UploadQueue, AUserWithManyWishesHoldsNoSlotBackFromOthers) {
  UploadQueue queue(2, 1, 20);
  const UploadQueue::Users both{"x", "y"};
  for (const char* name : {"1", "2", "3"})
    EXPECT_NE(queue.ask("ann", name, 1, both, 0), 0u);
  EXPECT_NE(queue.ask("bob", "4", 1, both, 0), 0u);
  EXPECT_EQ(queue.ask("bob", "4", 1, {}, 1), 0u);  // Ann can use one of the two slots
  EXPECT_EQ(queue.ask("ann", "1", 1, {}, 2), 0u);
  EXPECT_EQ(queue.ask("ann", "2", 1, {}, 3), 1u);  // one at once for each
}

TEST(UploadQueue, NoUserMayFillIt) {
  UploadQueue queue(1, 1, 4);
  const UploadQueue::Users running{"x"};
  EXPECT_EQ(queue.ask("ann", "1", 1, running, 0), 1u);
  EXPECT_EQ(queue.ask("Ann", "2", 1, running, 0), 2u);
  EXPECT_EQ(queue.ask("ann", "3", 1, running, 0), std::nullopt);
  EXPECT_EQ(queue.ask("bob", "1", 1, running, 0), 2u);
}

}  // namespace
}  // namespace p2p::transfer
