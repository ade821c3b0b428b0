#include "protocols/kazaa/frames.h"

#include <gtest/gtest.h>

#include "tests/support/kazaa_vectors.h"

namespace p2p::kazaa {
namespace {

struct Kept {
  Frame::Kind kind = Frame::Kind::ping;
  Type type = Type::nodes;
  Buffer payload;
  friend bool operator==(const Kept&, const Kept&) = default;
};

struct Read {
  std::vector<Kept> frames;
  bool is_broken = false;
  std::size_t most_held = 0;

  void drain(FrameReader& reader) {
    for (;;) {
      const auto next = reader.next();
      most_held = std::max(most_held, reader.held());
      is_broken = !next;
      if (!next || !*next) return;
      const Frame& frame = **next;
      frames.push_back({frame.kind, frame.type, {frame.payload.begin(), frame.payload.end()}});
    }
  }
};

Read read_cut(Bytes bytes, std::size_t piece) {
  FrameReader reader;
  Read read;
  test::in_pieces(bytes, piece, [&](const Buffer& now) {
    if (read.is_broken) return;
    reader.feed(now);
    read.drain(reader);
  });
  return read;
}

const std::vector<Kept>& frames() {
  static const std::vector<Kept> kFrames{
      {Frame::Kind::message, Type::nodes, Buffer(1600, std::byte{1})},
      {Frame::Kind::ping, {}, {}},
      {Frame::Kind::message, Type::register_now, {}},
      {Frame::Kind::pong, {}, {}},
      {Frame::Kind::message, Type::reply, Buffer(300, std::byte{0x4b})},
      {Frame::Kind::message, static_cast<Type>(0xc024), Buffer(1, std::byte{2})},
  };
  return kFrames;
}

Buffer stream() {
  Buffer out;
  FrameWriter writer;
  for (const Kept& frame : frames()) {
    switch (frame.kind) {
      case Frame::Kind::ping: writer.ping(out); break;
      case Frame::Kind::pong: writer.pong(out); break;
      case Frame::Kind::message: writer.message(out, frame.type, frame.payload); break;
    }
  }
  return out;
}

TEST(HeaderOrder, FollowsTheVectors) {
  const auto rows = test::kazaa_rows("headers.txt");
  ASSERT_EQ(rows.size(), 8U);
  HeaderOrder reads;
  HeaderOrder writes;
  for (const auto& row : rows) {
    const auto type = static_cast<Type>(test::hex_number(row[1]));
    const auto length = static_cast<std::uint16_t>(std::stoul(row[2]));
    EXPECT_EQ(reads.state(), test::hex_number(row[0]));
    const auto bytes = writes.write({type, length});
    EXPECT_EQ("4b" + to_hex(std::as_bytes(std::span(bytes))), row[3]);
    const HeaderOrder::Header header = reads.read(std::as_bytes(std::span(bytes)));
    EXPECT_EQ(header.type, type);
    EXPECT_EQ(header.length, length);
    EXPECT_EQ(reads.state(), writes.state());
  }
}

TEST(KazaaFrameReader, GivesTheSameFramesOfEveryCut) {
  const Buffer bytes = stream();
  for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{5}, std::size_t{6},
                                  std::size_t{100}, bytes.size()}) {
    const Read read = read_cut(bytes, piece);
    EXPECT_EQ(read.frames, frames()) << piece;
    EXPECT_FALSE(read.is_broken) << piece;
  }
}

TEST(KazaaFrameReader, TwoFeedsCutAnywhereGiveTheSame) {
  const Buffer bytes = stream();
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    FrameReader reader;
    Read read;
    for (const Bytes part : {Bytes(bytes).first(cut), Bytes(bytes).subspan(cut)}) {
      reader.feed(part);
      read.drain(reader);
    }
    ASSERT_EQ(read.frames, frames()) << cut;
  }
}

TEST(KazaaFrameReader, LooksAtWholeFramesInPlaceAndKeepsNothing) {
  const Buffer bytes = stream();
  FrameReader reader;
  reader.feed(bytes);
  const auto first = reader.next();
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->payload.data(), bytes.data() + kFrameHeaderBytes);
  Read rest;
  rest.drain(reader);
  EXPECT_EQ(rest.frames.size(), frames().size() - 1);
  EXPECT_EQ(reader.held(), 0U);
}

TEST(KazaaFrameReader, GivesBackWhatAPartialFrameTook) {
  const Buffer bytes = stream();
  FrameReader reader;
  Read read;
  reader.feed(Bytes(bytes).first(1000));
  read.drain(reader);
  EXPECT_GE(reader.held(), 1000U);
  reader.feed(Bytes(bytes).subspan(1000));
  read.drain(reader);
  EXPECT_EQ(read.frames, frames());
  EXPECT_LE(reader.held(), 512U);
}

TEST(KazaaFrameReader, TakesTheLongestPayload) {
  Buffer out;
  FrameWriter().message(out, Type::reply, Buffer(kMaxPayload, std::byte{0x50}));
  const Read read = read_cut(out, 4096);
  ASSERT_EQ(read.frames.size(), 1U);
  EXPECT_EQ(read.frames[0].payload.size(), kMaxPayload);
  EXPECT_LE(read.most_held, 2 * (kMaxPayload + kFrameHeaderBytes));
}

TEST(KazaaFrameReader, HoldsOnlyWhatCameOfALongClaim) {
  FrameReader reader;
  const Buffer claim = from_hex("4b0700ffff00");  // 65535 bytes, of which one came
  reader.feed(claim);
  Read read;
  read.drain(reader);
  EXPECT_TRUE(read.frames.empty());
  EXPECT_FALSE(read.is_broken);
  EXPECT_LE(reader.held(), 16U);
}

TEST(KazaaFrameReader, BreaksForGoodWhenOutOfStep) {
  for (const char* hex : {"00", "4a", "51", "ff"}) {
    FrameReader reader;
    const Buffer wrong = from_hex(hex);
    reader.feed(wrong);
    ASSERT_FALSE(reader.next()) << hex;
    const Buffer right = from_hex("50");
    reader.feed(right);
    EXPECT_FALSE(reader.next()) << hex;
  }
}

// Frames before the break come first; a byte that was lost is seen at the next frame.
TEST(KazaaFrameReader, SeesAByteThatIsMissing) {
  Buffer bytes = stream();
  bytes.erase(bytes.end() - 100);  // of the reply
  const Read read = read_cut(bytes, bytes.size());
  EXPECT_TRUE(read.is_broken);
  EXPECT_EQ(read.frames.size(), frames().size() - 1);
  const Read other = read_cut(bytes, 3);
  EXPECT_TRUE(other.is_broken);
  EXPECT_EQ(other.frames, read.frames);
}

}  // namespace
}  // namespace p2p::kazaa
