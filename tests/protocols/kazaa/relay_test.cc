#include "protocols/kazaa/relay.h"

#include <gtest/gtest.h>

#include "protocols/kazaa/reply.h"

namespace p2p::kazaa {
namespace {

constexpr const char* kId = "000102030405060708090a0b0c0d0e0f";

TEST(Hello, SaysHowBigASupernodeIs) {
  const Hello hello{1, 150, 5, 70'000};
  Buffer out;
  append_hello_message(out, hello);
  EXPECT_EQ(to_hex(out),
            "01"
            "0096"
            "0005"
            "00011170");
  EXPECT_EQ(decode_hello_message(out), hello);
  for (std::size_t size = 0; size < out.size(); ++size)
    EXPECT_FALSE(decode_hello_message(Bytes(out).first(size))) << size;
}

TEST(RelayedQuery, KeepsTheQueryAsItWas) {
  const Buffer query = from_hex("000100200000013f00");
  Buffer out;
  append_relayed_query(out, {*guid_from_hex(kId), 4, 1, query});
  EXPECT_EQ(to_hex(out), std::string(kId) + "0401" + to_hex(query));
  const auto read = decode_relayed_query(out);
  ASSERT_TRUE(read);
  EXPECT_EQ(to_hex(read->id), kId);
  EXPECT_EQ(read->ttl, 4);
  EXPECT_EQ(read->hops, 1);
  EXPECT_EQ(to_hex(read->query), to_hex(query));
  for (std::size_t size = 0; size < out.size(); ++size)
    EXPECT_EQ(decode_relayed_query(Bytes(out).first(size)).has_value(), size >= 18) << size;
}

TEST(RelayedQuery, RefusesToGoTooFar) {
  for (const auto& [steps, is_taken] :
       {std::pair{"0f00", true}, std::pair{"0807", true}, std::pair{"1000", false},
        std::pair{"0808", false}, std::pair{"ffff", false}, std::pair{"01ff", false}})
    EXPECT_EQ(decode_relayed_query(from_hex(std::string(kId) + steps)).has_value(), is_taken)
        << steps;
}

TEST(RelayedReply, KeepsTheReplyAsItWas) {
  const auto reply = encode_replies({{0x0a000001, 1214}, 0, {}}, kMaxRelayedReply);
  Buffer out;
  append_relayed_reply(out, {*guid_from_hex(kId), 2, reply.at(0)});
  const auto read = decode_relayed_reply(out);
  ASSERT_TRUE(read);
  EXPECT_EQ(to_hex(read->id), kId);
  EXPECT_EQ(read->hops, 2);
  EXPECT_EQ(to_hex(read->reply), to_hex(reply.at(0)));
  for (std::size_t size = 0; size < out.size(); ++size)
    EXPECT_EQ(decode_relayed_reply(Bytes(out).first(size)).has_value(), size >= 17) << size;
  out[16] = std::byte{16};
  EXPECT_FALSE(decode_relayed_reply(out));
}

TEST(RelayedReply, OfTheLongestReplyFitsAFrame) {
  Buffer out;
  append_relayed_reply(out, {{}, 0, Buffer(kMaxRelayedReply)});
  EXPECT_EQ(out.size(), kMaxPayload);
}

TEST(RelayedEnd, CountsSupernodes) {
  const RelayedEnd end{*guid_from_hex(kId), 300};
  Buffer out;
  append_relayed_end(out, end);
  EXPECT_EQ(to_hex(out), std::string(kId) + "012c");
  EXPECT_EQ(decode_relayed_end(out), end);
  for (std::size_t size = 0; size < out.size(); ++size)
    EXPECT_FALSE(decode_relayed_end(Bytes(out).first(size))) << size;
}

TEST(RelayedPush, KeepsThePushAsItWas) {
  const Buffer push(22, std::byte{3});
  Buffer out;
  append_relayed_push(out, {4, push});
  const auto read = decode_relayed_push(out);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->ttl, 4);
  EXPECT_EQ(to_hex(read->push), to_hex(push));
  EXPECT_FALSE(decode_relayed_push({}));
  out[0] = std::byte{16};
  EXPECT_FALSE(decode_relayed_push(out));
}

}  // namespace
}  // namespace p2p::kazaa
