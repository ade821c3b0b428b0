#include "servent/transfer/limits.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "protocols/base/bytes.h"
#include "protocols/base/letters.h"

#include "servent/api/rate.h"

namespace p2p::transfer {

namespace {

constexpr unsigned kDayMinutes = 24 * 60;
constexpr std::array<std::string_view, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::vector<std::string_view> blank_parted(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty())
    if (const std::string_view word = take_until(text, ' '); !word.empty()) words.push_back(word);
  return words;
}

std::optional<std::size_t> day_of(std::string_view name) {
  const auto* at = std::ranges::find(kDays, name);
  if (at == kDays.end()) return {};
  return static_cast<std::size_t>(at - kDays.begin());
}

// "mon-fri,sun"; "sat-mon" goes over the end of the week.
bool read_days(std::string_view text, std::array<bool, 7>& days) {
  while (!text.empty()) {
    std::string_view part = take_until(text, ',');
    const bool is_range = part.find('-') != std::string_view::npos;
    const auto first = day_of(take_until(part, '-'));
    const auto last = is_range ? day_of(part) : first;
    if (!first || !last) return false;
    for (std::size_t day = *first;; day = (day + 1) % 7) {
      days.at(day) = true;
      if (day == *last) break;
    }
  }
  return true;
}

std::optional<unsigned> read_two(std::string_view text) {
  unsigned number = 0;
  if (text.size() != 2) return {};
  const auto [end, error] = std::from_chars(text.data(), text.data() + 2, number);
  if (error != std::errc() || end != text.data() + 2) return {};
  return number;
}

std::optional<unsigned> read_clock(std::string_view text) {
  const auto hour = read_two(take_until(text, ':'));
  const auto minute = read_two(text);
  if (!hour || !minute || *minute > 59 || *hour * 60 + *minute > kDayMinutes) return {};
  return *hour * 60 + *minute;
}

bool read_times(std::string_view text, Schedule::Line& line) {
  const auto from = read_clock(take_until(text, '-'));
  const auto to = read_clock(text);
  if (!from || !to || *from == *to || *from == kDayMinutes) return false;
  line.from = *from;
  line.to = *to;
  return true;
}

// Empty, or what is wrong.
std::string read_limit(std::string_view word, Schedule::Line& line) {
  const std::string_view name = take_until(word, '=');
  if (name != "up" && name != "down") return "\"" + escaped(name, 20) + "\" is neither up nor down";
  const auto rate = api::parse_rate(word);
  if (!rate) return '"' + escaped(word, 20) + "\" is no rate like 100K, 2M or 0";
  auto& limit = name == "up" ? line.up : line.down;
  if (limit) return std::string(name) + " is said twice";
  limit = rate;
  return {};
}

std::string read_line(Schedule::Line& line) {
  std::vector<std::string_view> words = blank_parted(line.text);
  line.days.fill(true);
  if (!words.empty() && words[0].find(':') == std::string_view::npos) {
    line.days.fill(false);
    if (!read_days(words[0], line.days))
      return '"' + escaped(words[0], 40) + "\" names no days like mon-fri or sat,sun";
    words.erase(words.begin());
  }
  if (words.empty()) return "a time like 08:00-18:00 is missing";
  if (!read_times(words[0], line))
    return '"' + escaped(words[0], 40) + "\" is no time like 08:00-18:00";
  if (words.size() == 1) return "up=RATE or down=RATE is missing";
  for (std::size_t i = 1; i < words.size(); ++i)
    if (std::string wrong = read_limit(words[i], line); !wrong.empty()) return wrong;
  return {};
}

bool covers(const Schedule::Line& line, const WeekTime& now) {
  const bool over_midnight = line.to <= line.from;
  if (now.minute >= line.from)
    return line.days.at(now.day) && (over_midnight || now.minute < line.to);
  return over_midnight && now.minute < line.to && line.days.at((now.day + 6) % 7);
}

}  // namespace

Result<Schedule> Schedule::parse(const std::vector<std::string>& lines) {
  if (lines.size() > kMostLines)
    return fail(Errc::too_long, "more than " + std::to_string(kMostLines) + " lines of limits");
  Schedule out;
  for (const std::string& text : lines) {
    Line line;
    line.text = text;
    if (const std::string wrong = read_line(line); !wrong.empty())
      return fail(Errc::malformed, '"' + escaped(text, 80) + "\": " + wrong);
    out.lines_.push_back(std::move(line));
  }
  return out;
}

const Schedule::Line* Schedule::at(const WeekTime& now) const {
  const auto line = std::ranges::find_if(lines_, [&](const Line& one) { return covers(one, now); });
  return line == lines_.end() ? nullptr : &*line;
}

unsigned Schedule::until_change(const WeekTime& now) const {
  unsigned least = kDayMinutes - now.minute;  // another day may have other lines
  const auto boundary = [&](unsigned minute) {
    if (minute > now.minute) least = std::min(least, minute - now.minute);
  };
  for (const Line& line : lines_) {
    boundary(line.from);
    boundary(line.to);
  }
  return least;
}

RateLimits Limits::scheduled(const WeekTime& now) const {
  const Schedule::Line* line = schedule_.at(now);
  if (line == nullptr) return plain_;
  return {line->up.value_or(plain_.up), line->down.value_or(plain_.down)};
}

std::string Limits::line(const WeekTime& now) const {
  const Schedule::Line* line = schedule_.at(now);
  return line == nullptr ? std::string() : line->text;
}

void Limits::forget(const WeekTime& now) {
  if (by_hand_ && line(now) != line_then_) by_hand_.reset();
}

void Limits::set(std::optional<std::uint64_t> up, std::optional<std::uint64_t> down,
                 const WeekTime& now) {
  const RateLimits before = at(now);
  by_hand_ = {up.value_or(before.up), down.value_or(before.down)};
  line_then_ = line(now);
}

RateLimits Limits::at(const WeekTime& now) {
  forget(now);
  return by_hand_ ? *by_hand_ : scheduled(now);
}

std::string Limits::why(const WeekTime& now) {
  forget(now);
  return by_hand_ ? "by hand" : line(now);
}

}  // namespace p2p::transfer
