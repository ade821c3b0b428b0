#include "protocols/transfer/piece_map.h"

#include <gtest/gtest.h>

#include "protocols/base/hash_tree.h"

#include "tests/support/units.h"

namespace p2p::transfer {
namespace {

using test::kGiB;
using test::kKiB;
using test::kMost;

TEST(PieceMap, PiecesGrowSoThatTheyStayFew) {
  EXPECT_EQ(piece_bytes_of(0), 256 * kKiB);
  EXPECT_EQ(piece_bytes_of(kGiB / 4), 256 * kKiB);
  EXPECT_EQ(piece_bytes_of(kGiB / 4 + 1), 512 * kKiB);
  EXPECT_EQ(piece_bytes_of(kGiB), 1024 * kKiB);
  EXPECT_EQ(piece_bytes_of(kMost), std::uint64_t{1} << 54U);
}

TEST(PieceMap, APieceIsALeafOfTheTree) {
  for (const std::uint64_t size :
       {256 * kKiB, kGiB / 4, kGiB / 4 + 1, kGiB, kGiB + 1, 10 * kGiB, 1000 * kGiB, kMost / 2})
    EXPECT_EQ(piece_bytes_of(size), TreeShape::of(size).leaf_bytes()) << size;
}

class PieceMapSizes : public testing::TestWithParam<std::uint64_t> {};

TEST_P(PieceMapSizes, PiecesCoverTheFile) {
  const std::uint64_t size = GetParam();
  PieceMap map(size);
  EXPECT_LE(map.pieces(), kMostPieces);
  EXPECT_EQ(map.free().bytes(), size);
  std::uint64_t end = 0;
  for (PieceIndex piece = 0; piece < map.pieces(); ++piece) {
    const Extent extent = map.extent_of(piece);
    ASSERT_EQ(extent.begin, end);
    ASSERT_GT(extent.end, extent.begin);
    ASSERT_EQ(map.piece_at(extent.begin), piece);
    ASSERT_EQ(map.piece_at(extent.end - 1), piece);
    end = extent.end;
  }
  EXPECT_EQ(end, size);
  std::vector<Extent> fresh;
  map.arrive({0, size}, fresh);
  for (PieceIndex piece = 0; piece < map.pieces(); ++piece)
    ASSERT_TRUE(map.verify(piece));
  EXPECT_EQ(map.verified_bytes(), size);
  EXPECT_TRUE(map.free().empty());
}

INSTANTIATE_TEST_SUITE_P(Sizes, PieceMapSizes,
                         testing::Values(0, 1, 256 * kKiB - 1, 256 * kKiB, 256 * kKiB + 1,
                                         4 * kGiB - 1, 4 * kGiB, 4 * kGiB + 1, 10 * kGiB, kMost));

TEST(PieceMap, APieceGoesThroughItsStates) {
  PieceMap map(300 * kKiB);
  std::vector<Extent> fresh;
  EXPECT_EQ(map.state(0), PieceState::missing);
  map.ask({0, 100});
  EXPECT_EQ(map.state(0), PieceState::under_way);
  map.arrive({0, 60}, fresh);
  map.release({0, 100});
  EXPECT_EQ(map.state(0), PieceState::missing);
  EXPECT_EQ(map.free().run_from(0).begin, 60U);
  EXPECT_FALSE(map.verify(0));
  map.arrive({0, 256 * kKiB}, fresh);
  EXPECT_EQ(fresh, (std::vector<Extent>{{0, 60}, {60, 256 * kKiB}}));
  EXPECT_EQ(map.state(0), PieceState::written);
  EXPECT_EQ(map.unchecked(), std::vector<PieceIndex>{0});
  EXPECT_TRUE(map.verify(0));
  EXPECT_EQ(map.state(0), PieceState::verified);
  EXPECT_TRUE(map.unchecked().empty());
  map.lose({100, 101});
  EXPECT_EQ(map.state(0), PieceState::missing);
  EXPECT_EQ(map.verified_pieces(), 0U);
  EXPECT_EQ(map.free().run_from(0), (Extent{100, 101}));
  EXPECT_FALSE(map.verify(7));
}

}  // namespace
}  // namespace p2p::transfer
