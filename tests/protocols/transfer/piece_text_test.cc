#include "protocols/transfer/piece_text.h"

#include <gtest/gtest.h>

#include "protocols/base/rng.h"

#include "tests/support/units.h"

namespace p2p::transfer {
namespace {

using test::kMost;

PieceMap some_of(std::uint64_t size, const std::vector<Extent>& had,
                 const std::vector<PieceIndex>& verified = {}) {
  PieceMap map(size);
  std::vector<Extent> fresh;
  for (const Extent& extent : had)
    map.arrive(extent, fresh);
  for (const PieceIndex piece : verified)
    EXPECT_TRUE(map.verify(piece));
  return map;
}

TEST(PieceText, SaysInOneLineWhatIsHere) {
  EXPECT_EQ(to_text(PieceMap(0)), "1 0 262144 r r -");
  EXPECT_EQ(to_text(PieceMap(1)), "1 1 262144 r1 r1 -");
  const PieceMap map =
      some_of(9 * kLeastPiece + 7,
              {{0, 2 * kLeastPiece + 5}, {3 * kLeastPiece - 1, 3 * kLeastPiece + 1}}, {1});
  EXPECT_EQ(to_text(map), "1 2359303 262144 b300 b200 524288+5,786431+2");
  EXPECT_EQ(to_text(some_of(9 * kLeastPiece + 7, {{0, 9 * kLeastPiece + 7}})),
            "1 2359303 262144 bff3 r10 -");
}

TEST(PieceText, KeepsEveryMap) {
  Rng rng(3);
  for (int run = 0; run < 300; ++run) {
    const std::uint64_t size = 1 + rng.below(kLeastPiece << rng.below(8));
    PieceMap map(size);
    std::vector<Extent> fresh;
    for (std::uint64_t left = rng.below(20); left > 0; --left) {
      const std::uint64_t begin = rng.below(size);
      map.arrive({begin, begin + rng.below(size - begin + 1)}, fresh);
    }
    for (const PieceIndex piece : map.unchecked())
      if (rng.below(2) == 0) map.verify(piece);
    const auto again = read_pieces(to_text(map), size);
    ASSERT_TRUE(again) << to_text(map);
    EXPECT_EQ(again->had(), map.had());
    EXPECT_EQ(again->verified(), map.verified());
    EXPECT_EQ(again->verified_bytes(), map.verified_bytes());
    EXPECT_EQ(again->free().bytes(), size - map.had().bytes());
  }
}

TEST(PieceText, StaysBelowItsBound) {
  PieceMap map(kLeastPiece * kMostPieces);
  std::vector<Extent> fresh;
  for (PieceIndex piece = 0; piece < map.pieces(); ++piece)
    for (std::uint64_t part = 0; part < 9; ++part) {
      const std::uint64_t begin = map.extent_of(piece).begin + part * 100;
      map.arrive({begin, begin + 90}, fresh);
    }
  const std::string text = to_text(map);
  EXPECT_LE(text.size(), kMostText);
  const auto again = read_pieces(text, map.size_bytes());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->had().bytes(), kMostParts * 90) << "as many as there is room for";
}

TEST(PieceText, TheLargestFileFits) {
  const PieceMap map = some_of(kMost, {{0, 1}, {kMost - 1, kMost}});
  const auto again = read_pieces(to_text(map), kMost);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->had(), map.had());
}

TEST(PieceText, RefusesWhatMakesNoSense) {
  const std::uint64_t size = 9 * kLeastPiece + 7;
  const std::string head = "1 2359303 262144 ";
  ASSERT_TRUE(read_pieces(head + "r0,2,8 r1,1,8 524288+5", size));
  for (const char* text : {
           "",
           "1",
           "r r -",
           "r10 r10",  // no parts
           "r10 r10 ",
           "r9 r10 -",
           "r11 r10 -",
           "r r10 -",
           "r1,,9 r10 -",
           "r-1,11 r10 -",
           "r18446744073709551615,11 r10 -",
           "r99999999999999999999999 r10 -",
           "b30 r10 -",
           "b3000 r10 -",
           "b30G r10 -",
           "b30F r10 -",
           "b004 r10 -",
           "x10 r10 -",
           "r10 r0,1,9 -",  // verified and not here
           "r10 r10 5",
           "r10 r10 5+",
           "r10 r10 +5",
           "r10 r10 5+0",
           "r10 r10 5+1,5+1",
           "r10 r10 9+1,5+1",
           "r10 r10 5+1,,9+1",
           "r10 r10 2359303+1",
           "r10 r10 2359302+2",
           "r10 r10 1+18446744073709551615",
           "r10 r10 0+1 more",
       })
    EXPECT_FALSE(read_pieces(head + text, size)) << text;
  EXPECT_FALSE(read_pieces("2 2359303 262144 r10 r10 -", size));
  EXPECT_FALSE(read_pieces("1 2359304 262144 r10 r10 -", size));
  EXPECT_FALSE(read_pieces("1 2359303 262145 r10 r10 -", size));
  EXPECT_FALSE(read_pieces(head + "r10 r10 -", size + 1));
  EXPECT_EQ(read_pieces(std::string(kMostText + 1, '1'), size).error().code, Errc::too_long);
}

TEST(PieceText, RefusesEachTruncation) {
  const PieceMap map = some_of(9 * kLeastPiece + 7, {{0, 2 * kLeastPiece + 5}}, {1});
  const std::string text = to_text(map);
  ASSERT_TRUE(read_pieces(text, map.size_bytes()));
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(read_pieces(text.substr(0, size), map.size_bytes())) << size;
}

}  // namespace
}  // namespace p2p::transfer
