#include "protocols/kazaa/reply.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/captured_files.h"
#include "tests/support/kazaa_vectors.h"

namespace p2p::kazaa {
namespace {

using test::kTuneHash;

constexpr const char* kFile =
    "191ec669b0f61222a23942776a9e36d6ff4ffbff"
    "0105"
    "00";
constexpr const char* kHead = "7f00000104be0000";

Buffer reply_of(const std::string& count, const std::string& results) {
  return from_hex(kHead + count + results);
}

TEST(Reply, ReadsTheOneThatAStockClientTook) {
  const Buffer payload = test::recorded_payload(0x07);
  const auto reply = decode_reply(payload);
  ASSERT_TRUE(reply);
  EXPECT_EQ(to_text(reply->supernode), "127.0.0.1:1214");
  EXPECT_EQ(reply->search_id, 0);
  ASSERT_EQ(reply->files.size(), 2U);
  EXPECT_EQ(to_text(reply->files[0].endpoint), "127.0.0.1:3001");
  EXPECT_EQ(reply->files[0].user, "user3001");
  EXPECT_EQ(reply->files[0].network, "KaZaA");
  EXPECT_EQ(reply->files[0].file.size_bytes, 3'500'000U);
  EXPECT_EQ(reply->files[0].file.tags.text(Tag::album), "Supernode Album");
  EXPECT_EQ(reply->files[1].user, "user3002");
  EXPECT_EQ(reply->files[1].file, reply->files[0].file);
  const auto again = encode_replies(*reply);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(to_hex(again[0]), to_hex(payload));
}

TEST(Reply, RefusesEveryTruncation) {
  const Buffer payload = test::recorded_payload(0x07);
  for (std::size_t size = 0; size < payload.size(); ++size)
    EXPECT_FALSE(decode_reply(Bytes(payload).first(size))) << size;
}

TEST(Reply, FindsTheUserOfAnEarlierResult) {
  const std::string address = "0a00000104be60";
  const std::string other = "0a00000204be60";
  const Buffer payload = reply_of("0003", address + "616e6e014b615a614100" + kFile + address +
                                              "02" + kFile + other + "02" + kFile);
  const auto reply = decode_reply(payload);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->files[1].user, "ann");
  EXPECT_EQ(reply->files[1].network, "KaZaA");
  EXPECT_EQ(reply->files[2].user, "");
}

TEST(Reply, RefusesACountBeyondTheEnd) {
  const std::string result = std::string("0a00000104be60") + "616e6e0100" + kFile;
  EXPECT_TRUE(decode_reply(reply_of("0001", result)));
  EXPECT_FALSE(decode_reply(reply_of("0002", result)));
  EXPECT_FALSE(decode_reply(reply_of("ffff", result)));
}

TEST(Reply, RefusesNamesWithoutAnEnd) {
  const std::string address = "0a00000104be60";
  EXPECT_FALSE(decode_reply(reply_of("0001", address + "616e6e")));
  EXPECT_FALSE(decode_reply(reply_of("0001", address + "616e6e014b615a6141")));
}

TEST(Reply, CutsLongNames) {
  const std::string name(2 * kMaxUserName * 2, '6');  // so many hex digits of 'f'
  const Buffer payload =
      reply_of("0001", std::string("0a00000104be60") + name + "01" + name + "00" + kFile);
  const auto reply = decode_reply(payload);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->files[0].user.size(), kMaxUserName);
  EXPECT_EQ(reply->files[0].network.size(), kMaxNetworkName);
}

TEST(Reply, IsSplitToFit) {
  TagBuilder tags;
  tags.text(Tag::name, std::string(200, 'n'));
  Reply reply{{0x7f000001, 1214}, 7, {}};
  for (std::uint16_t i = 0; i < 1000; ++i)
    reply.files.push_back(
        {{0x0a000001, i}, 0x60, "user", kNetworkName, {kTuneHash, i, i, tags.tags()}});
  const auto payloads = encode_replies(reply);
  EXPECT_GT(payloads.size(), 3U);
  EXPECT_LT(payloads.size(), 6U);
  Reply joined{reply.supernode, reply.search_id, {}};
  for (const Buffer& payload : payloads) {
    EXPECT_LE(payload.size(), kMaxPayload);
    const auto part = decode_reply(payload);
    ASSERT_TRUE(part);
    EXPECT_FALSE(part->files.empty());
    EXPECT_EQ(part->search_id, 7);
    joined.files.insert(joined.files.end(), part->files.begin(), part->files.end());
  }
  EXPECT_EQ(joined, reply);
}

TEST(Reply, LeavesOutWhatFitsIntoNone) {
  TagBuilder tags;
  tags.text(Tag::comment, std::string(1000, 'c'));
  const File big{{}, 0, 1, tags.tags()};
  const Reply reply{{}, 0, {{{1, 1}, 0, "a"}, {{2, 2}, 0, "b", "KaZaA", big}, {{3, 3}, 0, "c"}}};
  const auto payloads = encode_replies(reply, 500);
  ASSERT_EQ(payloads.size(), 1U);
  const auto read = decode_reply(payloads[0]);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->files.size(), 2U);
  EXPECT_EQ(read->files[1].user, "c");
}

TEST(Reply, WithoutFilesIsOnePayload) {
  const auto payloads = encode_replies({{0x7f000001, 1214}, 3, {}});
  ASSERT_EQ(payloads.size(), 1U);
  EXPECT_EQ(to_hex(payloads[0]), "7f00000104be00030000");
}

TEST(Reply, WritesNoByteThatEndsANameInsideOne) {
  const Reply reply{{}, 0, {{{1, 1}, 0, std::string_view("a\1b", 3), std::string_view("n\0m", 3)}}};
  const auto payloads = encode_replies(reply);
  const auto read = decode_reply(payloads.at(0));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->files[0].user, "a");
  EXPECT_EQ(read->files[0].network, "n");
}

TEST(End, IsASearchId) {
  EXPECT_EQ(decode_end(test::recorded_payload(0x08)), End{0});
  Buffer out;
  append_end(out, {0x1234});
  EXPECT_EQ(to_hex(out), "1234");
  EXPECT_FALSE(decode_end({}));
  EXPECT_FALSE(decode_end(Bytes(out).first(1)));
}

}  // namespace
}  // namespace p2p::kazaa
