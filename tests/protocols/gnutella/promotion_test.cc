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

}  // namespace
}  // namespace p2p::gnutella
