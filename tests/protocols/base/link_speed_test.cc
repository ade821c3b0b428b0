#include "protocols/base/link_speed.h"

#include <gtest/gtest.h>

namespace p2p {
namespace {

TEST(LinkSpeed, IsALineOfNapstersScaleOrUnknown) {
  EXPECT_EQ(link_speed_kbps(0), 0U);
  EXPECT_EQ(link_speed_kbps(7), 256U);
  EXPECT_EQ(link_speed_kbps(10), 44'736U);
  EXPECT_EQ(link_speed_kbps(11), 0U);
  EXPECT_EQ(link_speed_kbps(0xffffffff), 0U);
}

TEST(LinkSpeed, AClaimBeyondAllLinesIsNone) {
  EXPECT_EQ(claimed_rate_bps(256), 32'000U);
  EXPECT_EQ(claimed_rate_bps(kMostClaimedKbps), 1'250'000'000U);
  EXPECT_EQ(claimed_rate_bps(kMostClaimedKbps + 1), 0U);
  EXPECT_EQ(claimed_rate_bps(0xffffffff), 0U);
}

}  // namespace
}  // namespace p2p
