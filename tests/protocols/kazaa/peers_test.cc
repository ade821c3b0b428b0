#include "protocols/kazaa/peers.h"

#include <gtest/gtest.h>

#include "tests/support/hosts.h"

namespace p2p::kazaa {
namespace {

using test::host;

TEST(Peers, AreFoundByLinkAndByAddress) {
  Peers peers;
  peers.add(LinkId{1}, host(1)).hello.files = 7;
  ASSERT_NE(peers.find(LinkId{1}), nullptr);
  EXPECT_EQ(peers.find(LinkId{1})->hello.files, 7U);
  EXPECT_EQ(peers.find(host(1)), LinkId{1});
  EXPECT_EQ(peers.find(host(2)), std::nullopt);
  EXPECT_EQ(peers.remove(LinkId{1}), host(1));
  EXPECT_EQ(peers.remove(LinkId{1}), std::nullopt);
  EXPECT_EQ(peers.find(LinkId{1}), nullptr);
}

TEST(Peers, AWayIsItsOwnLinkOrTheOneItsRepliesCameBy) {
  Peers peers;
  peers.add(LinkId{1}, host(1));
  peers.add(LinkId{2}, host(2));
  EXPECT_EQ(peers.way_to(host(9)), std::nullopt);
  peers.learn_way(host(9), LinkId{1});
  EXPECT_EQ(peers.way_to(host(9)), LinkId{1});
  peers.learn_way(host(9), LinkId{2});
  EXPECT_EQ(peers.way_to(host(9)), LinkId{2}) << "the latest counts";
  peers.learn_way(host(1), LinkId{2});
  EXPECT_EQ(peers.way_to(host(1)), LinkId{1}) << "nobody stands between us and a neighbour";
}

TEST(Peers, WaysGoWithTheirLink) {
  Peers peers;
  peers.add(LinkId{1}, host(1));
  peers.learn_way(host(9), LinkId{1});
  peers.remove(LinkId{1});
  EXPECT_EQ(peers.way_to(host(9)), std::nullopt);
  EXPECT_EQ(peers.way_to(host(1)), std::nullopt);
}

TEST(Peers, TooManyWaysAreLearntAnew) {
  Peers peers;
  peers.add(LinkId{1}, host(1));
  for (std::uint32_t i = 0; i < kMostWays; ++i)
    peers.learn_way(host(100 + i), LinkId{1});
  peers.learn_way(host(100), LinkId{1});
  EXPECT_EQ(peers.way_to(host(101)), LinkId{1}) << "known ones need no room";
  peers.learn_way(host(5000), LinkId{1});
  EXPECT_EQ(peers.way_to(host(5000)), LinkId{1});
  EXPECT_EQ(peers.way_to(host(101)), std::nullopt);
}

TEST(Peers, OfTwoCallsBothSidesKeepTheSame) {
  const Endpoint low = host(1);
  const Endpoint high = host(2);
  Link in;
  in.inbound = true;
  Link out;
  // At the lower one its own call is `out`; at the higher one the same call is `in`.
  EXPECT_TRUE(stays(out, in, low, high));
  EXPECT_FALSE(stays(in, out, low, high));
  EXPECT_TRUE(stays(in, out, high, low));
  EXPECT_FALSE(stays(out, in, high, low));
}

TEST(Peers, OfTwoCallsOfOneTheLaterStays) {
  const Link call;
  EXPECT_TRUE(stays(call, call, host(1), host(2)));
  EXPECT_TRUE(stays(call, call, host(2), host(1)));
}

}  // namespace
}  // namespace p2p::kazaa
