// Arrivals over real loopback sockets.
#include "servent/net/arrivals.h"

#include <string>
#include <vector>

#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "tests/support/patience.h"

namespace p2p::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// "LINK..." and "GET" are known, another word is a stranger's; "0000..." is never decided.
Arrival rule(Bytes first) {
  const std::string_view text = text_of(first);
  if (text.starts_with("LINK")) return Arrival::link;
  if (text == "GET") return Arrival::transfer;
  for (const std::string_view word : {"LINK", "GET", "0000000000000000"})
    if (word.starts_with(text)) return Arrival::more;
  return Arrival::stranger;
}

class ArrivalsTest : public testing::Test {
 protected:
  struct Came {
    Arrival what;
    std::string first;
    tcp::socket socket;
  };
  void start(Arrivals::Limits limits = {}) {
    arrivals_ = std::make_unique<Arrivals>(
        io_, rule,
        [this](Arrival what, tcp::socket socket, Endpoint, Buffer first) {
          came_.push_back({what, std::string(text_of(first)), std::move(socket)});
        },
        limits);
  }
  tcp::socket connect() {
    tcp::socket client(io_);
    client.connect(door_.local_endpoint());
    arrivals_->take(door_.accept(), {});
    return client;
  }
  template <class Done>
  bool run_until(Done done) {
    const auto end = std::chrono::steady_clock::now() + test::kPatience * 2s;
    while (!done() && std::chrono::steady_clock::now() < end)
      if (io_.run_one_for(50ms) == 0) io_.restart();
    return done();
  }
  bool is_closed(tcp::socket& client) {
    bool closed = false;
    char byte = 0;
    client.async_receive(asio::buffer(&byte, 1), [&](boost::system::error_code error, std::size_t) {
      closed = static_cast<bool>(error);
    });
    const bool seen = run_until([&] { return closed; });
    client.close();
    io_.restart();
    io_.poll();
    return seen;
  }

  asio::io_context io_;
  tcp::acceptor door_{io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::vector<Came> came_;
  std::unique_ptr<Arrivals> arrivals_;
};

TEST_F(ArrivalsTest, ShowTheFirstBytesAsTheyCome) {
  start();
  tcp::socket client = connect();
  for (const char* piece : {"L", "IN", "K an"}) {
    EXPECT_TRUE(came_.empty());
    asio::write(client, asio::buffer(std::string(piece)));
    io_.restart();
    io_.run_one_for(1s);
  }
  ASSERT_TRUE(run_until([&] { return !came_.empty(); }));
  EXPECT_EQ(came_[0].what, Arrival::link);
  EXPECT_EQ(came_[0].first, "LINK an");
  EXPECT_EQ(arrivals_->undecided(), 0U);
}

TEST_F(ArrivalsTest, ReadNoMoreThanTheRuleMayNeed) {
  start();
  tcp::socket client = connect();
  asio::write(client, asio::buffer(std::string("LINK") + std::string(100, '.')));
  ASSERT_TRUE(run_until([&] { return !came_.empty(); }));
  EXPECT_EQ(came_[0].first.size(), kArrivalBytes);
  EXPECT_EQ(came_[0].socket.available(), 104 - kArrivalBytes);
}

TEST_F(ArrivalsTest, CloseWhoIsNobodyAndWhoNeverSays) {
  start();
  for (const std::string& word : {std::string("HELO"), std::string(20, '0')}) {
    tcp::socket client = connect();
    asio::write(client, asio::buffer(word));
    EXPECT_TRUE(is_closed(client)) << word;
  }
  EXPECT_TRUE(came_.empty());
}

TEST_F(ArrivalsTest, CloseWhoStaysSilent) {
  start({500, 20ms});
  tcp::socket first = connect();
  tcp::socket second = connect();
  EXPECT_TRUE(is_closed(first));
  EXPECT_TRUE(is_closed(second));
  EXPECT_EQ(arrivals_->undecided(), 0U);
}

TEST_F(ArrivalsTest, CloseTheOldestForOneTooMany) {
  start({2, 30s});
  tcp::socket first = connect();
  tcp::socket second = connect();
  tcp::socket third = connect();
  EXPECT_TRUE(is_closed(first));
  EXPECT_EQ(arrivals_->undecided(), 2U);
  asio::write(second, asio::buffer(std::string("GET")));
  asio::write(third, asio::buffer(std::string("GET")));
  EXPECT_TRUE(run_until([&] { return came_.size() == 2; }));
}

TEST_F(ArrivalsTest, AreNotCalledBackWhenTheyAreGone) {
  start({500, 20ms});
  tcp::socket client = connect();
  asio::write(client, asio::buffer(std::string("GET")));
  arrivals_.reset();
  io_.run_for(50ms);
  EXPECT_TRUE(came_.empty());
}

}  // namespace
}  // namespace p2p::net
