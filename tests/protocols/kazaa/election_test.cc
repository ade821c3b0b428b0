#include "protocols/kazaa/election.h"

#include <gtest/gtest.h>

namespace p2p::kazaa {
namespace {

// A proven node whose parent is full.
OrdinaryStanding able() {
  OrdinaryStanding standing;
  standing.is_reachable = true;
  standing.was_reached = true;
  standing.link_speed = kLeastSpeed;
  standing.up = 10min;
  standing.has_parent = true;
  standing.parent_load = kFullLoad;
  standing.patience = 5s;
  standing.knows_others = true;
  return standing;
}

TEST(Election, AProvenChildOfAFullParentPromotesItself) {
  EXPECT_TRUE(should_promote(able()));
  OrdinaryStanding standing = able();
  standing.link_speed = 0;
  EXPECT_TRUE(should_promote(standing)) << "an unknown line may be a fast one";
}

TEST(Election, EachConditionIsNeeded) {
  OrdinaryStanding standing = able();
  standing.is_reachable = false;
  EXPECT_FALSE(should_promote(standing));
  standing = able();
  standing.was_reached = false;
  EXPECT_FALSE(should_promote(standing));
  standing = able();
  standing.link_speed = kLeastSpeed - 1;
  EXPECT_FALSE(should_promote(standing));
  standing = able();
  standing.up = 10min - 1ms;
  EXPECT_FALSE(should_promote(standing));
  standing = able();
  standing.parent_load = kFullLoad - 1;
  EXPECT_FALSE(should_promote(standing));
}

TEST(Election, AStrandedNodePromotesItself) {
  OrdinaryStanding standing = able();
  standing.has_parent = false;
  standing.was_reached = false;
  standing.without_parent = kStranded - 1ms;
  EXPECT_FALSE(should_promote(standing));
  standing.without_parent = kStranded;
  EXPECT_TRUE(should_promote(standing));
  standing.up = 1min;
  EXPECT_FALSE(should_promote(standing)) << "not proven: it may be its own line";
}

TEST(Election, TheFirstOfANetworkWaitsForItsPatienceOnly) {
  OrdinaryStanding standing;
  standing.is_reachable = true;
  standing.patience = 5s;
  standing.up = standing.without_parent = 5s;
  EXPECT_TRUE(should_promote(standing));
  standing.without_parent = 5s - 1ms;
  EXPECT_FALSE(should_promote(standing));
  standing.without_parent = 5s;
  standing.knows_others = true;
  EXPECT_FALSE(should_promote(standing)) << "they are asked first";
  standing.knows_others = false;
  standing.is_reachable = false;
  EXPECT_FALSE(should_promote(standing));
}

TEST(Election, ASupernodeStepsDownWhenNobodyNeedsIt) {
  const SupernodeStanding idle{0, kNotNeeded, kLeastOthers};
  EXPECT_TRUE(should_step_down(idle));
  EXPECT_FALSE(should_step_down({1, kNotNeeded, kLeastOthers}));
  EXPECT_FALSE(should_step_down({0, kNotNeeded - 1ms, kLeastOthers}));
  EXPECT_FALSE(should_step_down({0, kNotNeeded, kLeastOthers - 1}));
}

TEST(Election, ANodeSaysWhatKeepsItInItsRole) {
  OrdinaryStanding standing = able();
  standing.up = 3min + 59s;
  EXPECT_EQ(why_role(standing), "up 3 of 10 min that a supernode should be");
  standing.up = 10min;
  standing.parent_load = 12;
  EXPECT_EQ(why_role(standing), "its supernode is 12 % full, 80 would call for another");
  standing.was_reached = false;
  EXPECT_EQ(why_role(standing), "nobody has called it yet");
  standing.has_parent = false;
  standing.without_parent = 4s;
  EXPECT_EQ(why_role(standing), "no supernode takes it in for 4 of 15 s, then it becomes one");
  standing.knows_others = false;
  EXPECT_EQ(why_role(standing), "no supernode for 4 of 5 s, then it becomes one");
  standing.link_speed = 1;
  EXPECT_EQ(why_role(standing), "its line is too slow for a supernode");
  standing.is_reachable = false;
  EXPECT_EQ(why_role(standing), "it does not listen, so it stays ordinary");
}

TEST(Election, ASupernodeSaysWhoNeedsIt) {
  EXPECT_EQ(why_role(SupernodeStanding{1, {}, 0}), "a child needs it");
  EXPECT_EQ(why_role(SupernodeStanding{3, {}, 0}), "3 children need it");
  EXPECT_EQ(why_role(SupernodeStanding{0, 4min, 1}),
            "fewer than two others are there to be it instead");
  EXPECT_EQ(why_role(SupernodeStanding{0, 4min, 2}),
            "no child for 4 of 10 min, then it is ordinary again");
}

}  // namespace
}  // namespace p2p::kazaa
