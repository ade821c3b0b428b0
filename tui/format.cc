#include "tui/format.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace p2p::tui {

std::string size_text(std::uint64_t bytes) {
  constexpr std::array kUnits{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (value >= 1023.95 && unit < 5)
    value /= 1024, ++unit;
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.1f %s", value, kUnits.at(unit));
  return text.data();
}

std::string size_short(std::uint64_t bytes) {
  constexpr std::string_view kUnits = "BKMGTPE";
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 999.5 && unit < 6)
    value /= 1024, ++unit;
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), unit > 0 && value < 9.95 ? "%.1f%c" : "%.0f%c", value,
                kUnits[unit]);
  return text.data();
}

std::string rate_text(std::uint64_t bytes_per_s) {
  return bytes_per_s == 0 ? "-" : size_text(bytes_per_s) + "/s";
}

std::string claimed_text(std::uint64_t bytes_per_s) {
  return bytes_per_s == 0 ? "-" : "≈" + size_short(bytes_per_s) + "/s";
}

std::string range_text(std::uint64_t begin, std::uint64_t end) {
  constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double from = static_cast<double>(begin);
  double to = static_cast<double>(end);
  std::size_t unit = 0;
  while (to >= 1023.95 && unit < 6)
    from /= 1024, to /= 1024, ++unit;
  std::array<char, 64> text{};
  const int digits = unit > 0 && to < 9.95 ? 1 : 0;
  std::snprintf(text.data(), text.size(), "%.*f-%.*f %s", digits, from, digits, to,
                kUnits.at(unit));
  return text.data();
}

std::string time_text(std::uint64_t seconds) {
  constexpr std::uint64_t kDay = 86400;
  std::array<char, 64> text{};
  if (seconds >= kDay) {
    return std::to_string(seconds / kDay) + "d " + std::to_string(seconds % kDay / 3600) + "h";
  }
  if (seconds >= 3600) {
    std::snprintf(text.data(), text.size(), "%d:%02d:%02d", static_cast<int>(seconds / 3600),
                  static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  } else {
    std::snprintf(text.data(), text.size(), "%d:%02d", static_cast<int>(seconds / 60),
                  static_cast<int>(seconds % 60));
  }
  return text.data();
}

std::string count_text(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3; at -= 3)
    text.insert(at - 3, 1, ',');
  return text;
}

std::string count_short(std::uint64_t count) {
  if (count < 1000) return std::to_string(count);
  std::array<char, 40> text{};
  const bool million = count >= 999'950;
  std::snprintf(text.data(), text.size(), "%.1f%c",
                static_cast<double>(count) / (million ? 1e6 : 1e3), million ? 'M' : 'k');
  return text.data();
}

std::string plural(std::uint64_t count, const char* word) {
  return count_text(count) + ' ' + word + (count == 1 ? "" : "s");
}

std::string_view spinner_sign(std::int64_t now_ms) {
  constexpr std::array<std::string_view, 10> kSpinner{"⠋", "⠙", "⠹", "⠸", "⠼",
                                                      "⠴", "⠦", "⠧", "⠇", "⠏"};
  return kSpinner[static_cast<std::size_t>(now_ms / 1000) % kSpinner.size()];
}

int percent(std::uint64_t have, std::uint64_t whole) {
  if (whole == 0) return 0;
  const double part = static_cast<double>(have) / static_cast<double>(whole);
  return static_cast<int>(std::min(part, 1.0) * 100);  // rounds down: 100 means all of it
}

std::string bar_text(std::uint64_t have, std::uint64_t whole, int cells) {
  const int full = percent(have, whole) * cells / 100;
  std::string text;
  for (int i = 0; i < cells; ++i)
    text += i < full ? "█" : "·";
  return text;
}

std::string spark_text(std::span<const std::uint64_t> values, std::size_t cells) {
  constexpr std::array kBars{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const std::uint64_t top = values.empty() ? 0 : *std::ranges::max_element(values);
  std::string text(cells - std::min(cells, values.size()), ' ');
  for (const std::uint64_t value : values.last(std::min(cells, values.size()))) {
    const double part = top == 0 ? 0 : static_cast<double>(value) / static_cast<double>(top);
    text += value == 0 ? " " : kBars[std::min(static_cast<std::size_t>(part * 8), std::size_t{7})];
  }
  return text;
}

std::string clock_text(std::int64_t wall_ms, std::int32_t seconds_east_of_utc) {
  constexpr std::int64_t kDay = 86'400'000;
  const std::int64_t local = wall_ms + std::int64_t{seconds_east_of_utc} * 1000;
  const int ms = static_cast<int>((local % kDay + kDay) % kDay);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d:%02d.%03d", ms / 3'600'000, ms / 60'000 % 60,
                ms / 1000 % 60, ms % 1000);
  return text.data();
}

std::uint64_t seconds_between(std::int64_t since_ms, std::int64_t until_ms) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(until_ms - since_ms, 0) / 1000);
}

}  // namespace p2p::tui
