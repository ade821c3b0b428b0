// People, channels and operators.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/napster_script.h"

namespace p2p::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

struct People : testing::Test {
  ServerWorld world;
  LinkId alice = world.user("alice");
  LinkId bob = world.user("bob");
  LinkId mod = world.operator_user("mod", 3);
  std::vector<Told> say(LinkId who, std::uint16_t type, std::string_view text = {}) {
    world.say(who, type, text);
    return world.heard(who);
  }
};

TEST_F(People, PassMessagesOnVerbatimUnlessIgnored) {
  EXPECT_THAT(say(alice, 205, "BOB hello \"there\"  x"), IsEmpty());
  EXPECT_THAT(world.heard(bob), ElementsAre(Told{205, "alice hello \"there\"  x"}));
  EXPECT_THAT(say(bob, 322, "Alice"), ElementsAre(Told{322, "Alice"}));
  EXPECT_THAT(say(alice, 205, "bob again"), IsEmpty());
  EXPECT_THAT(world.heard(bob), IsEmpty());
  EXPECT_THAT(say(alice, 205, "nobody hi"),
              ElementsAre(Told{404, "User is not currently online."}));
}

TEST_F(People, IgnoreListsAreBoundedAndCleared) {
  EXPECT_THAT(say(bob, 323, "alice"), ElementsAre(Told{324, "alice"}));
  for (int i = 0; i < 32; ++i)
    say(bob, 322, "n" + std::to_string(i));
  EXPECT_THAT(say(bob, 322, "n1"), ElementsAre(Told{325, "n1"}));
  EXPECT_THAT(say(bob, 322, "more"), ElementsAre(Told{404, "ignore list is full"}));
  EXPECT_THAT(say(bob, 326), ElementsAre(Told{326, "32"}));
  EXPECT_THAT(say(bob, 320), ElementsAre(Told{320, "0"}));
}

TEST_F(People, HotListsSeeComingAndGoing) {
  EXPECT_THAT(say(bob, 207, "alice"), ElementsAre(Told{301, "alice"}, Told{209, "alice 7"}));
  EXPECT_THAT(say(bob, 208, "Carol"), ElementsAre(Told{301, "Carol"}));
  const LinkId carol = world.user("carol");
  EXPECT_THAT(world.heard(bob), ElementsAre(Told{209, "carol 7"}));
  world.leave(carol);
  EXPECT_THAT(world.heard(bob), ElementsAre(Told{210, "carol"}));
  for (int i = 0; i < 30; ++i)
    say(bob, 207, "n" + std::to_string(i));
  EXPECT_THAT(say(bob, 207, "toomany"), ElementsAre(Told{302, "toomany"}));
  say(bob, 303, "n1");
  EXPECT_THAT(say(bob, 207, "toomany"), ElementsAre(Told{301, "toomany"}));
}

TEST_F(People, ModeratorsSeeMoreInWhois) {
  say(alice, 400, "lobby");
  EXPECT_THAT(
      say(bob, 603, "ALICE"),
      ElementsAre(Told{604, "alice \"User\" 0 \" #lobby \" \"Active\" 0 0 0 7 \"probe 1.0\""}));
  EXPECT_EQ(
      say(mod, 603, "alice").at(0).payload,
      "alice \"User\" 0 \" #lobby \" \"Active\" 0 0 0 7 \"probe 1.0\" 0 0 127.0.0.1 40000 6699 "
      "unknown vector.test");
  world.leave(mod);
  EXPECT_EQ(say(bob, 603, "mod").at(0), (Told{605, "mod \"Admin\" 1000000000"}));
}

TEST_F(People, SettingsAreChecked) {
  EXPECT_THAT(say(bob, 700, "11"), ElementsAre(Told{404, "invalid speed"}));
  EXPECT_THAT(say(bob, 703, "99999"), ElementsAre(Told{404, "invalid port"}));
  EXPECT_THAT(say(mod, 701, "better"), ElementsAre(Told{404, "password changed"}));
  EXPECT_EQ(world.accounts.at("mod").password, "better");
}

TEST_F(People, ChannelsHaveLimitsAndEndWithTheirMembers) {
  for (const char* name : {"a", "#b", "c", "d", "e"})
    EXPECT_EQ(say(alice, 400, name).at(0).type, 405) << name;
  EXPECT_EQ(say(alice, 400, "f").at(0).type, 404);
  EXPECT_EQ(say(bob, 400, std::string(40, 'x')).at(0).type, 404);
  EXPECT_EQ(say(bob, 400, "#A").at(0), (Told{405, "#a"}));
  (void)world.heard(alice);
  world.leave(alice);
  EXPECT_THAT(world.heard(bob), ElementsAre(Told{407, "#a alice 0 7"}));
  EXPECT_THAT(say(bob, 410, "#a mine"), ElementsAre(Told{404, "topic failed: permission denied"}));
  EXPECT_THAT(say(bob, 827),
              ElementsAre(Told{828, "#a 1 1 0 200 \"Welcome to the #a channel.\""}, Told{827, ""}));
}

