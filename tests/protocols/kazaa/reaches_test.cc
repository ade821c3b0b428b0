#include "protocols/kazaa/reaches.h"

#include <gtest/gtest.h>

#include "tests/support/kazaa_places.h"
#include "tests/support/recorder.h"

namespace p2p::kazaa {
namespace {

using test::kHere;
using test::kHub;

struct Reaching : testing::Test {
  test::World world;
  Reaches reaches{false};
  Reaches::Us us{"here", kHere, kHub};
  Source source;

  Reaching() {
    source.network = "kazaa";
    source.user = "alice";
    source.endpoint = {0x0a000009, 1300};
    source.proxies = {{0x0a000008, 1214}};
  }
  std::optional<PushRequest> reach(const Source& to) {
    asked_for = {ReachId{5}, to};
    Cx cx = world.cx();
    return reaches.reach(asked_for, us, cx);
  }
  std::string unreached() {
    const auto events = world.out.take<Unreached>();
    return events.size() == 1 && events[0].permanent ? events[0].why : "";
  }
  std::size_t ordered(const Endpoint& caller, std::uint32_t id) {
    Cx cx = world.cx();
    reaches.ordered({id, caller}, us, cx);
    return world.out.take<PushWanted>().size();
  }
  Reach asked_for;
};

TEST_F(Reaching, WhoCanBeCalledIsCalled) {
  EXPECT_FALSE(reach(source));
  const auto reached = world.out.take<Reached>();
  ASSERT_EQ(reached.size(), 1U);
  EXPECT_EQ(reached[0].id, ReachId{5});
  EXPECT_EQ(reached[0].endpoint, source.endpoint);
  EXPECT_EQ(reached[0].dialect.kind, DialectKind::kazaa);
  EXPECT_EQ(reached[0].dialect.nick, "here");
  EXPECT_EQ(reached[0].dialect.supernode, kHub);
}

TEST_F(Reaching, AFirewalledOneIsAskedByItsSupernode) {
  source.endpoint.port = 0;
  source.firewalled = true;
  const auto push = reach(source);
  ASSERT_TRUE(push);
  EXPECT_EQ(push->caller, kHere);
  EXPECT_EQ(push->source, source.endpoint);
  EXPECT_EQ(push->supernode, source.proxies[0]);
  EXPECT_EQ(push->user, "alice");
  EXPECT_TRUE(world.out.events.empty());
  Cx cx = world.cx();
  reaches.asked(ReachId{5}, *push, us, cx);
  const auto awaited = world.out.take<Awaited>();
  ASSERT_EQ(awaited.size(), 1U);
  EXPECT_EQ(awaited[0].token, std::to_string(push->push_id));
}

TEST_F(Reaching, WhatCannotBeReachedIsSaidToBeSo) {
  Source other = source;
  other.network = "gnutella";
  EXPECT_FALSE(reach(other));
  EXPECT_EQ(unreached(), "not a source of this network");
  Source far = source;
  far.endpoint.address = 0x08080808;
  EXPECT_FALSE(reach(far));
  EXPECT_EQ(unreached(), "the address is not a private one");
  source.firewalled = true;
  Source lost = source;
  lost.proxies.clear();
  EXPECT_FALSE(reach(lost));
  EXPECT_EQ(unreached(), "its supernode is not known");
  us.here.port = 0;
  EXPECT_FALSE(reach(source));
  EXPECT_EQ(unreached(), "both sides are firewalled");
}

TEST_F(Reaching, AnOrderToCallIsObeyed) {
  Cx cx = world.cx();
  reaches.ordered({77, {0x0a000007, 1214}}, us, cx);
  const auto wanted = world.out.take<PushWanted>();
  ASSERT_EQ(wanted.size(), 1U);
  EXPECT_EQ(wanted[0].endpoint, (Endpoint{0x0a000007, 1214}));
  EXPECT_EQ(wanted[0].opening, "GIVE 77\r\n");
  EXPECT_EQ(wanted[0].dialect.kind, DialectKind::kazaa);
}

TEST_F(Reaching, NobodyIsMadeToCallAStrangerOrOneAddressWithoutEnd) {
  EXPECT_EQ(ordered({0x08080808, 80}, 1), 0U) << "public";
  EXPECT_EQ(ordered({0xffffffff, 80}, 1), 0U);
  EXPECT_EQ(ordered({0x0a000007, 0}, 1), 0U);
  std::size_t calls = 0;
  for (std::uint32_t i = 0; i < 100; ++i)
    calls += ordered({0x0a000007, static_cast<std::uint16_t>(1000 + i)}, i);
  EXPECT_EQ(calls, kCallsPerAddress);
}

TEST(Reaches, MayCallPublicAddressesWhereTheUserSaysSo) {
  EXPECT_TRUE(Reaches(true).may_connect({0x08080808, 80}));
  EXPECT_FALSE(Reaches(false).may_connect({0x08080808, 80}));
}

}  // namespace
}  // namespace p2p::kazaa
