#include "protocols/transfer/open_pieces.h"

#include <limits>

#include <gtest/gtest.h>

namespace p2p::transfer {
namespace {

constexpr std::uint64_t kPiece = kLeastPiece;
constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

// Ten pieces, of which those from 2 to 5 are missing; one source has all.
OpenPieces with_a_gap() {
  PieceMap map(10 * kPiece);
  std::vector<Extent> fresh;
  map.arrive({0, 2 * kPiece}, fresh);
  map.arrive({6 * kPiece, 10 * kPiece}, fresh);
  OpenPieces open(std::move(map));
  open.order().all_gained();
  return open;
}

TEST(OpenPieces, AShareThatWouldBeShortBeginsEarlier) {
  const OpenPieces open = with_a_gap();
  EXPECT_EQ(open.share_at(5, {}, 3 * kPiece), (Extent{3 * kPiece, 6 * kPiece}));
  EXPECT_EQ(open.share_at(4, {}, kMost), (Extent{2 * kPiece, 6 * kPiece}));
  EXPECT_EQ(open.share_at(3, {}, 2 * kPiece), (Extent{3 * kPiece, 5 * kPiece})) << "long enough";
  EXPECT_EQ(open.share_at(5, {}, kPiece / 2), (Extent{5 * kPiece, 5 * kPiece + kPiece / 2}));
}

TEST(OpenPieces, AShareBeginsEarlierOnlyWhereNothingIsInTheWay) {
  const Extent alone{5 * kPiece, 6 * kPiece};
  OpenPieces kept = with_a_gap();
  kept.keep(4, true);
  EXPECT_EQ(kept.share_at(5, {}, kMost), alone);
  OpenPieces begun = with_a_gap();
  std::vector<Extent> fresh;
  begun.ask({5 * kPiece - 1, 5 * kPiece});
  begun.arrive({5 * kPiece - 1, 5 * kPiece}, fresh);
  EXPECT_EQ(begun.share_at(5, {}, kMost), alone);
  OpenPieces asked = with_a_gap();
  asked.ask({5 * kPiece, 5 * kPiece + 10});
  EXPECT_EQ(asked.share_at(5, {}, kMost), (Extent{5 * kPiece + 10, 6 * kPiece}));
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
