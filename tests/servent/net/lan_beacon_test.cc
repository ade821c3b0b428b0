// LanBeacon over the loopback interface, with a group and port of its own.
#include "servent/net/lan_beacon.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/patience.h"

namespace p2p::net {
namespace {

namespace asio = boost::asio;

// 239.255.63.47, and a port of this process: tests that run side by side must not hear each other.
const Endpoint kGroup{0xefff3f2f, static_cast<std::uint16_t>(20'000 + ::getpid() % 40'000)};
constexpr std::uint32_t kLoopback = 0x7f000001;

class LanBeaconTest : public testing::Test {
 protected:
  struct One {
    std::vector<Heard> heard;
    std::unique_ptr<LanBeacon> beacon;
  };
  std::unique_ptr<One> start(std::uint16_t port, const std::string& role,
                             std::uint32_t listen = kLoopback, const std::string& mode = "echo") {
    auto one = std::make_unique<One>();
    one->beacon = std::make_unique<LanBeacon>(
        io_, LanBeacon::Where{kGroup, listen, false}, Beacon::Us{mode, role, port, 0},
        [it = one.get()](const Heard& who) { it->heard.push_back(who); });
    const auto started = one->beacon->start();
    EXPECT_TRUE(started) << started.error().detail;
    return one;
  }
  template <class Done>
  bool run_until(Done done) {
    const auto end = std::chrono::steady_clock::now() + test::kPatience * 3s;
    while (!done() && std::chrono::steady_clock::now() < end)
      io_.run_one_for(50ms);
    return done();
  }

  asio::io_context io_;
};

TEST_F(LanBeaconTest, TwoOfOneMachineFindEachOther) {
  const auto first = start(7001, "ultrapeer");
  const auto second = start(7002, "leaf");
  ASSERT_TRUE(run_until([&] { return !first->heard.empty() && !second->heard.empty(); }));
  EXPECT_EQ(first->heard[0].endpoint, (Endpoint{kLoopback, 7002}));
  EXPECT_EQ(first->heard[0].role, "leaf");
  EXPECT_EQ(second->heard[0].endpoint, (Endpoint{kLoopback, 7001}));
  EXPECT_EQ(second->heard[0].role, "ultrapeer");
  EXPECT_EQ(first->heard.size(), 1U) << "not itself";
}

TEST_F(LanBeaconTest, NamesTheAddressOnWhichTheOtherListens) {
  const auto first = start(7001, "ultrapeer", 0);  // on all
  const auto second = start(7002, "leaf", 0x7f000005);
  ASSERT_TRUE(run_until([&] { return !first->heard.empty(); }));
  EXPECT_EQ(first->heard[0].endpoint, (Endpoint{0x7f000005, 7002}));
}

TEST_F(LanBeaconTest, SaysThatARoleChanged) {
  const auto first = start(7001, "ultrapeer");
  const auto second = start(7002, "leaf");
  ASSERT_TRUE(run_until([&] { return !first->heard.empty(); }));
  second->beacon->become("ultrapeer");
  ASSERT_TRUE(run_until([&] { return first->heard.size() == 2; }));
  EXPECT_EQ(first->heard[1].role, "ultrapeer");
}

TEST_F(LanBeaconTest, OfAnotherModeIsNotHeard) {
  const auto first = start(7001, "ultrapeer");
  const auto other = start(7002, "server", kLoopback, "other");
  const auto second = start(7003, "leaf");
  ASSERT_TRUE(run_until([&] { return !second->heard.empty() && !first->heard.empty(); }));
  EXPECT_EQ(first->heard.size(), 1U);
  EXPECT_TRUE(other->heard.empty());
}

TEST_F(LanBeaconTest, SaysWhyThereIsNone) {
  LanBeacon unicast(io_, {{kLoopback, kGroup.port}, kLoopback, false}, {"echo", "leaf", 1, 0},
                    [](const Heard&) {});
  EXPECT_FALSE(unicast.start());
  LanBeacon nowhere(io_, {kGroup, 0x01020304, false}, {"echo", "leaf", 1, 0}, [](const Heard&) {});
  const auto started = nowhere.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().detail, "no beacon: no interface takes multicast");
}

}  // namespace
}  // namespace p2p::net
