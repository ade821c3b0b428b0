#include "servent/transfer/progress.h"

#include <gtest/gtest.h>

namespace p2p::transfer {
namespace {

TEST(Progress, AByteASecondIsTooSlow) {
  Progress progress(1000, 60'000);
  progress.start(0);
  for (std::int64_t now = 0; now < 60'000; now += 1000) {
    EXPECT_FALSE(progress.is_late(now));
    progress.moved(1, now);
  }
  EXPECT_TRUE(progress.is_late(60'000));
}

TEST(Progress, EnoughBytesBeginTheNextWindow) {
  Progress progress(1000, 60'000);
  progress.start(0);
  progress.moved(999, 10'000);
  EXPECT_EQ(progress.deadline(), 60'000);
  progress.moved(1, 50'000);
  EXPECT_EQ(progress.deadline(), 110'000);
}

}  // namespace
}  // namespace p2p::transfer
