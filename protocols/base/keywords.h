// The one tokeniser: the catalogue, the directory, routing tables and queries must agree on what
// a word is (performance.md, section 1, "From user text to MATCH").
//
//   text -> valid UTF-8 (bytes that are not are read as Latin-1) -> case and accents folded
//        -> runs of letters, digits and the marks that follow them
//        -> runs of Han, Hiragana, Katakana and Hangul become overlapping pairs (one alone stays)
//        -> words of one ASCII letter dropped, at most 64 bytes each
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace p2p {

inline constexpr std::size_t kMaxWordBytes = 64;

// Lower case without accents: "Été" -> "ete", "Straße" -> "strasse", full-width -> ASCII,
// ligatures apart. Output is UTF-8.
std::string fold(std::string_view text);

// The words of `text` in their order, folded, each once, at most `limit`.
std::vector<std::string> words_of(std::string_view text, std::size_t limit = 32);

// As words_of, into storage the caller keeps (no allocation once it has grown): for the paths that
// run a million times.
void words_into(std::string_view text, std::size_t limit, std::vector<std::string>& out);

// A word of one Han, kana or Hangul character. Texts carry such characters as pairs, so alone it
// can only be the start of a word.
bool is_half_pair(std::string_view word);

// The part of a shared name that is searched: the last `folders` folders and the file name.
std::string_view searched_part(std::string_view name, std::size_t folders = 1);

}  // namespace p2p
