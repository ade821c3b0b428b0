#include "servent/app/disk_watch.h"

#include <gtest/gtest.h>

#include "tests/support/units.h"

namespace p2p::app {
namespace {

using test::kGiB;

TEST(DiskWatch, IsDueAtOnceAndThenEveryHalfMinute) {
  DiskWatch disk;
  EXPECT_TRUE(disk.is_due(5));
  EXPECT_FALSE(disk.is_due(5));
  EXPECT_FALSE(disk.is_due(30'004));
  EXPECT_TRUE(disk.is_due(30'005));
}

TEST(DiskWatch, WarnsOnceUntilItHasRecovered) {
  DiskWatch disk;
  EXPECT_EQ(disk.row().size_bytes, 0U) << "nobody has looked";
  EXPECT_FALSE(disk.take(kGiB, 100 * kGiB));
  EXPECT_TRUE(disk.take(kGiB - 1, 100 * kGiB));
  EXPECT_TRUE(disk.row().is_low);
  EXPECT_FALSE(disk.take(10, 100 * kGiB)) << "it was told";
  EXPECT_FALSE(disk.take(kGiB + 1, 100 * kGiB)) << "a little is no recovery";
  EXPECT_TRUE(disk.take(kGiB + kGiB / 4, 100 * kGiB));
  EXPECT_FALSE(disk.row().is_low);
  EXPECT_TRUE(disk.take(0, 100 * kGiB));
}

TEST(DiskWatch, OfASmallDiskATwentiethIsEnough) {
  DiskWatch disk;
  EXPECT_FALSE(disk.take(50, 1000));
  EXPECT_TRUE(disk.take(49, 1000));
}

}  // namespace
}  // namespace p2p::app
