// A Query as the clauses of a search message, 200 (napster.md section 4).
//
//   FILENAME CONTAINS "two words" MAX_RESULTS 100 BITRATE "AT LEAST" "128"
#pragma once

#include <cstdint>
#include <string>

#include "protocols/base/query.h"

namespace p2p::napster {

enum class ClauseSet : std::uint8_t {
  extended,  // with FILENAME EXCLUDES, SIZE, DURATION, TYPE and prefixes as "pre*"
  standard,  // what every server knows; what it cannot say is left to matches() at home
};

// Never longer than kMaxSearchBytes: words that do not fit are left out, which widens the search.
// Empty when nothing is left to ask for (a digest only): Napster searches by words.
std::string search_clauses(const Query& query, ClauseSet set);

// opennap-ng closes the connection without a word above 2048 bytes.
inline constexpr std::size_t kMaxSearchBytes = 2000;

}  // namespace p2p::napster
