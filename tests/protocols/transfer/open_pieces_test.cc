#include "protocols/transfer/open_pieces.h"

#include <gtest/gtest.h>

#include "tests/support/units.h"

namespace p2p::transfer {
namespace {

using test::kMost;

// Ten pieces, of which those from 2 to 5 are missing; one source has all.
OpenPieces with_a_gap() {
  PieceMap map(10 * kLeastPiece);
  std::vector<Extent> fresh;
  map.arrive({0, 2 * kLeastPiece}, fresh);
  map.arrive({6 * kLeastPiece, 10 * kLeastPiece}, fresh);
  OpenPieces open(std::move(map));
  open.order().all_gained();
  return open;
}

TEST(OpenPieces, AShareThatWouldBeShortBeginsEarlier) {
  const OpenPieces open = with_a_gap();
  EXPECT_EQ(open.share_at(5, {}, 3 * kLeastPiece), (Extent{3 * kLeastPiece, 6 * kLeastPiece}));
  EXPECT_EQ(open.share_at(4, {}, kMost), (Extent{2 * kLeastPiece, 6 * kLeastPiece}));
  EXPECT_EQ(open.share_at(3, {}, 2 * kLeastPiece), (Extent{3 * kLeastPiece, 5 * kLeastPiece}))
      << "long enough";
  EXPECT_EQ(open.share_at(5, {}, kLeastPiece / 2),
            (Extent{5 * kLeastPiece, 5 * kLeastPiece + kLeastPiece / 2}));
}

TEST(OpenPieces, AShareBeginsEarlierOnlyWhereNothingIsInTheWay) {
  const Extent alone{5 * kLeastPiece, 6 * kLeastPiece};
  OpenPieces kept = with_a_gap();
  kept.keep(4, true);
  EXPECT_EQ(kept.share_at(5, {}, kMost), alone);
  OpenPieces begun = with_a_gap();
  std::vector<Extent> fresh;
  begun.ask({5 * kLeastPiece - 1, 5 * kLeastPiece});
  begun.arrive({5 * kLeastPiece - 1, 5 * kLeastPiece}, fresh);
  EXPECT_EQ(begun.share_at(5, {}, kMost), alone);
  OpenPieces asked = with_a_gap();
  asked.ask({5 * kLeastPiece, 5 * kLeastPiece + 10});
  EXPECT_EQ(asked.share_at(5, {}, kMost), (Extent{5 * kLeastPiece + 10, 6 * kLeastPiece}));
  const OpenPieces open = with_a_gap();
  Bits has(10, true);
  has.set(4, false);
  Reach reach;
  reach.has = &has;
  EXPECT_EQ(open.share_at(5, reach, kMost), alone);
  reach = {};
  reach.is_stream = true;
  EXPECT_EQ(open.share_at(5, reach, kMost), alone);
}

}  // namespace
}  // namespace p2p::transfer
