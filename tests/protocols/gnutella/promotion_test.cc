#include "protocols/gnutella/promotion.h"

#include <gtest/gtest.h>

namespace p2p::gnutella {
namespace {

LeafStanding alone_for(Duration time) {
  LeafStanding standing;
  standing.reachable = true;
  standing.up = standing.alone = time;
  standing.patience = 5s;
  return standing;
}

TEST(Promotion, SomebodyHasToBeTheFirst) {
  EXPECT_FALSE(should_promote(alone_for(4s)));
  EXPECT_TRUE(should_promote(alone_for(5s)));
}

TEST(Promotion, WhoCannotBeCalledStaysALeaf) {
  LeafStanding standing = alone_for(1h);
  standing.reachable = false;
  EXPECT_FALSE(should_promote(standing));
}

TEST(Promotion, ASlowLineStaysALeafAnUnknownOneMayTry) {
  LeafStanding standing = alone_for(1h);
  standing.link_speed = kLeastSpeed - 1;
  EXPECT_FALSE(should_promote(standing));
  standing.link_speed = kLeastSpeed;
  EXPECT_TRUE(should_promote(standing));
}

TEST(Promotion, WhoStillHasSomebodyToCallWaitsALittleLonger) {
  LeafStanding standing = alone_for(kStranded - 1s);
  standing.knows_hosts = true;
  EXPECT_FALSE(should_promote(standing));
  standing.alone = kStranded;
  EXPECT_TRUE(should_promote(standing));
}

TEST(Promotion, AWellServedNetworkGetsAnotherUltrapeerOnlyWhenItsOwnAreFull) {
  LeafStanding standing = alone_for(Duration{});
  standing.up = 2h;
  standing.ultrapeers = 1;
  EXPECT_FALSE(should_promote(standing));
  standing.sent_away = 3;
  EXPECT_TRUE(should_promote(standing));
  standing.up = kProvenUptime - 1s;
  EXPECT_FALSE(should_promote(standing));
}

TEST(Promotion, AnUltrapeerStepsDownWhenNobodyNeedsItAndAnotherIsThere) {
  EXPECT_TRUE(should_step_down({0, 1, true, kNotNeeded}));
  EXPECT_FALSE(should_step_down({0, 1, true, kNotNeeded - 1s}));
  EXPECT_FALSE(should_step_down({1, 1, true, kNotNeeded}));
  EXPECT_FALSE(should_step_down({0, 0, false, kNotNeeded})) << "the last ultrapeer stays";
  EXPECT_FALSE(should_step_down({0, 1, false, kNotNeeded})) << "of two only one goes";
}

TEST(Promotion, ANodeSaysWhatKeepsItInItsRole) {
  LeafStanding leaf;
  EXPECT_EQ(why_role(leaf), "it does not listen, so it stays a leaf");
  leaf.reachable = true;
  leaf.patience = 5s;
  leaf.alone = 2s;
  EXPECT_EQ(why_role(leaf), "no ultrapeer for 2 of 5 s, then it becomes one");
  leaf.knows_hosts = true;
  EXPECT_EQ(why_role(leaf), "no ultrapeer for 2 of 30 s, then it becomes one");
  leaf.ultrapeers = 3;
  leaf.up = 3min;
  EXPECT_EQ(why_role(leaf), "ultrapeers take it in; up 3 of 60 min");
  leaf.up = 2h;
  leaf.sent_away = 1;
  EXPECT_EQ(why_role(leaf), "ultrapeers take it in; 1 of 3 sent it away");
  leaf.link_speed = 1;
  EXPECT_EQ(why_role(leaf), "its line is too slow for an ultrapeer");
}

TEST(Promotion, AnUltrapeerSaysWhoNeedsIt) {
  EXPECT_EQ(why_role(UltrapeerStanding{1, 2, true, {}}), "a leaf needs it");
  EXPECT_EQ(why_role(UltrapeerStanding{4, 2, true, {}}), "4 leaves need it");
  EXPECT_EQ(why_role(UltrapeerStanding{0, 0, false, 4min}),
            "there is no ultrapeer whose leaf it could be");
  EXPECT_EQ(why_role(UltrapeerStanding{0, 1, false, 4min}),
            "no leaf needs it; its neighbours step down first");
  EXPECT_EQ(why_role(UltrapeerStanding{0, 1, true, 4min}),
            "no leaf for 4 of 10 min, then it is a leaf again");
}

}  // namespace
}  // namespace p2p::gnutella
