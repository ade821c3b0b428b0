#include "protocols/gnutella/frames.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/gnutella_vector.h"

namespace p2p::gnutella {
namespace {

using test::gnutella_vector;

std::vector<Buffer> captured_messages() {
  std::vector<Buffer> all;
  for (const char* name :
       {"ping_plain_ttl3", "pong_cached", "query_plain", "qrp_leaf_patch", "hit_huge_text_urn_tt"})
    all.push_back(gnutella_vector(name));
  return all;
}

Buffer joined(const std::vector<Buffer>& messages) {
  Buffer out;
  for (const Buffer& one : messages)
    out.insert(out.end(), one.begin(), one.end());
  return out;
}

Buffer as_stream(Bytes bytes, bool deflates) {
  FrameWriter writer(deflates);
  writer.write(bytes);
  const Bytes out = writer.flush();
  return {out.begin(), out.end()};
}

// What came of a stream: its frames, copied, and whether it broke.
struct Read {
  std::vector<Buffer> frames;
  bool is_broken = false;
  std::size_t most_held = 0;

  void drain(FrameReader& reader) {
    for (;;) {
      const auto next = reader.next();
      most_held = std::max(most_held, reader.held());
      is_broken = !next;
      if (!next || !*next) return;
      const Frame& frame = **next;
      EXPECT_EQ(frame.whole.size(), kHeaderBytes + frame.header.length);
      EXPECT_EQ(frame.payload.size(), frame.header.length);
      frames.emplace_back(frame.whole.begin(), frame.whole.end());
    }
  }
};

Read read_cut(Bytes bytes, bool inflates, std::size_t piece) {
  FrameReader reader(inflates);
  Read read;
  while (!bytes.empty() && !read.is_broken) {
    // A copy of just these bytes, so that a sanitizer sees who looks beyond.
    const Bytes lent = bytes.first(std::min(piece, bytes.size()));
    const Buffer now(lent.begin(), lent.end());
    reader.feed(now);
    read.drain(reader);
    bytes = bytes.subspan(now.size());
  }
  return read;
}

TEST(FrameReader, ReadsACapturedHeader) {
  const Buffer pong = gnutella_vector("pong_cached");
  FrameReader reader(false);
  reader.feed(pong);
  const auto next = reader.next();
  ASSERT_TRUE(next && *next);
  const Frame& frame = **next;
  EXPECT_EQ(to_hex(frame.header.guid), "e78516f8b15990c1ff789f15b14cc900");
  EXPECT_EQ(frame.header.type, Type::pong);
  EXPECT_EQ(frame.header.ttl, 1);
  EXPECT_EQ(frame.header.hops, 1);
  EXPECT_EQ(frame.header.length, 14U);
  EXPECT_EQ(to_hex(frame.payload), "53197f0000530100000000040000");
}

TEST(FrameReader, GivesManyFramesOfOneFeedAndOfEveryCut) {
  const std::vector<Buffer> messages = captured_messages();
  for (const bool zlib : {false, true}) {
    const Buffer stream = as_stream(joined(messages), zlib);
    EXPECT_EQ(read_cut(stream, zlib, stream.size()).frames, messages);
    for (const std::size_t piece : {1U, 2U, 22U, 23U, 24U, 60U}) {
      const Read read = read_cut(stream, zlib, piece);
      EXPECT_EQ(read.frames, messages) << piece;
      EXPECT_FALSE(read.is_broken);
    }
  }
}

TEST(FrameReader, TwoFeedsCutAnywhereGiveTheSame) {
  const std::vector<Buffer> messages = captured_messages();
  for (const bool zlib : {false, true}) {
    const Buffer stream = as_stream(joined(messages), zlib);
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
      FrameReader reader(zlib);
      Read read;
      for (const Bytes part : {Bytes(stream).first(cut), Bytes(stream).subspan(cut)}) {
        reader.feed(part);
        read.drain(reader);
      }
      ASSERT_EQ(read.frames, messages) << cut;
    }
  }
}

TEST(FrameReader, WaitsForMoreAtEveryTruncation) {
  const Buffer pong = gnutella_vector("pong_own_ggep");
  for (std::size_t cut = 0; cut < pong.size(); ++cut) {
    const Read read = read_cut(Bytes(pong).first(cut), false, pong.size());
    EXPECT_TRUE(read.frames.empty()) << cut;
    EXPECT_FALSE(read.is_broken) << cut;
  }
}

TEST(FrameReader, LooksAtWholeFramesInPlaceAndKeepsNothing) {
  Buffer stream = joined(captured_messages());
  FrameReader reader(false);
  reader.feed(stream);
  for (std::size_t at = 0; at < stream.size();) {
    const auto next = reader.next();
    ASSERT_TRUE(next && *next);
    EXPECT_EQ((*next)->whole.data(), stream.data() + at);
    at += (*next)->whole.size();
  }
  ASSERT_FALSE(reader.next()->has_value());
  EXPECT_EQ(reader.held(), 0U);
}

TEST(FrameReader, AFrameThatWasPartialIsFollowedByOnesInPlace) {
  const Buffer query = gnutella_vector("query_plain");
  FrameReader reader(false);
  reader.feed(Bytes(query).first(5));
  ASSERT_FALSE(reader.next()->has_value());
  Buffer rest(query.begin() + 5, query.end());
  rest.insert(rest.end(), query.begin(), query.end());
  reader.feed(rest);
  const auto first = reader.next();
  ASSERT_TRUE(first && *first);
  EXPECT_EQ(Buffer((*first)->whole.begin(), (*first)->whole.end()), query);
  const auto second = reader.next();
  ASSERT_TRUE(second && *second);
  EXPECT_EQ((*second)->whole.data(), rest.data() + query.size() - 5);
}

// A message of `length` zero bytes.
Buffer message_of(std::uint32_t length) {
  Buffer out(16);
  Writer(out).u8(0x31).u8(1).u8(0).u32le(length);
  out.resize(out.size() + length);
  return out;
}

TEST(FrameReader, TakesTheLongestMessageAndRefusesOneByteMore) {
  for (const bool zlib : {false, true}) {
    const Buffer longest = message_of(kMaxPayload);
    const Buffer stream = as_stream(longest, zlib);
    for (const std::size_t piece : {std::size_t{1000}, stream.size()})
      EXPECT_EQ(read_cut(stream, zlib, piece).frames, std::vector<Buffer>{longest});
    EXPECT_TRUE(read_cut(as_stream(message_of(kMaxPayload + 1), zlib), zlib, 1000).is_broken);
  }
}

TEST(FrameReader, AnAbsurdLengthIsFinalAndComesAfterTheFramesBefore) {
  Buffer bytes = gnutella_vector("query_plain");
  Buffer absurd = message_of(0);
  std::ranges::copy(from_hex("0000ff7f"), absurd.begin() + 19);
  bytes.insert(bytes.end(), absurd.begin(), absurd.end());
  for (const bool zlib : {false, true}) {
    const Buffer stream = as_stream(bytes, zlib);
    for (const std::size_t piece : {std::size_t{1}, stream.size()}) {
      const Read read = read_cut(stream, zlib, piece);
      EXPECT_EQ(read.frames.size(), 1U);
      EXPECT_TRUE(read.is_broken);
    }
  }
  FrameReader reader(false);
  reader.feed(absurd);
  EXPECT_EQ(reader.next().error().code, Errc::too_long);
  const Buffer good = gnutella_vector("query_plain");
  reader.feed(good);
  EXPECT_EQ(reader.next().error().code, Errc::too_long);
}

TEST(FrameReader, ABrokenZlibStreamIsFinalAfterTheFramesBefore) {
  const std::vector<Buffer> messages = captured_messages();
  Buffer stream = as_stream(joined(messages), true);
  stream.insert(stream.end(), 20, std::byte{0xff});  // a block of type 3, which there is not
  for (const std::size_t piece : {std::size_t{1}, std::size_t{64}, stream.size()}) {
    const Read read = read_cut(stream, true, piece);
    EXPECT_EQ(read.frames, messages);
    EXPECT_TRUE(read.is_broken);
  }
  FrameReader reader(true);
  reader.feed(bytes_of("plain bytes"));
  EXPECT_EQ(reader.next().error().code, Errc::malformed);
  const Buffer good = as_stream(joined(messages), true);
  reader.feed(good);
  EXPECT_EQ(reader.next().error().code, Errc::malformed);
}

TEST(FrameReader, AZlibStreamThatEndsIsAnErrorAfterTheFramesBefore) {
  const std::vector<Buffer> messages = captured_messages();
  const Buffer stream = deflated(joined(messages));
  for (const std::size_t piece : {std::size_t{1}, stream.size()}) {
    const Read read = read_cut(stream, true, piece);
    EXPECT_EQ(read.frames, messages);
    EXPECT_TRUE(read.is_broken);
  }
}

TEST(FrameReader, ABombCostsNoMoreThanAFrameAndALittle) {
  // Zeros are pings without payload: 23 bytes each.
  const std::size_t size = std::size_t{8} << 20U;
  const Buffer zeros = as_stream(Buffer(size), true);
  ASSERT_LT(zeros.size(), 20'000U);
  FrameReader reader(true);
  reader.feed(zeros);
  std::size_t frames = 0;
  std::size_t most = 0;
  for (auto next = reader.next(); next && *next; next = reader.next()) {
    ++frames;
    most = std::max(most, reader.held());
  }
  EXPECT_EQ(frames, size / kHeaderBytes);
  EXPECT_LE(most, 16'384U);

  Buffer longest;
  for (int i = 0; i < 64; ++i) {
    const Buffer one = message_of(kMaxPayload);
    longest.insert(longest.end(), one.begin(), one.end());
  }
  const Buffer stream = as_stream(longest, true);
  const Read read = read_cut(stream, true, stream.size());
  EXPECT_EQ(read.frames.size(), 64U);
  EXPECT_LE(read.most_held, 2 * (kMaxPayload + 8192));
}

TEST(FrameReader, LetsGoOfTheMemoryOfALongMessage) {
  const Buffer longest = message_of(kMaxPayload);
  FrameReader reader(false);
  reader.feed(Bytes(longest).first(40'000));
  ASSERT_FALSE(reader.next()->has_value());
  reader.feed(Bytes(longest).subspan(40'000));
  ASSERT_TRUE(reader.next()->has_value());
  ASSERT_FALSE(reader.next()->has_value());
  EXPECT_EQ(reader.held(), 0U);
}

TEST(FrameReader, AClaimedLengthReservesNothing) {
  FrameReader reader(false);
  const Buffer longest = message_of(kMaxPayload);
  reader.feed(Bytes(longest).first(100));
  ASSERT_FALSE(reader.next()->has_value());
  EXPECT_LE(reader.held(), 256U);
}

TEST(FrameReader, MovesWithWhatItHolds) {
  const Buffer query = gnutella_vector("query_plain");
  for (const bool zlib : {false, true}) {
    const Buffer stream = as_stream(query, zlib);
    FrameReader reader(zlib);
    reader.feed(Bytes(stream).first(12));
    ASSERT_FALSE(reader.next()->has_value());
    FrameReader moved = std::move(reader);
    moved.feed(Bytes(stream).subspan(12));
    ASSERT_TRUE(moved.next()->has_value());
  }
}

TEST(FrameWriter, ManyMessagesAreOneFlushThatTheOtherSideReadsWhole) {
  const std::vector<Buffer> messages = captured_messages();
  for (const bool zlib : {false, true}) {
    FrameWriter writer(zlib);
    FrameReader reader(zlib);
    for (int burst = 0; burst < 3; ++burst) {
      for (const Buffer& one : messages)
        writer.write(one);
      EXPECT_FALSE(writer.is_empty());
      const Bytes out = writer.flush();
      EXPECT_TRUE(writer.is_empty());
      reader.feed(out);
      Read read;
      read.drain(reader);
      EXPECT_EQ(read.frames, messages);
    }
  }
}

TEST(FrameWriter, PlainBytesGoOutAsTheyAre) {
  FrameWriter writer(false);
  const Buffer query = gnutella_vector("query_plain");
  writer.write(query);
  writer.write(query);
  EXPECT_EQ(writer.waiting(), 2 * query.size());
  const Bytes out = writer.flush();
  EXPECT_EQ(Buffer(out.begin(), out.end()), joined({query, query}));
  EXPECT_EQ(writer.waiting(), 0U);
}

TEST(FrameWriter, PassesAMessageOnWithItsHopChangedAndNothingElse) {
  const Buffer query = gnutella_vector("query_plain");
  Buffer changed = query;
  changed[kTtlAt] = std::byte{2};
  changed[kTtlAt + 1] = std::byte{5};
  for (const bool zlib : {false, true}) {
    FrameWriter writer(zlib);
    FrameReader reader(zlib);
    writer.write(query);
    writer.pass(query, {2, 5});
    writer.write(query);
    reader.feed(writer.flush());
    Read read;
    read.drain(reader);
    EXPECT_EQ(read.frames, (std::vector<Buffer>{query, changed, query}));
  }
}

TEST(FrameReader, ShowsWhatIsBehindTheFrame) {
  const Buffer query = gnutella_vector("query_plain");
  const Buffer two = joined({query, query});
  FrameReader reader(false);
  reader.feed(two);
  ASSERT_TRUE(reader.next()->has_value());
  EXPECT_EQ(Buffer(reader.ahead().begin(), reader.ahead().end()), query);
  ASSERT_TRUE(reader.next()->has_value());
  EXPECT_TRUE(reader.ahead().empty());
}

TEST(FrameWriter, FlushesNothingWhenNothingWasWritten) {
  for (const bool zlib : {false, true}) {
    FrameWriter writer(zlib);
    EXPECT_TRUE(writer.is_empty());
    EXPECT_TRUE(writer.flush().empty());
    writer.write(gnutella_vector("query_plain"));
    EXPECT_FALSE(writer.flush().empty());
    EXPECT_TRUE(writer.flush().empty());
    EXPECT_EQ(writer.waiting(), 0U);
  }
}

TEST(FrameWriter, WhatIsAlikeTravelsShort) {
  FrameWriter writer(true);
  const Buffer hit = gnutella_vector("hit_huge_text_urn_tt");
  for (int i = 0; i < 20; ++i)
    writer.write(hit);
  EXPECT_LT(writer.flush().size(), 2 * hit.size());
}

}  // namespace
}  // namespace p2p::gnutella
