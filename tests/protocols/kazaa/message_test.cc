#include "protocols/kazaa/message.h"

#include <gtest/gtest.h>

#include "protocols/kazaa/greeting.h"

#include "tests/support/kazaa_vectors.h"

namespace p2p::kazaa {
namespace {

TEST(Nodes, ReadTheListOfTheRecording) {
  const auto nodes = decode_nodes(test::recorded_payload(0x00));
  ASSERT_TRUE(nodes);
  EXPECT_EQ(*nodes, (std::vector<NodeEntry>{{{0x7f000001, 1215}, 0, 50}}));
  Buffer again;
  append_nodes(again, *nodes);
  EXPECT_EQ(again, test::recorded_payload(0x00));
}

TEST(Nodes, RefuseAnEntryThatIsCutShort) {
  const Buffer bytes(24);
  for (std::size_t size = 0; size <= bytes.size(); ++size)
    EXPECT_EQ(decode_nodes(Bytes(bytes).first(size)).has_value(), size % 8 == 0) << size;
}

TEST(Nodes, AreTwoHundredAtMost) {
  const auto nodes = decode_nodes(Buffer(8 * 8191, std::byte{1}));
  ASSERT_TRUE(nodes);
  EXPECT_EQ(nodes->size(), kMaxNodes);
  Buffer out;
  append_nodes(out, std::vector<NodeEntry>(kMaxNodes + 1));
  EXPECT_EQ(out.size(), 8 * kMaxNodes);
}

TEST(Neighbours, AreOfTwentySixBytes) {
  const std::vector<Neighbour> one{{{0x0a000001, 1214}, 3}};
  Buffer out;
  append_neighbours(out, one);
  EXPECT_EQ(to_hex(out), "0a00000104be" + std::string(38, '0') + "03");
  EXPECT_EQ(decode_neighbours(out), one);
  for (std::size_t size = 1; size < out.size(); ++size)
    EXPECT_FALSE(decode_neighbours(Bytes(out).first(size))) << size;
  EXPECT_EQ(decode_neighbours(Buffer(26 * 1000))->size(), kMaxNeighbours);
}

TEST(NodeInfo, ReadsTheOneOfAStockClient) {
  const Buffer payload = test::recorded_payload(0x02);
  const auto info = decode_node_info(payload);
  ASSERT_TRUE(info);
  EXPECT_EQ(*info, (NodeInfo{{0x7f000001, 2214}, 0x68, "vzybbc"}));
  Buffer again;
  append_node_info(again, *info);
  EXPECT_EQ(again, payload);
  for (std::size_t size = 0; size < 8; ++size)
    EXPECT_FALSE(decode_node_info(Bytes(payload).first(size))) << size;
}

TEST(NodeInfo, CutsItsName) {
  Buffer payload(8);
  payload.resize(8 + 10'000, std::byte{'u'});
  EXPECT_EQ(decode_node_info(payload)->user.size(), kMaxUserName);
  payload[8 + 3] = std::byte{1};
  EXPECT_EQ(decode_node_info(payload)->user, "uuu");
}

TEST(SendUdp, IsAnAddress) {
  Buffer out;
  append_send_udp(out, {0x0a000001, 1214});
  EXPECT_EQ(to_hex(out), "0a00000104be");
  EXPECT_EQ(decode_send_udp(out), (Endpoint{0x0a000001, 1214}));
  for (std::size_t size = 0; size < out.size(); ++size)
    EXPECT_FALSE(decode_send_udp(Bytes(out).first(size))) << size;
}

TEST(NetworkName, IsBounded) {
  const Buffer payload = test::recorded_payload(0x1d);
  EXPECT_EQ(decode_network_name(payload), kNetworkName);
  Buffer out;
  append_network_name(out, kNetworkName);
  EXPECT_EQ(out, payload);
  EXPECT_TRUE(decode_network_name(Buffer(kMaxNetworkName, std::byte{'k'})));
  EXPECT_FALSE(decode_network_name(Buffer(kMaxNetworkName + 1, std::byte{'k'})));
}

TEST(Version, IsANumber) {
  const Buffer payload = test::recorded_payload(0x26);
  EXPECT_EQ(decode_version(payload), kVersion);
  Buffer out;
  append_version(out, kVersion);
  EXPECT_EQ(out, payload);
  for (std::size_t size = 0; size < 4; ++size)
    EXPECT_FALSE(decode_version(Bytes(payload).first(size))) << size;
}

TEST(YourAddress, IsAnAddress) {
  const Buffer payload = test::recorded_payload(0x2c);
  EXPECT_EQ(decode_your_address(payload), 0x7f000001U);
  Buffer out;
  append_your_address(out, 0x7f000001);
  EXPECT_EQ(out, payload);
  for (std::size_t size = 0; size < 4; ++size)
    EXPECT_FALSE(decode_your_address(Bytes(payload).first(size))) << size;
}

TEST(Type, HasAName) {
  EXPECT_EQ(to_text(Type::nodes), "nodes");
  EXPECT_EQ(to_text(Type::relayed_push), "relayed_push");
  EXPECT_EQ(to_text(static_cast<Type>(0xc024)), "unknown");
}

}  // namespace
}  // namespace p2p::kazaa
