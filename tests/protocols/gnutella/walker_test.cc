#include "protocols/gnutella/walker.h"

#include <array>

#include <gtest/gtest.h>

#include "protocols/gnutella/question.h"

namespace p2p::gnutella {
namespace {

const Walker kSome{7, 4, 300, {0x0a000001, 6346}};

std::optional<Walker> read_block(Bytes data) {
  Buffer block;
  GgepWriter(true).add(kWalker, data).append_to(block);
  std::size_t used = 0;
  const auto ggep = Ggep::decode(block, used);
  return ggep ? read_walker(*ggep) : std::nullopt;
}

TEST(Walker, IsReadAsItWasSaid) {
  EXPECT_EQ(read_block(to_bytes(kSome)), kSome);
}

TEST(Walker, CutShortOrTooLongIsNone) {
  Buffer data = to_bytes(kSome);
  for (std::size_t size = 0; size < data.size(); ++size)
    EXPECT_FALSE(read_block(Bytes(data).first(size))) << size;
  data.push_back(std::byte{1});
  EXPECT_FALSE(read_block(data));
}

TEST(Walker, ThatIsSeldomCheckedOrHasNoOriginIsNone) {
  for (const std::uint8_t every : std::to_array<std::uint8_t>({0, 17, 255})) {
    Walker rare = kSome;
    rare.check_every = every;
    EXPECT_FALSE(read_block(to_bytes(rare))) << unsigned{every};
  }
  Walker lost = kSome;
  lost.origin.port = 0;
  EXPECT_FALSE(read_block(to_bytes(lost)));
  Walker still = kSome;
  still.step = 0;
  EXPECT_FALSE(read_block(to_bytes(still)));
}

TEST(Walker, GoesInAQueryThatOthersReadToo) {
  Buffer message;
  append_asking(message, Header{{}, Type::query, 1, 0, 0}, {"blue river", {}}, query_flags::kMark,
                kSome);
  const auto query = decode_query(Bytes(message).subspan(kHeaderBytes));
  ASSERT_TRUE(query);
  EXPECT_EQ(query->text, "blue river");
  Question question;
  ASSERT_TRUE(question.read(*query));
  EXPECT_EQ(question.walker(), kSome);
  EXPECT_EQ(question.query().words, (std::vector<std::string>{"blue", "river"}));
  EXPECT_TRUE(question.query().takes_partial);
}

TEST(WalkNote, IsReadAsItWasSaidAndNotWhenCutShort) {
  Guid query;
  query.bytes[3] = std::byte{9};
  for (const WalkNote& note : {WalkNote{WalkNote::Kind::check, query, 3, 40'000, false, 0},
                               WalkNote{WalkNote::Kind::verdict, query, 3, 0, true, 0},
                               WalkNote{WalkNote::Kind::verdict, query, 3, 0, false, 0},
                               WalkNote{WalkNote::Kind::found, query, 0, 0, false, 50}}) {
    const Buffer datagram = to_bytes(note);
    EXPECT_EQ(read_walk_note(datagram), note);
    for (std::size_t size = 0; size < datagram.size(); ++size)
      EXPECT_FALSE(read_walk_note(Bytes(datagram).first(size))) << size;
  }
}

TEST(WalkNote, OfAnotherVendorIsNone) {
  Buffer datagram = to_bytes(WalkNote{WalkNote::Kind::check, {}, 1, 4, false, 0});
  datagram[kHeaderBytes] = std::byte{'L'};
  EXPECT_FALSE(read_walk_note(datagram));
}

}  // namespace
}  // namespace p2p::gnutella
