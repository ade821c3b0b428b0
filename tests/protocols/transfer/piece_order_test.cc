#include "protocols/transfer/piece_order.h"

#include <set>

#include <gtest/gtest.h>

namespace p2p::transfer {
namespace {

using Standing = PieceOrder::Standing;

PieceOrder all_open(PieceIndex pieces) {
  PieceOrder order(pieces);
  for (PieceIndex piece = 0; piece < pieces; ++piece)
    order.set(piece, Standing::open);
  return order;
}

TEST(PieceOrder, TakesTheRarest) {
  Rng rng(1);
  PieceOrder order = all_open(4);
  for (const PieceIndex piece : {0U, 1U, 3U, 0U, 2U, 2U, 3U, 3U})
    order.gained(piece);
  EXPECT_EQ(order.rarest(nullptr, rng), 1U);
  order.set(1, Standing::closed);
  order.lost(2);
  EXPECT_EQ(order.rarest(nullptr, rng), 2U);
  order.all_gained();
  EXPECT_EQ(order.sources_of(2), 2U);
  order.all_lost();
  EXPECT_EQ(order.sources_of(2), 1U);
}

TEST(PieceOrder, OfEqualOnesAnyMayBeFirst) {
  Rng rng(1);
  const PieceOrder order = all_open(8);
  std::set<std::optional<PieceIndex>> seen;
  for (int i = 0; i < 200; ++i)
    seen.insert(order.rarest(nullptr, rng));
  EXPECT_EQ(seen.size(), 8U);
  seen.clear();
  for (int i = 0; i < 200; ++i)
    seen.insert(order.random(nullptr, rng));
  EXPECT_EQ(seen.size(), 8U);
}

TEST(PieceOrder, UrgentOnesAreBeforeTheRarest) {
  Rng rng(1);
  PieceOrder order = all_open(3);
  order.gained(2);
  EXPECT_FALSE(order.any_urgent());
  order.set(2, Standing::urgent);
  EXPECT_TRUE(order.any_urgent());
  EXPECT_EQ(order.rarest(nullptr, rng), 2U);
  order.set(2, Standing::open);
  EXPECT_NE(order.rarest(nullptr, rng), 2U);
}

TEST(PieceOrder, TakesOnlyWhatTheSourceHas) {
  Rng rng(1);
  PieceOrder order = all_open(100);
  Bits has(100);
  EXPECT_FALSE(order.rarest(&has, rng));
  EXPECT_FALSE(order.lowest(&has));
  EXPECT_FALSE(order.random(&has, rng));
  has.set(70);
  has.set(90);
  order.gained(70);
  EXPECT_EQ(order.rarest(&has, rng), 90U);
  EXPECT_EQ(order.lowest(&has), 70U);
  order.set(70, Standing::closed);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(order.random(&has, rng), 90U);
}

TEST(PieceOrder, KnowsWhatIsRareEnough) {
  PieceOrder order = all_open(3);
  for (int i = 0; i < 3; ++i) {
    order.gained(0);
    order.gained(1);
    order.gained(2);
  }
  for (int i = 0; i < 4; ++i)
    order.gained(1);
  EXPECT_TRUE(order.is_rare(1));  // seven, and the rarest has three
  order.gained(1);
  EXPECT_FALSE(order.is_rare(1));
  order.set(0, Standing::closed);
  EXPECT_FALSE(order.is_rare(0));
}

}  // namespace
}  // namespace p2p::transfer
