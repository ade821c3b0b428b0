// A Listener over real loopback sockets.
#include "servent/net/listener.h"

#include <vector>

#include <gtest/gtest.h>

#include "servent/net/sockets.h"

#include "tests/support/one_loop.h"

namespace p2p::net {
namespace {

using boost::asio::ip::tcp;

constexpr Endpoint kAnyPort{0x7f000001, 0};

class ListenerTest : public test::OneLoop {
 protected:
  tcp::socket call(const Endpoint& to) {
    tcp::socket caller(io_);
    caller.connect(to_tcp(to));
    return caller;
  }

  std::vector<Endpoint> came_;
  Listener listener_{io_, [this](tcp::socket, const Endpoint& from) { came_.push_back(from); }};
};

TEST_F(ListenerTest, TakesCallsFromItsStartOn) {
  const auto at = listener_.open(kAnyPort);
  ASSERT_TRUE(at) << at.error().detail;
  EXPECT_NE(at->port, 0);
  EXPECT_EQ(listener_.endpoint(), *at);
  const tcp::socket early = call(*at);
  listener_.start();
  const tcp::socket late = call(*at);
  ASSERT_TRUE(comes([this] { return came_.size() == 2; }));
  EXPECT_EQ(came_[0], to_endpoint(early.local_endpoint()));
  EXPECT_EQ(came_[1], to_endpoint(late.local_endpoint()));
}

TEST_F(ListenerTest, IsClosedAndOpenedAgain) {
  const auto first = listener_.open(kAnyPort);
  ASSERT_TRUE(first);
  listener_.start();
  listener_.close();
  EXPECT_EQ(listener_.endpoint(), Endpoint{});
  EXPECT_THROW(call(*first), boost::system::system_error);
  const auto again = listener_.open(kAnyPort);
  ASSERT_TRUE(again);
  listener_.start();
  const tcp::socket caller = call(*again);
  EXPECT_TRUE(comes([this] { return came_.size() == 1; }));
}

TEST_F(ListenerTest, SaysWhyItCannot) {
  const auto at = listener_.open(kAnyPort);
  ASSERT_TRUE(at);
  Listener other(io_, [](tcp::socket, const Endpoint&) {});
  const auto taken = other.open(*at);
  ASSERT_FALSE(taken);
  EXPECT_NE(taken.error().detail.find("Address already in use"), std::string::npos)
      << taken.error().detail;
  EXPECT_FALSE(other.is_open());
}

}  // namespace
}  // namespace p2p::net