TEST_F(People, OrdinaryUsersMayNotRule) {
  EXPECT_THAT(say(bob, 610, "alice"), ElementsAre(Told{404, "kill failed: permission denied"}));
  EXPECT_THAT(say(bob, 615), ElementsAre(Told{404, "ban list failed: permission denied"}));
  EXPECT_THAT(say(bob, 5000), ElementsAre(Told{404, "Unknown command code 5000"}));
}

TEST_F(People, OperatorsKillButNotTheirSuperiors) {
  EXPECT_THAT(say(mod, 610, "bob \"spam\""), ElementsAre(Told{404, "mod killed bob: spam"}));
  EXPECT_THAT(world.heard(bob),
              ElementsAre(Told{404, "You were killed by mod: spam"}, Told{316, "0"}));
  EXPECT_TRUE(world.is_closed(bob));
  world.operator_user("boss", 4);
  (void)world.heard(mod);
  EXPECT_THAT(say(mod, 610, "boss"), ElementsAre(Told{404, "permission denied"}));
}

TEST_F(People, OperatorMayKillHimself) {
  say(mod, 610, "mod");
  EXPECT_TRUE(world.is_closed(mod));
}

TEST_F(People, BansAreKeptAndRestored) {
  say(mod, 612, "Eve \"no thanks\" 60");
  say(mod, 612, "10.1.2.*");
  const auto kept = world.world.out.take<Keep>();
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_THAT(say(mod, 615), ElementsAre(Told{616, "*!10.1.2.* mod \"\" 0 0"},
                                         Told{616, "eve!* mod \"no thanks\" 0 60"}, Told{615, ""}));
  ModeConfig config = ServerWorld::vector_config();
  for (const Keep& keep : kept)
    config.kept.emplace_back(keep.key, keep.value);
  ServerWorld later(config);
  EXPECT_TRUE(later.is_closed(later.user("eve")));
  EXPECT_TRUE(later.is_closed(later.user("zoe", 1, 0x0a010263)));
  EXPECT_FALSE(later.is_closed(later.user("zoe", 1, 0x0a010363)));
  later.pass(61s);
  EXPECT_FALSE(later.is_closed(later.user("eve")));
  EXPECT_EQ(say(mod, 614, "eve").at(0).type, 404);
  EXPECT_EQ(world.world.out.take<Keep>().at(0).value, "");
}

TEST_F(People, WhatIsLeftOfATimedBanIsReckonedFromTheCalendar) {
  ModeConfig config = ServerWorld::vector_config();
  config.started_unix = 1'000'000;
  ServerWorld first(config);
  first.pass(50s);
  const LinkId boss = first.operator_user("boss", 3);
  first.say(boss, 612, "eve \"no\" 600");
  first.say(boss, 615);
  EXPECT_THAT(first.heard(boss), Contains(Told{616, "eve!* boss \"no\" 1000050 600"}));
  for (const Keep& keep : first.world.out.take<Keep>())
    config.kept.emplace_back(keep.key, keep.value);

  config.started_unix = 1'000'640;  // 10 s are left
  ServerWorld second(config);
  EXPECT_TRUE(second.is_closed(second.user("eve")));
  second.pass(11s);
  EXPECT_FALSE(second.is_closed(second.user("eve")));

  config.started_unix = 1'000'650;
  ServerWorld third(config);
  EXPECT_FALSE(third.is_closed(third.user("eve")));
  const auto forgotten = third.world.out.take<Keep>();
  ASSERT_EQ(forgotten.size(), 1U);
  EXPECT_EQ(forgotten[0].key, "ban:eve!*");
  EXPECT_EQ(forgotten[0].value, "");
}

