#include "servent/transfer/givers.h"

#include <gtest/gtest.h>

#include "servent/transfer/pace.h"

namespace p2p::transfer {
namespace {

constexpr std::uint64_t kPiece = kLeastPiece;

TEST(Givers, NamesWhoGaveMostOfEachPart) {
  Givers givers(PieceMap(4 * kPiece));
  ASSERT_EQ(givers.parts(), 4U);
  givers.gave(7, {0, kPiece}, 1000);
  givers.gave(3, {kPiece, kPiece + 100}, 1000);
  givers.gave(7, {kPiece + 100, 2 * kPiece + 5}, 1000);
  EXPECT_EQ(givers.of_parts(), (std::vector<std::uint32_t>{1, 1, 1, 0}));
  EXPECT_EQ(givers.number(7), 1U);
  EXPECT_EQ(givers.number(3), 2U);
  EXPECT_EQ(givers.number(5), 0U);
  givers.gave(3, {2 * kPiece, 3 * kPiece}, 2000);
  EXPECT_EQ(givers.of_parts(), (std::vector<std::uint32_t>{1, 1, 2, 0}));
}

TEST(Givers, CutsALargeFileIntoTheSamePartsAsTheBlocksShown) {
  for (const std::uint64_t pieces : {1U, 63U, 64U, 65U, 100U, 1000U}) {
    const PieceMap map(pieces * kPiece);
    const std::size_t parts = std::min<std::size_t>(map.pieces(), Givers::kParts);
    for (std::size_t part = 0; part < parts; ++part) {
      Givers givers(map);
      const std::uint64_t begin = first_piece_of(part, parts, map.pieces()) * map.piece_bytes();
      const std::uint64_t end = first_piece_of(part + 1, parts, map.pieces()) * map.piece_bytes();
      givers.gave(0, {begin, end}, 0);
      for (std::size_t other = 0; other < parts; ++other)
        EXPECT_EQ(givers.of_parts()[other], other == part ? 1U : 0U) << pieces << ' ' << part;
    }
  }
}

TEST(Givers, KnowsNothingOfAFileThatIsNotOpen) {
  Givers givers;
  givers.gave(1, {0, 100}, 0);
  EXPECT_EQ(givers.number(1), 0U);
  EXPECT_TRUE(givers.pace(1, 5000).empty());
}

TEST(Pace, TellsTheSecondsThatAreOver) {
  Pace<4> pace;
  EXPECT_TRUE(pace.seconds(10'000).empty());
  pace.add(5, 10'100);
  pace.add(6, 10'900);
  EXPECT_TRUE(pace.seconds(10'950).empty()) << "this second is not over";
  pace.add(7, 12'000);
  EXPECT_EQ(pace.seconds(13'000), (std::vector<std::uint64_t>{0, 11, 0, 7}));
  EXPECT_EQ(pace.seconds(14'500), (std::vector<std::uint64_t>{11, 0, 7, 0}));
  EXPECT_EQ(pace.seconds(15'000), (std::vector<std::uint64_t>{0, 7, 0, 0}));
  EXPECT_TRUE(pace.seconds(90'000).empty());
  pace.add(1, 90'000);  // what stood in its place is long over
  EXPECT_EQ(pace.seconds(91'000), (std::vector<std::uint64_t>{0, 0, 0, 1}));
}

}  // namespace
}  // namespace p2p::transfer
