// What a channel's operator may do. Texts as opennap-ng said them to the same requests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/napster_script.h"

namespace p2p::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

struct ChannelRules : testing::Test {
  ServerWorld world;
  LinkId alice = world.user("alice");
  LinkId bob = world.user("bob");

  ChannelRules() {
    say(alice, 400, "#x");
    say(bob, 400, "#x");
    (void)world.heard(alice);
  }
  std::vector<Told> say(LinkId who, std::uint16_t type, std::string_view text = {}) {
    world.say(who, type, text);
    return world.heard(who);
  }
};

TEST_F(ChannelRules, BansAreListedLiftedAndCleared) {
  EXPECT_THAT(say(alice, 420, "#x"), ElementsAre(Told{420, ""}));
  EXPECT_THAT(say(alice, 422, "#x carol \"go away\""),
              ElementsAre(Told{404, "alice banned carol!* from #x: go away"}));
  EXPECT_THAT(say(bob, 420, "#x"),
              ElementsAre(Told{421, "carol!* alice \"go away\" 0 0"}, Told{420, ""}));
  const LinkId carol = world.user("carol");
  EXPECT_THAT(say(carol, 400, "#x"),
              ElementsAre(Told{404, "channel join failed: banned: go away"}));
  EXPECT_THAT(say(alice, 423, "#x carol"),
              ElementsAre(Told{404, "alice unbanned carol!* from #x: "}));
  EXPECT_EQ(say(carol, 400, "#x").at(0), (Told{405, "#x"}));
  (void)world.heard(alice);
  EXPECT_THAT(say(alice, 424, "#x"), ElementsAre(Told{404, "There are no bans"}));
  say(alice, 422, "#x 10.1.2.*");
  EXPECT_THAT(say(alice, 424, "#x"), ElementsAre(Told{404, "alice cleared the ban list on #x"}));
  EXPECT_EQ(say(world.user("zoe", 1, 0x0a010263), 400, "#x").at(0).type, 405);
}

TEST_F(ChannelRules, BansAreBounded) {
  for (int i = 0; i < 100; ++i)
    say(alice, 422, "#x n" + std::to_string(i));
  EXPECT_THAT(say(alice, 422, "#x more"),
              ElementsAre(Told{404, "channel ban failed: too many bans"}));
  EXPECT_EQ(say(alice, 420, "#x").size(), 101U);
}

TEST_F(ChannelRules, MembersWithoutTheRightAreTold) {
  EXPECT_THAT(say(bob, 422, "#x alice"),
              ElementsAre(Told{404, "channel ban failed: you are not channel operator"}));
  EXPECT_THAT(say(bob, 424, "#x"),
              ElementsAre(Told{404, "channel ban clear failed: you are not channel operator"}));
  EXPECT_THAT(say(bob, 823, "#x Elite"),
              ElementsAre(Told{404, "channel level failed: you are not channel operator"}));
  EXPECT_THAT(say(bob, 826, "#x 1"),
              ElementsAre(Told{404, "channel limit failed: you are not channel operator"}));
  EXPECT_THAT(say(bob, 829, "#x alice"),
              ElementsAre(Told{404, "channel kick failed: you are not channel operator"}));
  EXPECT_THAT(say(bob, 820, "#x"),
              ElementsAre(Told{404, "clear channel failed: permission denied"}));
  for (const auto type : {std::uint16_t{420}, std::uint16_t{423}, std::uint16_t{829}})
    EXPECT_THAT(say(bob, type, "#nowhere alice"), ElementsAre(Told{404, "no such channel"}))
        << type;
  EXPECT_THAT(say(alice, 829, "#x"), ElementsAre(Told{404, "parameters are unparsable"}));
}