TEST_F(People, OperatorsSetSpeedsAndPasswords) {
  EXPECT_THAT(say(bob, 625, "alice 3"), ElementsAre(Told{404, "speed failed: permission denied"}));
  EXPECT_THAT(say(mod, 625, "alice 3"), ElementsAre(Told{404, "mod changed alice's speed to 3."}));
  EXPECT_THAT(say(bob, 600, "alice"), ElementsAre(Told{601, "alice 3"}));
  EXPECT_THAT(say(mod, 625, "alice 11"), ElementsAre(Told{404, "Invalid speed"}));
  world.accounts["carol"] = {"carol", "old", "c@vector.test", 1};
  EXPECT_THAT(say(mod, 753, "carol fresh"), ElementsAre(Told{404, "password of carol changed"}));
  EXPECT_EQ(world.accounts.at("carol").password, "fresh");
  EXPECT_THAT(say(mod, 753, "nobody fresh"),
              ElementsAre(Told{404, "password not changed: no such account"}));
}

TEST_F(People, CloakedOperatorsAreSeenByOperatorsOnly) {
  EXPECT_THAT(say(bob, 652), ElementsAre(Told{404, "cloak failed: permission denied"}));
  EXPECT_THAT(say(mod, 652, "7"), ElementsAre(Told{404, "cloak failed: invalid cloak state 7"}));
  EXPECT_THAT(say(mod, 652), ElementsAre(Told{404, "mod has cloaked"}));
  EXPECT_THAT(say(bob, 603, "mod"), ElementsAre(Told{404, "User is not currently online."}));
  EXPECT_EQ(say(mod, 603, "mod").at(0).type, 604);
  EXPECT_THAT(say(mod, 652, "0"), ElementsAre(Told{404, "mod has decloaked"}));
  EXPECT_EQ(say(bob, 603, "mod").at(0).type, 604);
}

TEST_F(People, OperatorsSendUsersElsewhere) {
  EXPECT_THAT(say(bob, 821, "alice h 1"),
              ElementsAre(Told{404, "redirect failed: permission denied"}));
  say(mod, 821, "alice other.test 8888");
  EXPECT_THAT(world.heard(alice), ElementsAre(Told{821, "other.test 8888"}));
  say(mod, 822, "alice meta.test");
  EXPECT_THAT(world.heard(alice), ElementsAre(Told{822, "meta.test"}));
  (void)world.heard(mod);
  EXPECT_THAT(say(mod, 821, "alice h 99999"), ElementsAre(Told{404, "invalid port"}));
  EXPECT_THAT(say(mod, 821, "alice h"), ElementsAre(Told{404, "parameters are unparsable"}));
}

TEST_F(People, SettingsAreReadByOperatorsAndSetByTheHighest) {
  EXPECT_THAT(say(bob, 810), ElementsAre(Told{404, "config failed: permission denied"}));
  EXPECT_EQ(say(mod, 810).size(), 5U);
  EXPECT_THAT(say(mod, 810, "max_results"), ElementsAre(Told{404, "max_results = 100"}));
  EXPECT_THAT(say(mod, 810, "max_results 5"), ElementsAre(Told{404, "permission denied"}));
  EXPECT_THAT(say(mod, 810, "colour"), ElementsAre(Told{404, "no such variable colour"}));
  EXPECT_THAT(say(mod, 800, "max_results"),
              ElementsAre(Told{404, "reconfig failed: permission denied"}));
  const LinkId boss = world.operator_user("boss", 4);
  EXPECT_THAT(say(boss, 810, "registered_only on"),
              ElementsAre(Told{404, "boss set registered_only to on"}));
  EXPECT_TRUE(world.is_closed(world.user("stranger")));
  EXPECT_THAT(say(boss, 800, "registered_only"),
              ElementsAre(Told{404, "boss reset registered_only to off"}));
  EXPECT_FALSE(world.is_closed(world.user("stranger")));
  EXPECT_THAT(say(boss, 810, "max_results many"),
              ElementsAre(Told{404, "error setting variable max_results"}));
}

TEST_F(People, LevelsMuzzlesPortsAndAnnouncements) {
  say(mod, 606, "bob Moderator");
  EXPECT_THAT(world.heard(bob), Contains(Told{404, "Your level is now Moderator"}));
  EXPECT_EQ(say(bob, 801).at(0), (Told{801, "servent"}));
  EXPECT_THAT(say(mod, 606, "bob Admin"),
              ElementsAre(Told{404, "level failed: permission denied"}));
  say(mod, 622, "alice");
  say(alice, 205, "bob psst");
  for (const Told& told : world.heard(bob))
    EXPECT_NE(told.type, 205);
  say(mod, 613, "alice 0");
  EXPECT_THAT(world.heard(alice), Contains(Told{613, "0"}));
  say(mod, 628, "hello all");
  EXPECT_THAT(world.heard(alice), ElementsAre(Told{628, "mod hello all"}));
  EXPECT_EQ(say(mod, 831).size(), 4U + 0U);
}

}  // namespace
}  // namespace p2p::test
