#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/napster_script.h"

namespace p2p::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

TEST(NapsterServerLogin, GreetsWithAckDayAndStatsInOneSend) {
  ModeConfig config = ServerWorld::vector_config();
  config.motd = {"be kind"};
  ServerWorld world(config);
  const LinkId link = world.connect();
  world.say(link, 2, "bob pw 6699 \"probe\" 3");
  ASSERT_EQ(world.world.out.sent.size(), 1U);
  EXPECT_THAT(world.heard(link),
              ElementsAre(Told{3, "anon@vector.test"}, Told{621, "VERSION servent"},
                          Told{621, "SERVER vector.test"}, Told{621, "Welcome bob!"},
                          Told{621, "be kind"}, Told{214, "1 0 0"}));
}

TEST(NapsterServerLogin, HoldsWhatComesWhileThePasswordIsHashed) {
  ServerWorld world;
  world.answers = false;
  const LinkId link = world.connect();
  world.say(link, 2, "bob pw 6699 \"probe\" 3");
  world.say(link, 750);
  EXPECT_THAT(world.heard(link), IsEmpty());
  world.answer_accounts();
  const auto heard = world.heard(link);
  ASSERT_FALSE(heard.empty());
  EXPECT_EQ(heard.front().type, 3);
  EXPECT_EQ(heard.back().type, 750);
}

TEST(NapsterServerLogin, ClosesALinkThatSendsTooMuchMeanwhile) {
  ServerWorld world;
  world.answers = false;
  const LinkId link = world.connect();
  world.say(link, 2, "bob pw 6699 \"probe\" 3");
  for (int i = 0; i < 100; ++i)
    world.say(link, 750, std::string(4000, 'x'));
  EXPECT_TRUE(world.is_closed(link));
  world.answer_accounts();  // the late answer hurts nobody
}

TEST(NapsterServerLogin, RefusesBadNicks) {
  for (const std::string& nick :
       std::vector<std::string>{"#x", "a.b", "a$", std::string(20, 'a'), "operserv", "Vector.Test",
                                std::string(200, 'n')}) {
    ServerWorld world;
    const LinkId link = world.connect();
    world.say(link, 2, nick + " pw 6699 \"probe\" 3");
    ASSERT_EQ(world.heard(link).at(0).type, 10) << nick;
    EXPECT_TRUE(world.is_closed(link));
  }
}

TEST(NapsterServerLogin, RefusesTooFewFieldsAndBadNumbers) {
  ServerWorld world;
  const auto answer = [&](const char* login) {
    const LinkId link = world.connect();
    world.say(link, 2, login);
    EXPECT_TRUE(world.is_closed(link));
    return world.heard(link).at(0);
  };
  EXPECT_EQ(answer("bob pw 1"), (Told{404, "Too few parameters for login."}));
  EXPECT_EQ(answer("bob pw 1 \"x"), (Told{404, "Too few parameters for login."}));
  EXPECT_EQ(answer("bob pw 1 \"x\" 11"), (Told{0, "11: invalid speed"}));
  EXPECT_EQ(answer("bob pw 99999 \"x\" 1"), (Told{0, "99999: invalid port"}));
}

TEST(NapsterServerLogin, KnowsOnlyAFewMessagesBefore) {
  ServerWorld world;
  const LinkId link = world.connect();
  world.say(link, 14, "NAME:x");
  world.say(link, 300, "1");
  world.say(link, 920, "1");
  EXPECT_THAT(world.heard(link), IsEmpty());
  world.say(link, 4, "2.0");
  world.say(link, 200, "FILENAME CONTAINS x");
  EXPECT_THAT(world.heard(link), ElementsAre(Told{4, ""}, Told{0, "invalid command"}));
}

TEST(NapsterServerLogin, LetsAGhostBeReplacedOnlyWhenItIsOld) {
  ServerWorld world;
  const LinkId old = world.user("bob");
  LinkId again = world.connect();
  world.say(again, 2, "BOB pw 1 \"x\" 1");
  EXPECT_THAT(world.heard(again), ElementsAre(Told{0, "Connecting too fast"}));
  const LinkId stranger = world.connect(0x0a000001);
  world.say(stranger, 2, "bob pw 1 \"x\" 1");
  EXPECT_THAT(world.heard(stranger), ElementsAre(Told{0, "bob is already active"}));
  world.pass(451s);
  (void)world.heard(old);
  again = world.connect();
  world.say(again, 2, "bob pw 1 \"x\" 1");
  EXPECT_THAT(world.heard(old), ElementsAre(Told{748, ""}, testing::_, Told{316, "0"}));
  EXPECT_TRUE(world.is_closed(old));
  EXPECT_EQ(world.heard(again).at(0).type, 3);
}

