// What somebody who mistyped a word may have meant: for settings, commands and scenario files.
#pragma once

#include <span>
#include <string_view>

namespace p2p {

// The one of `words` that takes the fewest edits (Levenshtein) to become `word`; empty when even
// that is more than half of the word away. Only the first 64 bytes are looked at.
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> words);

}  // namespace p2p
