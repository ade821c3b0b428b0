#include "servent/net/flow_rate.h"

#include <gtest/gtest.h>

namespace p2p::net {
namespace {

using namespace std::chrono_literals;

TEST(FlowRate, ComesCloseToWhatFlowsEvenlyAndForgetsIt) {
  FlowRate rate;
  const Time start{1000s};
  EXPECT_EQ(rate.rate(start), 0U);
  Time now = start;
  for (int i = 0; i < 400; ++i)
    rate.add(100, now += 100ms);
  EXPECT_NEAR(static_cast<double>(rate.rate(now)), 1000, 20);
  EXPECT_NEAR(static_cast<double>(rate.rate(now + FlowRate::kHalf)), 500, 10);
  EXPECT_EQ(rate.rate(now + 120s), 0U);
}

}  // namespace
}  // namespace p2p::net
