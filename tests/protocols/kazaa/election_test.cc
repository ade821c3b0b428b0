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

}  // namespace
}  // namespace p2p::kazaa
