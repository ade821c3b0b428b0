#include "tui/format.h"

#include <gtest/gtest.h>

namespace p2p::tui {
namespace {

TEST(Format, WritesCountsAsPeopleReadThem) {
  EXPECT_EQ(count_text(7), "7");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(41207), "41,207");
  EXPECT_EQ(count_text(1234567), "1,234,567");
  EXPECT_EQ(count_short(3100), "3.1k");
  EXPECT_EQ(count_short(999'960), "1.0M");
  EXPECT_EQ(plural(1, "link"), "1 link");
  EXPECT_EQ(plural(0, "link"), "0 links");
}

TEST(Format, WritesSizesShort) {
  EXPECT_EQ(size_short(0), "0B");
  EXPECT_EQ(size_short(1023), "1.0K");
  EXPECT_EQ(size_short(327'571'456), "312M");
  EXPECT_EQ(size_short(1'288'490'188), "1.2G");
}

TEST(Format, DrawsNothingForNothingAndTheTopForTheHighest) {
  const std::uint64_t values[] = {9, 0, 1, 4, 8, 16};
  EXPECT_EQ(spark_text(values, 4), "▁▃▅█");
  EXPECT_EQ(spark_text(values, 8), "  ▅ ▁▃▅█");
  EXPECT_EQ(spark_text({}, 3), "   ");
}

TEST(Format, TellsTheTimeOfDay) {
  EXPECT_EQ(clock_text(50891204, 0), "14:08:11.204");
  EXPECT_EQ(clock_text(1000, -3600), "23:00:01.000");
}

}  // namespace
}  // namespace p2p::tui
