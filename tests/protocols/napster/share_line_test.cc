#include "protocols/napster/share_line.h"

#include <gtest/gtest.h>

#include "tests/support/vectors.h"

namespace p2p::napster {
namespace {

std::string payload_of(const Buffer& frame) {
  return std::string(text_of(Bytes(frame).subspan(kHeaderBytes)));
}

TEST(ShareLine, ReadsACapturedShareAndWritesItAgain) {
  const std::string payload = payload_of(test::captured("napster/09-push.hex").at(0).bytes);
  const auto fields = split(payload);
  const auto share = parse_share(*fields);
  ASSERT_TRUE(share.has_value());
  EXPECT_EQ(share->name, "C:\\Music\\Zed Quartet\\Harbor\\02 - Zed Quartet - Paper Moon.mp3");
  EXPECT_EQ(share->size_bytes, 6650000U);
  EXPECT_EQ(share->media, (MediaFields{192, 44100, 266}));
  EXPECT_FALSE(share->sha1);
  Line line;
  append_share(line, *share);
  EXPECT_EQ(line.text(), payload);
}

TEST(ShareLine, HasTheUrnLastWhateverComesBetween) {
  Sha1 sha1;
  sha1.bytes[3] = std::byte{7};
  Line line;
  append_share(line, {"a.mp3", "0", 1, {}, {}});
  line.word("nick").number(1).number(2);
  append_sha1(line, sha1);
  const auto fields = split(line.text());
  EXPECT_EQ(parse_share(*fields)->sha1, sha1);
  EXPECT_FALSE(parse_share(std::span(*fields).first(9))->sha1);
}

TEST(ShareLine, RefusesEveryTruncationButKeepsOddNumbers) {
  const std::vector<std::string_view> fields{"a.mp3", "NOMD5COMPUTED", "12", "x", "-1", "3"};
  for (std::size_t count = 0; count < fields.size(); ++count)
    EXPECT_FALSE(parse_share(std::span(fields).first(count))) << count;
  EXPECT_EQ(parse_share(fields)->media, (MediaFields{0, 0, 3}));
  auto bad = fields;
  bad[2] = "1e9";
  EXPECT_FALSE(parse_share(bad));
}

TEST(HashField, KnowsZerosAndWordsForUnknown) {
  const auto md5 = md5_from_hex("b92870e0d41bc8e698cf2f0a1ddfeac7");
  EXPECT_EQ(md5_of_hash_field("b92870e0d41bc8e698cf2f0a1ddfeac7-4433320"), md5);
  EXPECT_EQ(md5_of_hash_field(hash_field(md5)), md5);
  EXPECT_EQ(hash_field({}), std::string(32, '0'));
  for (const char* unknown : {"", "WMA-FILE", "NOMD5COMPUTED", "00000000000000000000000000000000"})
    EXPECT_FALSE(md5_of_hash_field(unknown)) << unknown;
}

TEST(WireName, TurnsSlashesBothWays) {
  EXPECT_EQ(to_wire_name("Music/a b/x.mp3"), "Music\\a b\\x.mp3");
  EXPECT_EQ(from_wire_name("Music\\a b\\x.mp3"), "Music/a b/x.mp3");
}

}  // namespace
}  // namespace p2p::napster
