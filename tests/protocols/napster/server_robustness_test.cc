// What strangers send that no client should.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/napster_script.h"

namespace p2p::test {
namespace {

TEST(NapsterServerRobustness, SurvivesEveryFrameCutAtEachByte) {
  for (const char* file : {"04-share.hex", "05-search.hex", "08-download.hex", "12-channel.hex"}) {
    ServerWorld world;
    for (const ScriptLine& line : read_script(file)) {
      const std::string payload(text_of(Bytes(line.bytes).subspan(4)));
      const auto type =
          static_cast<std::uint16_t>(std::to_integer<unsigned>(line.bytes[2]) |
                                     (std::to_integer<unsigned>(line.bytes[3]) << 8U));
      const LinkId link = world.user("cutter");
      for (std::size_t length = 0; length <= payload.size(); ++length)
        world.say(link, type, payload.substr(0, length));
      world.leave(link);
    }
  }
}

TEST(NapsterServerRobustness, TakesAnyPayloadForAnyType) {
  for (const std::string payload : {"", "\"", "alice", "alice \"", "#", "\" \" \" \"",
                                    "a b c d e f g", "-1 -1 -1", "99999999999999999999999"}) {
    ServerWorld world;
    for (std::uint16_t type = 0; type < 1000; ++type) {
      const LinkId link = world.operator_user("alice", 4);
      world.say(link, type, payload);
      world.leave(link);
      const LinkId before = world.connect();
      world.say(before, type, payload);
      world.leave(before);
    }
  }
}

TEST(NapsterServerRobustness, ClosesOnALengthNobodySends) {
  ServerWorld world;
  const LinkId link = world.user("bob");
  world.feed(link, from_hex("ffffc800"));
  EXPECT_TRUE(world.is_closed(link));
  const LinkId web = world.connect();
  world.feed(web, bytes_of("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(world.is_closed(web));
  EXPECT_EQ(world.world.out.closed.back().why, Reason::protocol);
}

TEST(NapsterServerRobustness, TwoLoginsOfOneNickInFlightGiveOneUser) {
  ServerWorld world;
  world.answers = false;
  const LinkId one = world.connect();
  const LinkId two = world.connect();
  world.say(one, 2, "bob pw 1 \"x\" 1");
  world.say(two, 2, "BOB pw 1 \"x\" 1");
  world.answer_accounts();
  EXPECT_NE(world.is_closed(one), world.is_closed(two));
  Report report;
  world.server->describe(report);
  EXPECT_EQ(report.users, 1U);
}

TEST(NapsterServerRobustness, ClosesALinkThatFloods) {
  ServerWorld world;
  const LinkId link = world.user("bob");
  for (int i = 0; i < 2100; ++i)
    world.say(link, 750);
  EXPECT_TRUE(world.is_closed(link));
}

TEST(NapsterServerRobustness, HoldsTenThousandUsers) {
  ServerWorld world;
  std::vector<LinkId> links;
  for (int i = 0; i < 10'000; ++i) {
    links.push_back(world.connect());
    world.say(links.back(), 2, "u" + std::to_string(i) + " pw 1 \"x\" 1");
    world.world.out.sent.clear();
  }
  Report report;
  world.server->describe(report);
  EXPECT_EQ(report.users, 10'000U);
  EXPECT_EQ(report.peers.size(), report.max_peers);
  for (const LinkId link : links)
    world.leave(link);
  EXPECT_EQ(world.server->deadline() == kNever, false);  // the login row runs out by itself
  world.pass(61s);
  EXPECT_EQ(world.server->deadline(), kNever);
}

}  // namespace
}  // namespace p2p::test
