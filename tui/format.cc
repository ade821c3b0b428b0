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

std::string rate_text(std::uint64_t bytes_per_s) {
  return bytes_per_s == 0 ? "-" : size_text(bytes_per_s) + "/s";
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

}  // namespace p2p::tui
