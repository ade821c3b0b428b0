// Rates as people type them: "100K", "2M", "0". Bytes a second; K, M and G are powers of 1024.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace p2p::api {

// Nothing for what is no rate, and for more than a TiB a second.
inline std::optional<std::uint64_t> parse_rate(std::string_view text) {
  constexpr std::uint64_t kMost = 1ULL << 40U;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return {};
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  unsigned shift = 0;
  if (unit == "K" || unit == "k") shift = 10;
  if (unit == "M" || unit == "m") shift = 20;
  if (unit == "G" || unit == "g") shift = 30;
  if ((shift == 0 && !unit.empty()) || number > (kMost >> shift)) return {};
  return number << shift;
}

}  // namespace p2p::api
