#include "protocols/kazaa/bandwidth.h"

#include <gtest/gtest.h>

namespace p2p::kazaa {
namespace {

TEST(Bandwidth, IsAByteOfALogarithm) {
  EXPECT_EQ(bandwidth_byte(0), 0);
  EXPECT_EQ(bandwidth_byte(1), 59);
  EXPECT_EQ(bandwidth_byte(2), 73);
  EXPECT_EQ(bandwidth_byte(128), 59 + 7 * 14);
  EXPECT_EQ(bandwidth_byte(1680), kUnlimitedBandwidth);
  EXPECT_EQ(bandwidth_byte(1'000'000), kUnlimitedBandwidth);
}

TEST(Bandwidth, ComesBackNearly) {
  EXPECT_EQ(bandwidth_kbps(0), 0U);
  EXPECT_EQ(bandwidth_kbps(59), 1U);
  EXPECT_EQ(bandwidth_kbps(kUnlimitedBandwidth), 1680U);
  EXPECT_EQ(bandwidth_kbps(255), 16'384U);
  for (std::uint32_t kbps = 16; kbps <= 1680; kbps *= 2)
    EXPECT_NEAR(bandwidth_kbps(bandwidth_byte(kbps)), kbps, kbps / 16) << kbps;
}

}  // namespace
}  // namespace p2p::kazaa
