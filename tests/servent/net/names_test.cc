#include "servent/net/names.h"

#include <optional>
#include <string>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace p2p::net {
namespace {

TEST(Names, TakeHostsWithAndWithoutPort) {
  const auto whole = parse_host("index.example.org:8875", 8888);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->name, "index.example.org");
  EXPECT_EQ(whole->port, 8875);
  const auto alone = parse_host("localhost", 6346);
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone->port, 6346);
}

TEST(Names, RefuseWhatIsNoHost) {
  for (const char* text : {"", ":80", "host:", "host:x", "host:80x", "host:0", "host:65536", "a b",
                           "a/b", "caf\xc3\xa9", "[::1]:80"})
    EXPECT_FALSE(parse_host(text, 80)) << text;
  EXPECT_FALSE(parse_host("host", 0));
  EXPECT_TRUE(parse_host(std::string(253, 'a'), 80));
  EXPECT_FALSE(parse_host(std::string(254, 'a'), 80));
}

TEST(Names, TellsTheAddressOnTheLoop) {
  boost::asio::io_context io;
  Names names(io);
  const auto work = boost::asio::make_work_guard(io);
  std::optional<std::optional<Endpoint>> told;
  names.resolve({"localhost", 6346}, [&](std::optional<Endpoint> found) {
    told = found;
    io.stop();
  });
  io.run();
  ASSERT_TRUE(told.has_value());
  ASSERT_TRUE(told->has_value());
  EXPECT_EQ(**told, (Endpoint{0x7f000001, 6346}));
}

TEST(Names, TellsNobodyWhoIsGone) {
  boost::asio::io_context io;
  bool told = false;
  {
    Names names(io);
    names.resolve({"localhost", 1}, [&](std::optional<Endpoint>) { told = true; });
  }
  io.run();
  EXPECT_FALSE(told);
}

TEST(Names, OfTooManyQuestionsSomeAreAnsweredWithNothing) {
  boost::asio::io_context io;
  Names names(io);
  const auto work = boost::asio::make_work_guard(io);
  int answers = 0;
  for (int i = 0; i < 40; ++i)
    names.resolve({"localhost", 1}, [&](std::optional<Endpoint>) {
      if (++answers == 40) io.stop();
    });
  io.run();
  EXPECT_EQ(answers, 40);
}

}  // namespace
}  // namespace p2p::net
