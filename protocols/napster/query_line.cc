#include "protocols/napster/query_line.h"

#include "protocols/napster/message.h"

namespace p2p::napster {

namespace {

// Shares of kMaxSearchBytes; the limits after them are short.
constexpr std::size_t kMaxContainsBytes = 1000;
constexpr std::size_t kMaxExcludesBytes = 500;

void add_word(std::string& words, std::string_view word, std::string_view tail = {}) {
  if (words.size() + word.size() + 2 > kMaxContainsBytes) return;
  if (!words.empty()) words += ' ';
  words += word;
  words += tail;
}

std::string contained(const Query& query, ClauseSet set) {
  std::string words;
  for (const std::string& word : query.words)
    add_word(words, word);
  if (set == ClauseSet::extended) {
    for (const std::string& prefix : query.prefixes)
      add_word(words, prefix, "*");
  } else if (words.empty()) {
    // Whole words only: better the few that end where the prefix does than nothing.
    for (const std::string& prefix : query.prefixes)
      add_word(words, prefix);
  }
  return words;
}

void add_excluded(Line& line, const Query& query) {
  std::size_t used = 0;
  for (const std::string& word : query.excluded) {
    constexpr std::string_view kClause = "FILENAME EXCLUDES";
    used += word.size() + kClause.size() + 4;
    if (used > kMaxExcludesBytes) return;
    line.word(kClause).quoted(word);
  }
}

void add_limit(Line& line, std::string_view field, std::string_view comparison,
               std::uint64_t value) {
  line.word(field).quoted(comparison);
  // As real clients write them: the speed bare, the others quoted.
  if (field == "LINESPEED")
    line.number(value);
  else
    line.quoted(std::to_string(value));
}

template <class T>
void add_range(Line& line, std::string_view field, const Range<T>& range) {
  if (range.is_everything()) return;
  if (range.least == range.most) {
    add_limit(line, field, "EQUAL TO", range.least);
    return;
  }
  if (range.least > 0) add_limit(line, field, "AT LEAST", range.least);
  if (range.most != Range<T>{}.most) add_limit(line, field, "AT BEST", range.most);
}

}  // namespace

std::string search_clauses(const Query& query, ClauseSet set) {
  const std::string words = contained(query, set);
  if (words.empty()) return {};
  Line line;
  line.word("FILENAME CONTAINS").quoted(words);
  if (query.limit > 0) line.word("MAX_RESULTS").number(query.limit);
  if (set == ClauseSet::extended) add_excluded(line, query);
  add_range(line, "LINESPEED", query.link_speed);
  add_range(line, "BITRATE", query.bitrate_kbps);
  add_range(line, "FREQ", query.sample_rate_hz);
  if (set == ClauseSet::extended) {
    add_range(line, "SIZE", query.size_bytes);
    add_range(line, "DURATION", query.duration_s);
    if (query.kind != FileKind::any) line.word("TYPE").word(to_text(query.kind));
  }
  return line.text();
}

}  // namespace p2p::napster
