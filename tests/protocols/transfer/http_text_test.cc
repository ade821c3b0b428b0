#include "protocols/transfer/http_text.h"

#include <limits>

#include <gtest/gtest.h>

#include "protocols/transfer/http_range.h"

namespace p2p::transfer {
namespace {

HeaderBlock head_with(const std::string& fields) {
  HeaderBlockReader reader;
  EXPECT_TRUE(reader.feed(bytes_of("X\r\n" + fields + "\r\n")));
  return reader.take();
}

TEST(HttpText, ReadsNumbersOfAnyLength) {
  EXPECT_EQ(read_number("0"), 0U);
  EXPECT_EQ(read_number("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(read_number("18446744073709551616"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(read_number(std::string(30, '9')), std::numeric_limits<std::uint64_t>::max());
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "0x1", "1e3"})
    EXPECT_FALSE(read_number(text)) << text;
}

TEST(HttpText, KnowsWhoStays) {
  EXPECT_TRUE(stays_open(head_with(""), 1));
  EXPECT_FALSE(stays_open(head_with(""), 0));
  EXPECT_TRUE(stays_open(head_with("Connection: Keep-Alive\r\n"), 0));
  EXPECT_FALSE(stays_open(head_with("connection: upgrade, Close\r\n"), 1));
}

TEST(HttpText, TakesParametersOutOfLists) {
  const std::string_view list = "ID=1a; position=7;lifetime = 180; length=7";  // http_503_queued
  EXPECT_EQ(parameter(list, "id"), "1a");
  EXPECT_EQ(parameter(list, "position"), "7");
  EXPECT_EQ(parameter(list, "lifetime"), "180");
  EXPECT_EQ(parameter("position=2, pollMin=45", "pollMin"), "45");
  EXPECT_EQ(parameter(list, "ETA"), "");
  EXPECT_EQ(parameter("position", "position"), "");
}

TEST(HttpText, FindsTheDigestInEitherKindOfUrn) {
  const auto digest = sha1_from_base32("JUDQZQTXM7MZKYF24SCWEZFVX4L764LO");
  EXPECT_EQ(sha1_of_urn("urn:sha1:JUDQZQTXM7MZKYF24SCWEZFVX4L764LO"), digest);
  EXPECT_EQ(sha1_of_urn(" URN:SHA1:judqzqtxm7mzkyf24scwezfvx4l764lo"), digest);
  EXPECT_EQ(sha1_of_urn("urn:bitprint:JUDQZQTXM7MZKYF24SCWEZFVX4L764LO."
                        "DVCLGXG3GSIK457NNJZ77FBPNLX5BUWBRFG62EA"),
            digest);
  for (const char* text : {"", "urn:sha1:", "urn:sha1:JUDQZQTXM7MZKYF24SCWEZFVX4L764L", "urn:md5:x",
                           "urn:bitprint:", "urn:bitprint:JUDQZQTXM7MZKYF24SCWEZFVX4L764LO"})
    EXPECT_FALSE(sha1_of_urn(text)) << text;
}

TEST(HttpText, KnowsTypesByTheExtension) {
  EXPECT_EQ(content_type("a.b/C.OGG"), "application/ogg");
  EXPECT_EQ(content_type("a.txt"), "text/plain");
  EXPECT_EQ(content_type("a"), "application/octet-stream");
  EXPECT_EQ(content_type("a."), "application/octet-stream");
}

// ---- ranges

using What = RangeAsked::What;

void expect_part(std::string_view header, std::uint64_t first, std::uint64_t last) {
  const RangeAsked asked = read_range(header, 100);
  EXPECT_EQ(asked.what, What::part) << header;
  EXPECT_EQ(asked.range, (ByteRange{first, last})) << header;
}

TEST(HttpRange, ReadsAllThreeForms) {
  expect_part("bytes=0-0", 0, 0);
  expect_part("bytes=10-19", 10, 19);
  expect_part("bytes=99-", 99, 99);
  expect_part("bytes=0-", 0, 99);
  expect_part("bytes=-1", 99, 99);
  expect_part("bytes=-100", 0, 99);
}

TEST(HttpRange, EndsWithTheFile) {
  expect_part("bytes=90-1000", 90, 99);
  expect_part("bytes=-1000", 0, 99);
  expect_part("bytes=0-" + std::string(30, '9'), 0, 99);
}

TEST(HttpRange, SaysWhenNothingOfItIsThere) {
  for (const char* header :
       {"bytes=100-", "bytes=105-109", "bytes=-0", "bytes=999999999999999999999999999999-"})
    EXPECT_EQ(read_range(header, 100).what, What::outside) << header;
  EXPECT_EQ(read_range("bytes=-5", 0).what, What::outside);
}

TEST(HttpRange, TakesForNoRangeWhatIsNone) {
  for (const char* header : {"", "bytes=", "bytes=-", "bytes=abc", "bytes=10-5", "items=0-1",
                             "bytes 0-1", "bytes=1-2x", "bytes=+1-2", "bytes=--1"})
    EXPECT_EQ(read_range(header, 100).what, What::whole) << header;
}

TEST(HttpRange, AnswersManyWithTheWhole) {
  EXPECT_EQ(read_range("bytes=0-9,20-29", 100).what, What::whole);
  std::string many = "bytes=0-";
  for (int i = 0; i < 100; ++i)
    many += ",0-";
  EXPECT_EQ(read_range(many, 100).what, What::whole);
}

TEST(HttpRange, ReadsWhatAnAnswerHolds) {
  const auto part = read_content_range("bytes 100-299/3000000");  // http_get_index_range_response
  ASSERT_TRUE(part);
  EXPECT_EQ(part->range, (ByteRange{100, 299}));
  EXPECT_EQ(part->range.count(), 200U);
  EXPECT_EQ(part->total, 3000000U);
  EXPECT_TRUE(read_content_range("bytes=0-0/1"));
  EXPECT_FALSE(read_content_range("bytes 0-9/*")->total);
  for (const char* header : {"", "bytes */100", "bytes 5-4/10", "bytes 0-10/10", "bytes 0-1",
                             "items 0-1/2", "bytes 0-/2", "bytes /0-1", "bytes 0-1/x"})
    EXPECT_FALSE(read_content_range(header)) << header;
}

}  // namespace
}  // namespace p2p::transfer
