// Limits: which rates hold now. The plain ones of the settings, unless a line of the schedule says
// else for this time of the week, unless they were set by hand. Pure: the wall clock is handed in.
//
//   [DAYS] HH:MM-HH:MM [up=RATE] [down=RATE]
//
//   DAYS: mon, mon-fri, sat,sun, mon-wed,fri; none: every day. The first line that fits holds, as
//   far as it says something; a time that goes over midnight belongs to the day on which it begins.
//   RATE: 100K, 2M, 0 (no limit): bytes a second (api/rate.h). 24:00 is the end of a day.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/result.h"

namespace p2p::transfer {

struct RateLimits {  // bytes a second; zero: none
  std::uint64_t up = 0;
  std::uint64_t down = 0;
  bool operator==(const RateLimits&) const = default;
};

struct WeekTime {
  unsigned day = 0;     // 0 Monday to 6 Sunday
  unsigned minute = 0;  // of the day
};

class Schedule {
 public:
  struct Line {
    std::string text;
    std::array<bool, 7> days{};
    unsigned from = 0;  // minutes of the day; `to` is not in it
    unsigned to = 0;    // not above `from`: on the next day
    std::optional<std::uint64_t> up;
    std::optional<std::uint64_t> down;
  };

  static constexpr std::size_t kMostLines = 100;

  // Of one mistake: the line as it stands there, and what it must be.
  static Result<Schedule> parse(const std::vector<std::string>& lines);

  const Line* at(const WeekTime& now) const;  // null: none
  // Minutes, at least one and at most a day, in which at() stays as it is.
  unsigned until_change(const WeekTime& now) const;
  bool empty() const { return lines_.empty(); }

 private:
  std::vector<Line> lines_;
};

class Limits {
 public:
  Limits(const RateLimits& plain, Schedule schedule)
      : plain_(plain),
        schedule_(std::move(schedule)) {}

  // By hand; it holds until another line of the schedule, or none, does.
  void set(std::optional<std::uint64_t> up, std::optional<std::uint64_t> down, const WeekTime& now);
  RateLimits at(const WeekTime& now);
  // Why: the line, "by hand", or nothing for the plain ones.
  std::string why(const WeekTime& now);
  const Schedule& schedule() const { return schedule_; }

 private:
  RateLimits scheduled(const WeekTime& now) const;
  std::string line(const WeekTime& now) const;
  void forget(const WeekTime& now);

  RateLimits plain_;
  Schedule schedule_;
  std::optional<RateLimits> by_hand_;
  std::string line_then_;  // that held when it was set, or nothing
};

}  // namespace p2p::transfer
