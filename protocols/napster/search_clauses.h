// The text of a search (200) as a Query (napster.md, section 4).
//
//   clause = FILENAME CONTAINS text | FILENAME EXCLUDES text | MAX_RESULTS n | LOCAL | LOCAL_ONLY
//          | (LINESPEED | BITRATE | FREQ | SIZE | DURATION) op n
//          | TYPE (any | mp3 | audio | video | application | image | text) | WMA-FILE
//   op     = AT LEAST | AT BEST | EQUAL TO          AT BEST means "at most"
//
// Clauses in any order, without case; values quoted or bare. In a text, `-word` excludes and
// `word*` matches the start of a word.
#pragma once

#include <string>
#include <string_view>

#include "protocols/base/query.h"
#include "protocols/base/result.h"

namespace p2p::napster {

struct SearchRequest {
  Query query;
  bool with_other = false;  // TYPE was given: files shared with 10300 count too
  std::string extension;    // ".mp3", ".wma": names must end so; lower case, empty for any
  bool fits_name(std::string_view name) const;
};

// The error's detail is what the searcher must be told with 404. `most_results` is the server's
// limit and stands in for a MAX_RESULTS of 0 or none.
Result<SearchRequest> parse_search(std::string_view payload, std::uint32_t most_results);

}  // namespace p2p::napster
