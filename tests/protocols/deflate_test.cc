#include "protocols/deflate.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/gnutella_vector.h"

namespace p2p {
namespace {

// The zlib stream of a captured QRP patch: behind the header (23 bytes) and the patch's own 5.
Buffer captured_stream(const std::string& name) {
  Buffer bytes = test::gnutella_vector(name);
  bytes.erase(bytes.begin(), bytes.begin() + std::min<std::ptrdiff_t>(28, std::ssize(bytes)));
  return bytes;
}

constexpr std::size_t kTable = 8192;  // 16384 slots of 4 bits
constexpr std::size_t kPlenty = std::size_t{1} << 20U;

Buffer zeros(std::size_t size) {
  return Buffer(size);
}

// Bytes that do not compress well, the same every time.
Buffer noise(std::size_t size) {
  Buffer out;
  std::uint32_t state = 7;
  while (out.size() < size) {
    state = state * 1664525U + 1013904223U;
    out.push_back(static_cast<std::byte>(state >> 24U));
  }
  return out;
}

TEST(Inflated, ReadsWhatARealServentDeflated) {
  for (const char* name : {"qrp_up_patch_own_files_only", "qrp_leaf_patch"}) {
    const Buffer stream = captured_stream(name);
    ASSERT_FALSE(stream.empty());
    const auto table = inflated(stream, kTable);
    ASSERT_TRUE(table) << name;
    EXPECT_EQ(table->size(), kTable);
    EXPECT_NE(*table, zeros(kTable));
    EXPECT_EQ(inflated(deflated(*table), kTable), *table);
  }
}

TEST(Inflated, RefusesOneByteMoreThanTheLimit) {
  const Buffer stream = captured_stream("qrp_leaf_patch");
  EXPECT_EQ(inflated(stream, kTable - 1).error().code, Errc::too_long);
  EXPECT_EQ(inflated(stream, 0).error().code, Errc::too_long);
  EXPECT_TRUE(inflated(deflated({}), 0)->empty());
}

TEST(Inflated, RefusesEveryTruncation) {
  const Buffer stream = captured_stream("qrp_leaf_patch");
  for (std::size_t cut = 0; cut < stream.size(); ++cut) {
    const auto table = inflated(Bytes(stream).first(cut), kTable);
    ASSERT_FALSE(table) << cut;
    EXPECT_EQ(table.error().code, Errc::malformed) << cut;
  }
}

TEST(Inflated, RefusesAWrongChecksumAndAWrongHead) {
  Buffer stream = captured_stream("qrp_leaf_patch");
  stream.back() ^= std::byte{1};
  EXPECT_EQ(inflated(stream, kTable).error().code, Errc::malformed);
  EXPECT_EQ(inflated(bytes_of("no zlib"), kTable).error().code, Errc::malformed);
}

TEST(Inflated, IgnoresWhatStandsBehindTheEnd) {
  Buffer stream = captured_stream("qrp_leaf_patch");
  const Buffer table = *inflated(stream, kTable);
  stream.push_back(std::byte{0});
  EXPECT_EQ(inflated(stream, kTable), table);
}

TEST(Inflater, ReadsAStreamWholeAndByteByByteAlike) {
  const Buffer stream = captured_stream("qrp_up_patch_own_files_only");
  Inflater inflater;
  Buffer out;
  for (const std::byte& one : stream) {
    EXPECT_FALSE(inflater.is_ended());
    ASSERT_EQ(inflater.read(Bytes(&one, 1), kPlenty, out), 1U);
  }
  EXPECT_TRUE(inflater.is_ended());
  EXPECT_EQ(inflated(stream, kTable), out);
}

TEST(Inflater, GivesTheSameInRoomsOfAnySize) {
  const Buffer stream = captured_stream("qrp_up_patch_own_files_only");
  const Buffer whole = *inflated(stream, kTable);
  for (const std::size_t room : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, kTable}) {
    Inflater inflater;
    Buffer out;
    Bytes rest = stream;
    while (!inflater.is_ended()) {
      const std::size_t before = out.size();
      const auto used = inflater.read(rest, room, out);
      ASSERT_TRUE(used);
      ASSERT_LE(out.size() - before, room);
      ASSERT_TRUE(*used > 0 || out.size() > before) << "no progress";
      rest = rest.subspan(*used);
    }
    EXPECT_EQ(out, whole) << room;
    EXPECT_TRUE(rest.empty());
  }
}

TEST(Inflater, TakesNothingWithoutRoom) {
  Inflater inflater;
  Buffer out;
  EXPECT_EQ(inflater.read(deflated(zeros(9)), 0, out), 0U);
  EXPECT_TRUE(out.empty());
}

TEST(Inflater, ABombCostsNoMoreThanItsRoom) {
  const Buffer bomb = deflated(zeros(std::size_t{64} * kPlenty));
  ASSERT_LT(bomb.size(), 100'000U);
  Inflater inflater;
  Buffer out;
  const auto used = inflater.read(bomb, 1000, out);
  ASSERT_TRUE(used);
  EXPECT_LT(*used, bomb.size());
  EXPECT_EQ(out.size(), 1000U);
  EXPECT_LT(out.capacity(), 10'000U);
}

TEST(Inflater, StaysBroken) {
  Inflater inflater;
  Buffer out;
  EXPECT_EQ(inflater.read(bytes_of("GNUTELLA"), kPlenty, out).error().code, Errc::malformed);
  EXPECT_EQ(inflater.read(deflated(zeros(9)), kPlenty, out).error().code, Errc::malformed);
  EXPECT_EQ(inflater.read({}, 0, out).error().code, Errc::malformed);
  EXPECT_TRUE(out.empty());
  EXPECT_FALSE(inflater.is_ended());
}

TEST(Inflater, RefusesAStreamThatNeedsADictionary) {
  Inflater inflater;
  Buffer out;
  // RFC 1950: the third bit from above of the second byte, then the dictionary's checksum.
  EXPECT_FALSE(inflater.read(from_hex("78bb00000001"), kPlenty, out));
}

TEST(Inflater, UsesNothingBehindTheEnd) {
  Buffer stream = deflated(bytes_of("river"));
  const std::size_t size = stream.size();
  stream.push_back(std::byte{1});
  Inflater inflater;
  Buffer out;
  EXPECT_EQ(inflater.read(stream, kPlenty, out), size);
  EXPECT_TRUE(inflater.is_ended());
  EXPECT_EQ(inflater.read(stream, kPlenty, out), 0U);
  EXPECT_EQ(text_of(out), "river");
}

TEST(Deflater, AFlushLetsTheOtherSideReadAllOfIt) {
  for (const bool small : {true, false}) {
    Deflater deflater(small);
    Inflater inflater;
    for (const std::size_t size : {1UL, 23UL, 5000UL, 70'000UL}) {
      const Buffer words = noise(size);
      Buffer wire;
      Buffer got;
      deflater.write(words, wire);
      deflater.flush(wire);
      ASSERT_EQ(inflater.read(wire, kPlenty, got), wire.size());
      EXPECT_EQ(got, words) << size;
    }
    EXPECT_FALSE(inflater.is_ended());
  }
}

TEST(Deflater, FlushesNothingWhenNothingWasWritten) {
  Deflater deflater;
  Buffer wire;
  deflater.flush(wire);
  deflater.write({}, wire);
  deflater.flush(wire);
  EXPECT_TRUE(wire.empty());
  deflater.write(bytes_of("a"), wire);
  deflater.flush(wire);
  const std::size_t size = wire.size();
  EXPECT_GT(size, 0U);
  deflater.flush(wire);
  EXPECT_EQ(wire.size(), size);
}

TEST(Deflater, MovesWithItsStream) {
  Deflater first;
  Buffer wire;
  first.write(bytes_of("one "), wire);
  Deflater second = std::move(first);
  second.write(bytes_of("two"), wire);
  second.flush(wire);
  Inflater inflater;
  Inflater moved = std::move(inflater);
  Buffer out;
  ASSERT_TRUE(moved.read(wire, kPlenty, out));
  EXPECT_EQ(text_of(out), "one two");
}

TEST(Deflater, WritesTheRestAndTheEnd) {
  Deflater deflater;
  Buffer wire;
  deflater.write(bytes_of("one "), wire);
  deflater.finish(bytes_of("two"), wire);
  const auto out = inflated(wire, kPlenty);
  ASSERT_TRUE(out);
  EXPECT_EQ(text_of(*out), "one two");
}

}  // namespace
}  // namespace p2p
