#include "tui/source_name.h"

#include <algorithm>

namespace p2p::tui {

std::string source_name(const api::SourceRow& source) {
  constexpr std::size_t kGuidDigits = 32;
  constexpr std::size_t kShort = 8;
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (source.user.size() != kGuidDigits || !std::ranges::all_of(source.user, is_digit))
    return source.user;
  return source.at.empty() ? source.user.substr(0, kShort) + "…" : source.at;
}

}  // namespace p2p::tui