TEST(NapsterServerLogin, FullServerStillTakesModerators) {
  ModeConfig config = ServerWorld::vector_config();
  config.max_users = 1;
  ServerWorld world(config);
  world.user("one");
  const LinkId two = world.connect();
  world.say(two, 2, "two pw 1 \"x\" 1");
  EXPECT_THAT(world.heard(two), ElementsAre(Told{0, "This server is full (1 connections)"}));
  EXPECT_FALSE(world.is_closed(world.operator_user("mod", 2)));
}

TEST(NapsterServerLogin, RestrictedAndAutoRegisteringServers) {
  ModeConfig config = ServerWorld::vector_config();
  config.registered_only = true;
  ServerWorld restricted(config);
  const LinkId link = restricted.connect();
  restricted.say(link, 2, "bob pw 1 \"x\" 1");
  EXPECT_THAT(restricted.heard(link), ElementsAre(Told{0, "this is a restricted server"}));
  config.auto_register = true;
  ServerWorld eager(config);
  eager.user("bob");
  EXPECT_EQ(eager.accounts.at("bob").password, "pw");
}

TEST(NapsterServerLogin, ClosesTheSilentAfterAMinute) {
  ServerWorld world;
  const LinkId link = world.connect();
  EXPECT_EQ(world.server->deadline(), world.world.now + 60s);
  world.pass(60s);
  EXPECT_TRUE(world.is_closed(link));
}

TEST(NapsterServerLogin, NeverLogsAPassword) {
  ServerWorld world;
  const LinkId link = world.connect();
  world.say(link, 2, "bob s3cret 1 \"x\" 1");
  EXPECT_THAT(world.world.out.take<Notice>(), IsEmpty());
}

TEST(NapsterServerLogin, ChecksAPassword) {
  ServerWorld world;
  world.accounts["bob"] = {"bob", "pw", "", 1};
  const LinkId link = world.connect();
  world.say(link, 11, "bob pw");
  world.say(link, 11, "bob no");
  EXPECT_THAT(world.heard(link), ElementsAre(Told{12, ""}, Told{0, "Invalid Password"}));
}

TEST(NapsterServerLogin, OneAddressHasSoManyLinksAndTheOthersTheirs) {
  ModeConfig config = ServerWorld::vector_config();
  config.links_per_address = 3;
  config.links_per_loopback = 5;
  ServerWorld world(config);
  constexpr std::uint32_t kOther = 0x0a000001;
  std::vector<LinkId> links;
  for (int i = 0; i < 5; ++i)
    links.push_back(world.connect());
  const LinkId sixth = world.connect();
  EXPECT_THAT(world.heard(sixth),
              ElementsAre(Told{0, "Too many connections from your address (5)"}));
  EXPECT_TRUE(world.is_closed(sixth));
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(world.is_closed(world.connect(kOther))) << "an address of its own";
  EXPECT_TRUE(world.is_closed(world.connect(kOther)));
  world.leave(links.front());
  EXPECT_FALSE(world.is_closed(world.connect())) << "one left, one may come";
  EXPECT_TRUE(world.is_closed(world.connect()));
}

TEST(NapsterServerLogin, ABusyAccountStoreIsNotAWrongPassword) {
  ServerWorld world;
  world.answers = false;
  for (const std::uint16_t type : {std::uint16_t{2}, std::uint16_t{6}}) {
    const LinkId link = world.connect();
    world.say(link, type, "alice pw 0 \"probe\" 3 a@b");
    const auto asked = world.world.out.take<AccountAsked>();
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0].from, ServerWorld::kHome);
    AccountAnswer answer;
    answer.ticket = asked[0].ticket;
    answer.known = answer.busy = true;
    Cx cx = world.world.cx();
    world.server->command(answer, cx);
    EXPECT_THAT(world.heard(link), ElementsAre(Told{0, "The server is busy, try again later"}));
    EXPECT_TRUE(world.is_closed(link));
  }
}

}  // namespace
}  // namespace p2p::test
