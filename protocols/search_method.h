// SearchMethod: how a node of a network without an index looks for files (docs/search-methods.md).
// The words are those of configuration files and of scenarios.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace p2p {

enum class SearchMethod : std::uint8_t {
  flood,     // to all neighbours, who pass it on
  ring,      // floods with TTL 1, 2, ... until enough was found
  walk,      // walkers, each at one node at a time
  directed,  // to the neighbour that brought most hits so far, who floods
};

inline constexpr std::array<std::string_view, 4> kSearchMethods{"flood", "ring", "walk",
                                                                "directed"};  // as in the enum

constexpr std::string_view to_text(SearchMethod method) {
  return kSearchMethods[static_cast<std::size_t>(method)];
}
constexpr std::optional<SearchMethod> search_method(std::string_view word) {
  for (std::size_t i = 0; i < kSearchMethods.size(); ++i)
    if (kSearchMethods[i] == word) return static_cast<SearchMethod>(i);
  return {};
}

}  // namespace p2p
