#include "servent/transfer/limits.h"

#include <gtest/gtest.h>

#include "servent/api/rate.h"

#include "tests/support/units.h"

namespace p2p::transfer {
namespace {

using test::kKiB;

constexpr WeekTime at(unsigned day, unsigned hour, unsigned minute = 0) {
  return {day, hour * 60 + minute};
}
Schedule schedule(const std::vector<std::string>& lines) {
  auto read = Schedule::parse(lines);
  EXPECT_TRUE(read) << read.error().detail;
  return read.value_or(Schedule{});
}
std::string line_at(const Schedule& of, const WeekTime& now) {
  const Schedule::Line* line = of.at(now);
  return line == nullptr ? "" : line->text;
}

TEST(Rate, IsReadWithItsUnit) {
  EXPECT_EQ(api::parse_rate("0"), 0U);
  EXPECT_EQ(api::parse_rate("1500"), 1500U);
  EXPECT_EQ(api::parse_rate("100K"), 100 * kKiB);
  EXPECT_EQ(api::parse_rate("2m"), 2 * kKiB * kKiB);
  EXPECT_EQ(api::parse_rate("1024G"), 1ULL << 40U);
  for (const char* wrong : {"", "K", "-1", "1.5M", "1T", "100 K", "1025G", "99999999999999999999",
                            "18446744073709551615G", "100KB"})
    EXPECT_EQ(api::parse_rate(wrong), std::nullopt) << wrong;
}

TEST(Schedule, TheFirstLineThatFitsHolds) {
  const Schedule week = schedule({"mon-fri 08:00-18:00 up=100K down=500K", "12:00-20:00 up=1M"});
  EXPECT_EQ(line_at(week, at(0, 7, 59)), "");
  EXPECT_EQ(line_at(week, at(0, 8)), "mon-fri 08:00-18:00 up=100K down=500K");
  EXPECT_EQ(line_at(week, at(4, 17, 59)), "mon-fri 08:00-18:00 up=100K down=500K");
  EXPECT_EQ(line_at(week, at(4, 18)), "12:00-20:00 up=1M");
  EXPECT_EQ(line_at(week, at(5, 12)), "12:00-20:00 up=1M");
  EXPECT_EQ(line_at(week, at(5, 20)), "");
}

TEST(Schedule, ATimeOverMidnightBelongsToTheDayOnWhichItBegins) {
  const Schedule nights = schedule({"fri 22:00-06:00 up=0"});
  EXPECT_NE(nights.at(at(4, 22)), nullptr);
  EXPECT_NE(nights.at(at(5, 5, 59)), nullptr);
  EXPECT_EQ(nights.at(at(5, 6)), nullptr);
  EXPECT_EQ(nights.at(at(4, 5)), nullptr) << "that is Thursday's night";
  EXPECT_EQ(nights.at(at(5, 22)), nullptr);
  const Schedule sundays = schedule({"sun 23:00-01:00 up=1"});
  EXPECT_NE(sundays.at(at(0, 0, 30)), nullptr) << "on Monday";
}

TEST(Schedule, DaysAreListedAndGoRoundTheWeek) {
  const Schedule some = schedule({"sat-mon,wed 00:00-24:00 up=1K"});
  for (const unsigned day : {5U, 6U, 0U, 2U})
    EXPECT_NE(some.at(at(day, 12)), nullptr) << day;
  for (const unsigned day : {1U, 3U, 4U})
    EXPECT_EQ(some.at(at(day, 12)), nullptr) << day;
  EXPECT_NE(some.at(at(0, 23, 59)), nullptr);
}

TEST(Schedule, TellsWhenItMayChange) {
  const Schedule week = schedule({"mon-fri 08:00-18:00 up=100K", "22:00-06:00 up=0"});
  EXPECT_EQ(week.until_change(at(0, 7)), 60U);
  EXPECT_EQ(week.until_change(at(0, 8)), 600U);
  EXPECT_EQ(week.until_change(at(0, 17, 59)), 1U);
  EXPECT_EQ(week.until_change(at(0, 22)), 120U) << "midnight";
  // What it tells holds for every minute of the week.
  for (unsigned from = 0; from < 7 * 1440; ++from) {
    const WeekTime now{from / 1440, from % 1440};
    const unsigned minutes = week.until_change(now);
    ASSERT_GE(minutes, 1U);
    for (unsigned later = 1; later < minutes; ++later) {
      const unsigned then = (from + later) % (7 * 1440);
      ASSERT_EQ(week.at(now), week.at({then / 1440, then % 1440})) << from << '+' << later;
    }
  }
}

TEST(Schedule, SaysWhatIsWrongWithALine) {
  const auto wrong = [](const std::string& line) {
    const auto read = Schedule::parse({"08:00-18:00 up=1", line});
    return read ? "nothing" : read.error().detail;
  };
  EXPECT_EQ(wrong("8:00-18:00 up=1"),
            "\"8:00-18:00 up=1\": \"8:00-18:00\" is no time like "
            "08:00-18:00");
  EXPECT_EQ(wrong("mon-foo 08:00-18:00 up=1"),
            "\"mon-foo 08:00-18:00 up=1\": \"mon-foo\" names no days like mon-fri or sat,sun");
  EXPECT_EQ(wrong("08:00-18:00"), "\"08:00-18:00\": up=RATE or down=RATE is missing");
  EXPECT_EQ(wrong("08:00-18:00 up=fast"),
            "\"08:00-18:00 up=fast\": \"fast\" is no rate like 100K, 2M or 0");
  EXPECT_EQ(wrong("08:00-18:00 sideways=1"),
            "\"08:00-18:00 sideways=1\": \"sideways\" is neither up nor down");
  EXPECT_EQ(wrong("08:00-18:00 up=1 up=2"), "\"08:00-18:00 up=1 up=2\": up is said twice");
  EXPECT_EQ(wrong(""), "\"\": a time like 08:00-18:00 is missing");
  for (const char* line :
       {"08:00-08:00 up=1", "24:00-08:00 up=1", "08:60-09:00 up=1", "25:00-09:00 up=1",
        "08:00-24:01 up=1", "08:00 up=1", "- 08:00-09:00 up=1", "mon- 08:00-09:00 up=1",
        ",mon 08:00-09:00 up=1", "0x:00-09:00 up=1"})
    EXPECT_NE(wrong(line), "nothing") << line;
  EXPECT_FALSE(Schedule::parse(std::vector<std::string>(101, "08:00-18:00 up=1")));
}

TEST(Limits, TheLineGoesOverThePlainOnesAsFarAsItSaysSomething) {
  Limits limits({7, 9}, schedule({"08:00-18:00 up=100K", "22:00-06:00 up=0 down=0"}));
  EXPECT_EQ(limits.at(at(0, 7)), (RateLimits{7, 9}));
  EXPECT_EQ(limits.why(at(0, 7)), "");
  EXPECT_EQ(limits.at(at(0, 8)), (RateLimits{100 * kKiB, 9}));
  EXPECT_EQ(limits.why(at(0, 8)), "08:00-18:00 up=100K");
  EXPECT_EQ(limits.at(at(0, 23)), (RateLimits{0, 0}));
}

TEST(Limits, WhatIsSetByHandHoldsUntilTheScheduleChanges) {
  Limits limits({7, 9}, schedule({"08:00-18:00 up=100K"}));
  limits.set(5, {}, at(0, 9));
  EXPECT_EQ(limits.at(at(0, 10)), (RateLimits{5, 9}));
  EXPECT_EQ(limits.why(at(0, 10)), "by hand");
  limits.set({}, 6, at(0, 11));
  EXPECT_EQ(limits.at(at(0, 17)), (RateLimits{5, 6}));
  EXPECT_EQ(limits.at(at(0, 18)), (RateLimits{7, 9}));
  EXPECT_EQ(limits.at(at(1, 9)), (RateLimits{100 * kKiB, 9}));
  Limits plain({7, 9}, Schedule{});
  plain.set(5, 5, at(0, 9));
  EXPECT_EQ(plain.at(at(6, 23)), (RateLimits{5, 5})) << "without a schedule for good";
}

}  // namespace
}  // namespace p2p::transfer
