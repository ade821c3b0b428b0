#include "protocols/base/bytes.h"

#include <gtest/gtest.h>

namespace p2p {
namespace {

TEST(Reader, ReadsBothByteOrders) {
  const Buffer bytes = from_hex("01020304050607080102030405060708090a");
  Reader reader{Bytes(bytes)};
  EXPECT_EQ(reader.u64le(), 0x0807060504030201U);
  EXPECT_EQ(reader.u16be(), 0x0102U);
  EXPECT_EQ(reader.u32be(), 0x03040506U);
  EXPECT_EQ(reader.u16le(), 0x0807U);
  EXPECT_EQ(reader.u8(), 9U);
  EXPECT_EQ(reader.size(), 1U);
  EXPECT_FALSE(reader.failed());
}

TEST(Reader, FailsForGoodAtTheFirstReadThatDoesNotFit) {
  const Buffer bytes = from_hex("0102");
  Reader reader{Bytes(bytes)};
  EXPECT_EQ(reader.u32le(), 0U);
  EXPECT_TRUE(reader.failed());
  EXPECT_EQ(reader.u8(), 0U);
}

TEST(Reader, ReadsZeroTerminatedText) {
  Reader reader{bytes_of(std::string_view("ab\0\0c", 5))};
  EXPECT_EQ(reader.cstring(), "ab");
  EXPECT_EQ(reader.cstring(), "");
  EXPECT_EQ(reader.cstring(), "");
  EXPECT_TRUE(reader.failed());
}

TEST(Writer, WritesWhatTheReaderReads) {
  Buffer out;
  Writer writer(out);
  writer.u16le(0).u32be(0x01020304).u64le(5).text("x");
  writer.patch_u16le(0, 0x0a0b);
  EXPECT_EQ(to_hex(out), "0b0a01020304050000000000000078");
}

TEST(Hex, RefusesOddAndStrangeDigits) {
  EXPECT_EQ(to_hex(from_hex("00fFAb")), "00ffab");
  EXPECT_TRUE(from_hex("0").empty());
  EXPECT_TRUE(from_hex("0g").empty());
}

TEST(Escaped, LeavesPrintableAsciiAndCutsTheRest) {
  EXPECT_EQ(escaped("a\n\\\xff"), "a\\x0a\\x5c\\xff");
  EXPECT_EQ(escaped("abcdef", 3), "abc...");
}

}  // namespace
}  // namespace p2p
