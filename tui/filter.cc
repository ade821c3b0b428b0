#include "tui/filter.h"

#include <algorithm>

#include "protocols/base/keywords.h"

namespace p2p::tui {

Filter::Filter(std::string_view typed) {
  const std::string text = fold(typed);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) words_.push_back(text.substr(at, end - at));
    at = end + 1;
  }
}

bool Filter::passes_folded(std::string_view text) const {
  return std::ranges::all_of(
      words_, [&](const std::string& word) { return text.find(word) != std::string_view::npos; });
}

std::string Filter::folded(std::string_view text) {
  return fold(text);
}

}  // namespace p2p::tui
