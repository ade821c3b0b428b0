#include "protocols/kazaa/greeting.h"

#include <gtest/gtest.h>

#include "tests/support/kazaa_vectors.h"

namespace p2p::kazaa {
namespace {

TEST(Greeting, KnowsTheMasksOfTheVectors) {
  const auto rows = test::kazaa_rows("masks.txt");
  EXPECT_EQ(rows.size(), known_seeds().size());
  for (const auto& row : rows)
    EXPECT_EQ(mask_of(test::hex_number(row[0])), test::hex_number(row[1])) << row[0];
  EXPECT_EQ(mask_of(0x12345679), std::nullopt);
}

TEST(Greeting, AsksForTypeOne) {
  Buffer out;
  append_hello(out, kClientSeed);
  EXPECT_EQ(to_hex(out), "fa00b62bfacb12383209d21a");
  EXPECT_EQ(decode_hello(out), kClientSeed);
}

TEST(Greeting, TakesTheHelloOfAStockClient) {
  EXPECT_EQ(decode_hello(from_hex("fa00b62bfacb12383209d232")), 0xfacb1238U);
  // Any seed and any wanted type: only the answer counts.
  EXPECT_EQ(decode_hello(from_hex("00000000deadbeef00000000")), 0xdeadbeefU);
}

TEST(Greeting, AnswersAsWasSeenToBeAccepted) {
  Buffer out;
  append_answer(out, 0);
  EXPECT_EQ(to_hex(out), "0000000048a00a32");
  EXPECT_EQ(decode_answer(out), 0U);
}

TEST(Greeting, TakesTypeZeroAsTypeOne) {
  EXPECT_EQ(decode_answer(from_hex("0000000048a00a33")), 0U);
}

TEST(Greeting, RefusesEveryOtherCipherType) {
  for (std::uint32_t type = 2; type != 0; type <<= 1U) {
    for (const std::uint32_t with_one : {0U, 1U}) {
      Buffer answer;
      Writer(answer).u32be(0).u32be(0x48a00a33U ^ type ^ with_one);
      const auto seed = decode_answer(answer);
      ASSERT_FALSE(seed) << type;
      EXPECT_EQ(seed.error().code, Errc::unsupported);
    }
  }
}

TEST(Greeting, RefusesASeedWhoseMaskIsNotKnown) {
  const auto seed = decode_answer(from_hex("deadbeef48a00a32"));
  ASSERT_FALSE(seed);
  EXPECT_EQ(seed.error().code, Errc::unsupported);
}

TEST(Greeting, RefusesWhatIsCutShort) {
  const Buffer hello = from_hex("fa00b62bfacb12383209d232");
  for (std::size_t size = 0; size < kHelloBytes; ++size)
    EXPECT_FALSE(decode_hello(Bytes(hello).first(size))) << size;
  for (std::size_t size = 0; size < kAnswerBytes; ++size)
    EXPECT_FALSE(decode_answer(Bytes(hello).first(size))) << size;
}

TEST(Greeting, KnowsTheNamesOfTheNetwork) {
  for (const char* name : {"KaZaA", "kazaa", "KAZAA", "fileshare", "FileShare", "Grokster"})
    EXPECT_TRUE(is_network_name(name)) << name;
  for (const char* name : {"", "kaza", "kazaas", "MusicCity", "kazaa "})
    EXPECT_FALSE(is_network_name(name)) << name;
}

}  // namespace
}  // namespace p2p::kazaa
