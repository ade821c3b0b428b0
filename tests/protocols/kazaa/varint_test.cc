#include "protocols/kazaa/varint.h"

#include <gtest/gtest.h>

#include "tests/support/kazaa_vectors.h"
#include "tests/support/units.h"

namespace p2p::kazaa {
namespace {

using test::kMost;

Buffer written(std::uint64_t value) {
  Buffer out;
  append_varint(out, value);
  return out;
}

std::optional<std::uint64_t> read(std::string_view hex) {
  const Buffer bytes = from_hex(hex);
  Reader reader(bytes);
  return read_varint(reader);
}

TEST(Varint, AgreesWithTheVectors) {
  const auto rows = test::kazaa_rows("varints.txt");
  ASSERT_EQ(rows.size(), 12U);
  for (const auto& row : rows) {
    const std::uint64_t value = std::stoull(row[0]);
    EXPECT_EQ(to_hex(written(value)), row[1]);
    EXPECT_EQ(varint_size(value), row[1].size() / 2);
    EXPECT_EQ(read(row[1]), value);
  }
}

TEST(Varint, HoldsSixtyFourBits) {
  EXPECT_EQ(read(to_hex(written(kMost))), kMost);
  EXPECT_EQ(written(kMost).size(), kMaxVarint);
  EXPECT_EQ(read("82808080808080808000"), std::nullopt);  // 2^64
}

TEST(Varint, LeavesWhatFollows) {
  const Buffer bytes = from_hex("81d5cf607f");
  Reader reader(bytes);
  EXPECT_EQ(read_varint(reader), 3'500'000U);
  EXPECT_EQ(reader.size(), 1U);
}

TEST(Varint, RefusesNumbersWithoutAnEnd) {
  EXPECT_EQ(read(""), std::nullopt);
  EXPECT_EQ(read("80"), std::nullopt);
  EXPECT_EQ(read("8fffffff"), std::nullopt);
  EXPECT_EQ(read("80808080808080808080"), std::nullopt);
  EXPECT_EQ(read("ffffffffffffffffffffffffffffffff7f"), std::nullopt);
}

TEST(Varint, OfThirtyTwoBitsRefusesMore) {
  const Buffer bytes = from_hex(
      "8fffffff7f"
      "9080808000");
  Reader reader(bytes);
  EXPECT_EQ(read_varint32(reader), 0xffffffffU);
  EXPECT_EQ(read_varint32(reader), std::nullopt);
  Reader again(bytes);
  EXPECT_EQ(read_varint32(again, 0xfffffffe), std::nullopt);
}

// mldonkey leaves out the first group of 128^k.
TEST(Varint, ReadsPowersThatAreOneGroupTooShort) {
  EXPECT_EQ(read("8000"), 16'384U);
  EXPECT_EQ(read("808000"), 2'097'152U);
  EXPECT_EQ(read("80808000"), 268'435'456U);
  EXPECT_EQ(read("808080808080808000"), std::uint64_t{1} << 63U);
  EXPECT_EQ(read("80808080808080808000"), 0U);  // ten groups: 128^10 has no room
  EXPECT_EQ(read("00"), 0U);
  EXPECT_EQ(read("8001"), 1U);  // a first group of zero and no power: as it stands
}

}  // namespace
}  // namespace p2p::kazaa
