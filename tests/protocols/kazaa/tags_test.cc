#include "protocols/kazaa/tags.h"

#include <gtest/gtest.h>

#include "protocols/kazaa/varint.h"

#include "tests/support/kazaa_vectors.h"

namespace p2p::kazaa {
namespace {

constexpr std::string_view kSha1 = "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ";

Result<Tags> read(Bytes bytes) {
  Reader reader(bytes);
  return Tags::read(reader);
}

TagBuilder song() {
  TagBuilder builder;
  builder.text(Tag::name, "loopback test song.mp3")
      .text(Tag::artist, "The Sevrents")
      .number(Tag::duration, 201)
      .number(Tag::bitrate, 128)
      .resolution({640, 480})
      .sha1(*sha1_from_base32(kSha1));
  return builder;
}

Buffer encoded(const TagBuilder& builder) {
  Buffer out;
  append_tags(out, builder.tags());
  return out;
}

TEST(Tags, ReadsWhatAStockClientShowed) {
  const Buffer bytes = from_hex(
      "05"
      "02166c6f6f706261636b207465737420736f6e672e6d7033"
      "040d4c6f6f706261636b2054657374"
      "060c5468652053657276656e7473"
      "05028149"
      "15028100");
  const auto tags = read(bytes);
  ASSERT_TRUE(tags);
  EXPECT_EQ(tags->count(), 5U);
  EXPECT_EQ(tags->text(Tag::name), "loopback test song.mp3");
  EXPECT_EQ(tags->text(Tag::title), "Loopback Test");
  EXPECT_EQ(tags->text(Tag::artist), "The Servents");
  EXPECT_EQ(tags->number(Tag::duration), 201U);
  EXPECT_EQ(tags->number_or_0(Tag::bitrate), 128U);
  EXPECT_EQ(tags->text(Tag::album), "");
  EXPECT_EQ(tags->number(Tag::year), std::nullopt);
  Buffer again;
  append_tags(again, *tags);
  EXPECT_EQ(to_hex(again), to_hex(bytes));
}

TEST(Tags, AreWhatWasBuilt) {
  const Buffer bytes = encoded(song());
  const auto tags = read(bytes);
  ASSERT_TRUE(tags);
  EXPECT_EQ(*tags, song().tags());
  EXPECT_EQ(tags->resolution(), (Resolution{640, 480}));
  ASSERT_TRUE(tags->sha1());
  EXPECT_EQ(to_base32(*tags->sha1()), kSha1);
}

TEST(Tags, RefuseEveryTruncation) {
  const Buffer bytes = encoded(song());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Buffer cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(read(cut)) << size;
  }
}

TEST(Tags, LeaveWhatFollows) {
  Buffer bytes = encoded(song());
  bytes.push_back(std::byte{9});
  Reader reader(bytes);
  ASSERT_TRUE(Tags::read(reader));
  EXPECT_EQ(reader.size(), 1U);
}

TEST(Tags, RefuseMoreThanTheyMayBe) {
  Buffer bytes;
  append_varint(bytes, 65'535);
  bytes.resize(bytes.size() + 2 * 65'535);  // as many tags of no length
  const auto many = read(bytes);
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().code, Errc::too_long);

  Buffer fits;
  append_varint(fits, kMaxTags);
  fits.resize(fits.size() + 2 * kMaxTags);
  EXPECT_TRUE(read(fits));
  Buffer one_more;
  append_varint(one_more, kMaxTags + 1);
  one_more.resize(one_more.size() + 2 * (kMaxTags + 1));
  EXPECT_FALSE(read(one_more));
}

TEST(Tags, RefuseALengthBeyondTheEnd) {
  for (const char* hex : {
           "010203",                      // three bytes that are not there
           "01028fffffff7f",              // 2^32 - 1 bytes
           "010281ffffffffffffffff7f",    // 2^64 - 1 bytes
           "01028080808080808080808000",  // a length without an end
           "01ff",                        // a number without an end
           "01a080808000"
           "00",  // a number of 34 bits
       })
    EXPECT_FALSE(read(from_hex(hex))) << hex;
}

TEST(Tags, TheFirstOfTwoThatContradictCounts) {
  TagBuilder builder;
  builder.text(Tag::name, "first").text(Tag::name, "second");
  builder.number(Tag::year, 1999).number(Tag::year, 2001);
  const Buffer bytes = encoded(builder);
  const auto tags = read(bytes);
  ASSERT_TRUE(tags);
  EXPECT_EQ(tags->text(Tag::name), "first");
  EXPECT_EQ(tags->number(Tag::year), 1999U);
  EXPECT_EQ(tags->count(), 4U);
}

TEST(Tags, AFirstThatMakesNoSenseIsNotReplaced) {
  TagBuilder builder;
  builder.bytes(Tag::year, from_hex("ff")).number(Tag::year, 2001);
  EXPECT_EQ(builder.tags().number(Tag::year), std::nullopt);
  EXPECT_EQ(builder.tags().number_or_0(Tag::year), 0U);
}

TEST(Tags, KeepUnknownNumbersAsTheyCame) {
  TagBuilder builder;
  builder.bytes(static_cast<Tag>(0x35), from_hex("02")).bytes(static_cast<Tag>(0x7777), {});
  const Buffer bytes = encoded(builder);
  const auto tags = read(bytes);
  ASSERT_TRUE(tags);
  std::vector<std::uint32_t> seen;
  tags->for_each([&](const TagValue& tag) { seen.push_back(static_cast<std::uint32_t>(tag.tag)); });
  EXPECT_EQ(seen, (std::vector<std::uint32_t>{0x35, 0x7777}));
  EXPECT_EQ(to_hex(tags->find(static_cast<Tag>(0x35)).value()), "02");
}

TEST(Tags, PassOverValuesThatAreTooLong) {
  Buffer bytes;
  append_varint(bytes, 2);
  append_varint(bytes, 0x02);
  append_varint(bytes, kMaxTagValue + 1);
  bytes.resize(bytes.size() + kMaxTagValue + 1, std::byte{'x'});
  Writer(bytes).bytes(from_hex("0401")).text("t");
  const auto tags = read(bytes);
  ASSERT_TRUE(tags);
  EXPECT_EQ(tags->text(Tag::name), "");
  EXPECT_EQ(tags->text(Tag::title), "t");
  std::size_t seen = 0;
  tags->for_each([&](const TagValue&) { ++seen; });
  EXPECT_EQ(seen, 1U);
}

TEST(Tags, NumbersThatDoNotFitAreUnknown) {
  TagBuilder builder;
  builder.number(Tag::duration, std::uint64_t{1} << 32U);
  EXPECT_EQ(builder.tags().number_or_0(Tag::duration), 0U);
  EXPECT_EQ(builder.tags().number(Tag::duration), std::uint64_t{1} << 32U);
}

TEST(TagBuilder, LeavesOutWhatIsOverALimit) {
  TagBuilder builder;
  builder.text(Tag::comment, std::string(kMaxTagValue + 1, 'c')).text(Tag::title, "");
  EXPECT_EQ(builder.tags().count(), 0U);
  builder.text(Tag::comment, std::string(kMaxTagValue, 'c'));
  EXPECT_EQ(builder.tags().count(), 1U);
  for (std::size_t i = 0; i < kMaxTags; ++i)
    builder.number(Tag::rating, 4);
  EXPECT_EQ(builder.tags().count(), kMaxTags);
  EXPECT_TRUE(read(encoded(builder)));
}

TEST(TagValues, AreReadAsWhatTheyAre) {
  EXPECT_EQ(number_of(from_hex("8149")), 201U);
  EXPECT_EQ(number_of(from_hex("814900")), std::nullopt);
  EXPECT_EQ(number_of({}), std::nullopt);
  EXPECT_EQ(resolution_of(from_hex("85008360")), (Resolution{640, 480}));
  EXPECT_EQ(resolution_of(from_hex("8500")), std::nullopt);
  EXPECT_EQ(resolution_of(from_hex("8500836000")), std::nullopt);
  const std::string hash = "191ec669b0f61222a23942776a9e36d6ff4ffbff";
  EXPECT_EQ(hash_of(from_hex(hash)), uuhash_from_hex(hash));
  EXPECT_EQ(hash_of(from_hex(hash + std::string(32, '0'))), uuhash_from_hex(hash));
  EXPECT_EQ(hash_of(from_hex(hash + "00")), std::nullopt);
  EXPECT_EQ(hash_of({}), std::nullopt);
}

TEST(TagValues, TextsAreWhatAnyContainsLooksInto) {
  EXPECT_TRUE(is_text(Tag::name));
  EXPECT_TRUE(is_text(Tag::comment));
  EXPECT_FALSE(is_text(Tag::year));
  EXPECT_FALSE(is_text(Tag::sha1));
  EXPECT_FALSE(is_text(static_cast<Tag>(0x35)));
}

}  // namespace
}  // namespace p2p::kazaa