TEST_F(ChannelRules, LevelsAndLimitsKeepOut) {
  EXPECT_THAT(say(bob, 823, "#x"), ElementsAre(Told{404, "Channel #x is level Leech"}));
  EXPECT_THAT(say(alice, 823, "#x nothing"),
              ElementsAre(Told{404, "channel level failed: invalid level"}));
  EXPECT_THAT(say(alice, 823, "#x Elite"),
              ElementsAre(Told{404, "channel level failed: permission denied"}));
  const LinkId mod = world.operator_user("mod", 3);
  EXPECT_THAT(say(mod, 823, "#x Moderator"),
              ElementsAre(Told{404, "mod set channel #x to level Moderator"}));
  EXPECT_THAT(world.heard(alice), ElementsAre(Told{404, "mod set channel #x to level Moderator"}));
  const LinkId carol = world.user("carol");
  EXPECT_THAT(say(carol, 400, "#x"),
              ElementsAre(Told{404, "channel join failed: requires level Moderator"}));
  say(mod, 10201, "#x 0");
  EXPECT_THAT(world.heard(alice), ElementsAre(Told{404, "mod set channel #x to level Leech"}));
  EXPECT_THAT(say(alice, 826, "#x 2"),
              ElementsAre(Told{404, "alice set limit on channel #x to 2"}));
  EXPECT_THAT(say(carol, 400, "#x"), ElementsAre(Told{404, "channel join failed: channel full"}));
  EXPECT_THAT(say(bob, 826, "#x"), ElementsAre(Told{404, "Channel #x has limit 2"}));
  EXPECT_THAT(say(alice, 826, "#x 99999"),
              ElementsAre(Told{404, "channel limit failed: invalid limit"}));
  EXPECT_THAT(say(bob, 827), Contains(Told{828, "#x 2 1 0 2 \"Welcome to the #x channel.\""}));
}

TEST_F(ChannelRules, KickedMembersAreOutAndHearWhy) {
  EXPECT_THAT(say(alice, 829, "#x bob \"why not\""),
              ElementsAre(Told{404, "alice kicked bob out of channel #x: why not"},
                          Told{407, "#x bob 0 7"}));
  EXPECT_THAT(
      world.heard(bob),
      ElementsAre(Told{401, "#x"}, Told{404, "You were kicked from channel #x by alice: why not"}));
  EXPECT_THAT(say(bob, 402, "#x hi"),
              ElementsAre(Told{404, "You are not a member of that channel"}));
  EXPECT_THAT(say(alice, 10202, "#x bob"),
              ElementsAre(Told{404, "channel kick failed: user is not on that channel"}));
  EXPECT_THAT(say(alice, 829, "#x alice").at(1),
              (Told{401, "#x"}));  // himself, and the channel ends
  EXPECT_THAT(say(bob, 617), ElementsAre(Told{617, ""}));
}

TEST_F(ChannelRules, ModeratorsEmptyChannels) {
  const LinkId mod = world.operator_user("mod", 2);
  EXPECT_THAT(say(mod, 820, "#x"), ElementsAre(Told{404, "mod cleared channel #x"}));
  EXPECT_THAT(world.heard(bob), Contains(Told{401, "#x"}));
  EXPECT_THAT(say(mod, 617), ElementsAre(Told{617, ""}));
}

TEST_F(ChannelRules, InvitationsAreRelayedAndAnswered) {
  const LinkId carol = world.user("carol");
  EXPECT_THAT(say(bob, 430, "carol #x"), IsEmpty());
  EXPECT_THAT(world.heard(carol),
              ElementsAre(Told{430, "bob #x \"Welcome to the #x channel.\" 0 Hello"}));
  EXPECT_THAT(say(carol, 432, "bob #x \"Welcome to the #x channel.\" 0 Hello"), IsEmpty());
  EXPECT_THAT(world.heard(bob), ElementsAre(Told{432, "carol #x"}));
  EXPECT_THAT(say(bob, 430, "alice #x"), ElementsAre(Told{404, "user is already in channel"}));
  EXPECT_THAT(say(carol, 430, "alice #x"),
              ElementsAre(Told{404, "You are not a member of that channel"}));
  EXPECT_THAT(say(bob, 430, "nobody #x"), ElementsAre(Told{404, "User is not currently online."}));
}

TEST_F(ChannelRules, InvitesInWordsWhoIsInvitedTheOpennapWay) {  // as TekNap does
  const LinkId carol = world.user("carol");
  EXPECT_THAT(say(bob, 10210, "#x carol"),
              ElementsAre(Told{404, "bob invited carol to channel #x"}));
  EXPECT_THAT(world.heard(carol), ElementsAre(Told{404, "bob invited you to channel #x"}));
  EXPECT_THAT(say(bob, 10210, "#y carol"), ElementsAre(Told{404, "no such channel"}));
  EXPECT_THAT(say(bob, 10210, "#x"), ElementsAre(Told{404, "parameters are unparsable"}));
  say(carol, 322, "bob");
  EXPECT_THAT(say(bob, 10210, "#x carol"), IsEmpty());
  EXPECT_THAT(world.heard(carol), IsEmpty());
}

}  // namespace
}  // namespace p2p::test
