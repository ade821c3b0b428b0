#include "protocols/transfer/thex.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/gnutella_vector.h"
#include "tests/support/joined_hash.h"

namespace p2p::transfer {
namespace {

constexpr std::uint64_t kRiverBytes = 3'000'000;
constexpr std::size_t kXmlAt = 20;      // in the body of gtk-gnutella
constexpr std::size_t kSecondAt = 416;  // its second record
constexpr std::size_t kNodesAt = 520;

Buffer river_body() {
  return test::gnutella_vector("http_thex_body");
}

// With one text in place of another, of the same length.
Buffer river_with(std::string_view was, std::string_view is) {
  Buffer body = river_body();
  std::string text(text_of(body));
  const std::size_t at = text.find(was);
  EXPECT_NE(at, std::string::npos) << was;
  EXPECT_EQ(was.size(), is.size());
  text.replace(at, was.size(), is);
  const Bytes changed = bytes_of(text);
  return {changed.begin(), changed.end()};
}

Errc error_of(Bytes body, std::uint64_t size = kRiverBytes) {
  const auto tree = decode_thex(body, size);
  EXPECT_FALSE(tree);
  return tree ? Errc::io : tree.error().code;
}

TEST(Thex, ReadsTheTreeOfGtkGnutella) {
  const Buffer body = river_body();
  const auto tree = decode_thex(body, kRiverBytes);
  ASSERT_TRUE(tree) << tree.error().detail;
  EXPECT_EQ(to_base32(tree->root()), "DVCLGXG3GSIK457NNJZ77FBPNLX5BUWBRFG62EA");
  EXPECT_EQ(tree->shape(), TreeShape::of(kRiverBytes)) << "ours has the same levels";
  EXPECT_EQ(to_hex(tree->to_nodes()), to_hex(Bytes(body).subspan(kNodesAt)));
}

TEST(Thex, WritesWhatGtkGnutellaWrites) {
  const Buffer theirs = river_body();
  const Buffer ours = encode_thex(decode_thex(theirs, kRiverBytes).value());
  ASSERT_EQ(ours.size(), theirs.size());
  // Theirs makes another uuid of the root.
  std::string text(text_of(ours));
  const std::string_view uuid = text_of(theirs).substr(kSecondAt + 12, 41);
  const std::string mine = text.substr(kSecondAt + 12, 41);
  for (std::size_t at = text.find(mine); at != std::string::npos; at = text.find(mine, at + 1))
    text.replace(at, uuid.size(), uuid);
  EXPECT_EQ(text, text_of(theirs));
}

TEST(Thex, IsReadAsItWasWritten) {
  for (const std::uint64_t size : {std::uint64_t{1}, std::uint64_t{300'000'000}}) {
    const TreeShape shape = TreeShape::of(size);
    const HashTree tree =
        HashTree::above(shape, test::leaf_hashes(shape.leaves()), test::joined_hash);
    const Buffer body = encode_thex(tree);
    EXPECT_EQ(body.size() % 4, 0U);
    const auto read = decode_thex(body, size);
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->shape(), shape);
    EXPECT_TRUE(read->is_sound(tree.root(), test::joined_hash));
  }
}

TEST(Thex, CutAnywhereIsMalformed) {
  const Buffer body = river_body();
  for (std::size_t length = 0; length < body.size(); ++length)
    EXPECT_EQ(error_of(Bytes(body).first(length)), Errc::malformed) << length;
}

TEST(Thex, WhatFillsUpTheLastRecordMayBeMissing) {
  Buffer body = river_body();
  body[kSecondAt + 10] = std::byte{0};
  body[kSecondAt + 11] = std::byte{24};
  body.resize(kNodesAt + 24);
  EXPECT_TRUE(decode_thex(body, kRiverBytes));
  // Options of one byte, filled up with three.
  body.insert(body.begin() + kSecondAt + 12, 4, std::byte{0});
  body[kSecondAt + 3] = std::byte{1};
  EXPECT_TRUE(decode_thex(body, kRiverBytes));
}

TEST(Thex, TakesTheSameXmlWrittenOtherwise) {
  EXPECT_TRUE(
      decode_thex(river_with("<file size=\"3000000\" ", "<file\nsize='3000000' "), kRiverBytes));
  EXPECT_TRUE(decode_thex(river_with("depth=\"4\"", "depth=\"9\""), kRiverBytes));
}

TEST(Thex, RefusesTheTreeOfAnotherFile) {
  EXPECT_EQ(error_of(river_body(), kRiverBytes + 1), Errc::malformed);
  EXPECT_EQ(error_of(river_with("size=\"3000000\"", "size=\"300000x\"")), Errc::malformed);
}

TEST(Thex, RefusesOtherHashes) {
  EXPECT_EQ(error_of(river_with("digest/tiger", "digest/sha-1")), Errc::unsupported);
  EXPECT_EQ(error_of(river_with("outputsize=\"24", "outputsize=\"20")), Errc::unsupported);
  EXPECT_EQ(error_of(river_with("segmentsize=\"1024", "segmentsize=\"2048")), Errc::unsupported);
  EXPECT_EQ(error_of(river_with("thex/breadthfirst", "thex/depth--first")), Errc::unsupported);
}

TEST(Thex, RefusesADescriptionWithoutATree) {
  EXPECT_EQ(error_of(river_with("uri=\"uuid:5c", "uri=\"uuid:5d")), Errc::malformed);
  EXPECT_EQ(error_of(river_with(" uri=\"uuid:", " url=\"uuid:")), Errc::malformed);
  EXPECT_EQ(error_of(river_with("text/xml", "text/htm")), Errc::malformed);
  EXPECT_EQ(error_of(river_with("<serializedtree", "<serializedtroe")), Errc::unsupported);
}

TEST(Thex, RefusesDimeThatItDoesNotKnow) {
  Buffer body = river_body();
  body[0] = std::byte{0x14};
  EXPECT_EQ(error_of(body), Errc::malformed) << "version 2";
  body[0] = std::byte{0x0d};
  EXPECT_EQ(error_of(body), Errc::unsupported) << "in chunks";
  body[0] = std::byte{0x0c};
  body[kSecondAt] = std::byte{0x08};
  EXPECT_EQ(error_of(body), Errc::malformed) << "no last record";
}

TEST(Thex, RefusesLengthsThatAreNotThere) {
  for (const std::size_t at : {2U, 4U, 6U, 8U, 9U, 10U}) {
    Buffer body = river_body();
    body[at] = std::byte{0xff};
    EXPECT_EQ(error_of(body), Errc::malformed) << at;
  }
}

TEST(Thex, RefusesMoreThanATreeNeeds) {
  Buffer body = river_body();
  body.resize(kMaxThex + 1);
  EXPECT_EQ(error_of(body), Errc::too_long);
  // Records without end.
  Buffer empty = from_hex("080000000000000000000000");
  Buffer many;
  for (int i = 0; i < 1000; ++i)
    many.insert(many.end(), empty.begin(), empty.end());
  EXPECT_EQ(error_of(many), Errc::malformed);
}

TEST(Thex, RefusesALongDescription) {
  Buffer body = river_body();
  const std::string blanks(8192, ' ');
  const Bytes more = bytes_of(blanks);
  body.insert(body.begin() + kXmlAt, more.begin(), more.end());
  body[10] = std::byte{0x21};  // 0x189 + 0x2000
  EXPECT_EQ(error_of(body), Errc::too_long);
}

}  // namespace
}  // namespace p2p::transfer
