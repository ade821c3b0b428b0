#include "servent/lab/digits.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <string_view>

namespace p2p::lab {

namespace {

constexpr double kPlainBelow = 1e15;
constexpr double kPlainFrom = 1e-4;

int magnitude(double value) {
  return static_cast<int>(std::floor(std::log10(std::abs(value))));
}

bool is_plain(double value) {
  return value == 0 || (std::abs(value) < kPlainBelow && std::abs(value) >= kPlainFrom);
}

}  // namespace

std::string digits(double value, int decimals) {
  if (!std::isfinite(value)) return "-";
  std::array<char, 64> out{};
  if (std::abs(value) >= kPlainBelow) {
    const auto end =
        std::to_chars(out.begin(), out.end(), value, std::chars_format::scientific, 3).ptr;
    return {out.data(), end};
  }
  const auto end =
      std::to_chars(out.begin(), out.end(), value, std::chars_format::fixed, decimals).ptr;
  std::string text(out.data(), end);
  const std::size_t sign = text[0] == '-' ? 1 : 0;
  for (std::size_t at = std::min(text.find('.'), text.size()); at > sign + 3; at -= 3)
    text.insert(at - 3, ",");
  return text;
}

std::string digits(double value) {
  if (!std::isfinite(value)) return "-";
  if (!is_plain(value)) {
    std::array<char, 64> out{};
    const auto end =
        std::to_chars(out.begin(), out.end(), value, std::chars_format::scientific, 3).ptr;
    return {out.data(), end};
  }
  if (std::floor(value) == value) return digits(value, 0);
  std::string text = digits(value, std::clamp(3 - magnitude(value), 0, 7));
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string short_digits(double value) {
  std::string_view letter;
  for (const std::string_view next : {" k", " M", " G", " T"}) {
    if (std::abs(value) < 999.5) break;
    value /= 1000;
    letter = next;
  }
  const int decimals = letter.empty() || std::abs(value) >= 99.95 ? 0
                       : std::abs(value) < 9.995                  ? 2
                                                                  : 1;
  return digits(value, decimals).append(letter);
}

std::string counted(std::uint64_t count, std::string_view what) {
  std::string out = digits(static_cast<double>(count), 0) + ' ';
  out += what;
  return count == 1 ? out : out + 's';
}

std::string digits(const Value& value) {
  const auto* number = std::get_if<double>(&value);
  const bool is_whole = number != nullptr && std::floor(*number) == *number;
  return is_whole ? digits(*number) : to_text(value);
}

std::string digits(const Estimate& estimate) {
  if (!std::isfinite(estimate.half)) return digits(estimate.mean);
  if (!(estimate.half > 0)) return digits(estimate.mean) + " ± 0";
  if (!is_plain(estimate.half)) return digits(estimate.mean) + " ± " + digits(estimate.half);
  const int decimals = std::max(1 - magnitude(estimate.half), 0);
  return digits(estimate.mean, decimals) + " ± " + digits(estimate.half, decimals);
}

bool is_number(const std::string& text) {
  const std::size_t sign = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  if (text.size() <= sign) return text == "-";
  return std::isdigit(static_cast<unsigned char>(text[sign])) != 0;
}

}  // namespace p2p::lab
