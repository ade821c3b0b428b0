#include "servent/transfer/last_hour.h"

#include <gtest/gtest.h>

#include "tests/support/units.h"

namespace p2p::transfer {
namespace {

using test::kMinute;

TEST(LastHour, ForgetsWhatIsOlderThanAnHour) {
  LastHour count;
  count.add(1, 0);
  count.add(1, 30 * kMinute);
  count.add(1, 30 * kMinute);
  EXPECT_EQ(count.sum(59 * kMinute), 3U);
  EXPECT_EQ(count.sum(60 * kMinute), 2U);
  EXPECT_EQ(count.sum(90 * kMinute), 0U);
}

TEST(LastHour, HasAPlaceForEachMinuteTheNewestLast) {
  LastHour amount;
  amount.add(5, 100 * kMinute);
  amount.add(7, 101 * kMinute + 59'999);
  const auto minutes = amount.minutes(102 * kMinute);
  ASSERT_EQ(minutes.size(), LastHour::kMinutes);
  EXPECT_EQ(minutes[57], 5U);
  EXPECT_EQ(minutes[58], 7U);
  EXPECT_EQ(minutes[59], 0U);
  EXPECT_EQ(amount.sum(102 * kMinute), 12U);
}

}  // namespace
}  // namespace p2p::transfer
