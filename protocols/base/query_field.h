// The fields that people type into searches and filters: `size>1M`, `year>=1957`, `ext:flac`.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "protocols/base/query.h"

namespace p2p {

inline constexpr std::string_view kTypedBlanks = " \t\r\n\v\f";

// "name>=value" in its parts; `op` is one of < <= > >= =, and empty when it is no field. A colon is
// as good as "=".
struct Field {
  std::string name;  // in lower case
  std::string_view op;
  std::string_view value;
};
Field field_of(std::string_view part);

// "700", "1K", "2G": with the powers of 1024 that people mean by them.
std::optional<std::uint64_t> parse_number(std::string_view text);

// Narrows the range; false when nothing could satisfy it, as less than none.
template <class T>
bool narrow(Range<T>& range, std::string_view op, std::uint64_t number) {
  constexpr std::uint64_t kMost = std::numeric_limits<T>::max();
  if (number > kMost) return false;
  if ((op == ">" && number == kMost) || (op == "<" && number == 0)) return false;
  const T value = static_cast<T>(number);
  if (op == ">") range.least = std::max(range.least, static_cast<T>(value + 1));
  if (op == ">=" || op == "=") range.least = std::max(range.least, value);
  if (op == "<") range.most = std::min(range.most, static_cast<T>(value - 1));
  if (op == "<=" || op == "=") range.most = std::min(range.most, value);
  return true;
}

}  // namespace p2p
