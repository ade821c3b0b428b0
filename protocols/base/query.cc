#include "protocols/base/query.h"

#include <algorithm>
#include <charconv>

#include "protocols/base/fold_table.h"
#include "protocols/base/keywords.h"

namespace p2p {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// Takes the next part off `text`: up to a blank, or what stands between quotes.
std::string_view next_part(std::string_view& text, bool& quoted) {
  constexpr std::string_view kBlanks = " \t\r\n\v\f";
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  quoted = !text.empty() && text.front() == '"';
  if (quoted) text.remove_prefix(1);
  const std::size_t end = quoted ? text.find('"') : text.find_first_of(kBlanks);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(text.size(), part.size() + (quoted ? 1 : 0)));
  return part;
}

// A word of one Han, kana or Hangul character. Indexed names carry such characters as pairs, so
// alone it can only be the start of one.
bool is_half_pair(std::string_view word) {
  if (word.size() < 3 || word.size() > 4) return false;
  const auto lead = static_cast<unsigned char>(word.front());
  if (word.size() != (lead >= 0xf0 ? 4U : lead >= 0xe0 ? 3U : 0U)) return false;
  char32_t c = lead & (word.size() == 4 ? 0x07U : 0x0fU);
  for (const char follow : word.substr(1))
    c = (c << 6U) | (static_cast<unsigned char>(follow) & 0x3fU);
  return class_of(c) == CharClass::pair;
}

void add_once(std::vector<std::string>& to, std::string word) {
  if (std::ranges::find(to, word) == to.end()) to.push_back(std::move(word));
}

// Into the words of the query; the last of them into its prefixes when `open_end`.
void add_words(Query& query, std::string_view text, bool open_end) {
  std::vector<std::string> words = words_of(text, kMaxQueryWords);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (query.words.size() + query.prefixes.size() >= kMaxQueryWords) return;
    const bool prefix = (open_end && i + 1 == words.size()) || is_half_pair(words[i]);
    add_once(prefix ? query.prefixes : query.words, std::move(words[i]));
  }
}

void exclude_words(Query& query, std::string_view text) {
  for (std::string& word : words_of(text, kMaxQueryWords))
    if (query.excluded.size() < kMaxQueryWords) add_once(query.excluded, std::move(word));
}

// "700", "1K", "2G": with the powers of 1024 that people mean by them.
std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return {};
  const std::string unit = lower(text.substr(static_cast<std::size_t>(end - text.data())));
  if (unit.empty()) return value;
  const std::size_t power = std::string_view("kmgt").find(unit.front()) + 1;
  if (power == 0 || unit.size() > 2 || (unit.size() == 2 && unit.back() != 'b')) return {};
  const auto shift = static_cast<unsigned>(power * 10);
  if (value > (std::numeric_limits<std::uint64_t>::max() >> shift)) return {};
  return value << shift;
}

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

bool add_limit(Query& query, std::string_view part) {
  const std::size_t at = part.find_first_of("<>=");
  if (at == std::string_view::npos) return false;
  const std::size_t op_size =
      at + 1 < part.size() && part[at] != '=' && part[at + 1] == '=' ? 2 : 1;
  const std::string name = lower(part.substr(0, at));
  const std::string_view op = part.substr(at, op_size);
  const auto number = parse_number(part.substr(at + op_size));
  if (!number) return false;
  if (name == "size") return narrow(query.size_bytes, op, *number);
  if (name == "bitrate") return narrow(query.bitrate_kbps, op, *number);
  if (name == "freq") return narrow(query.sample_rate_hz, op, *number);
  if (name == "duration") return narrow(query.duration_s, op, *number);
  if (name == "speed") return narrow(query.link_speed, op, *number);
  return false;
}

// Reads `part` as a field; false when it is none, and then nothing has changed.
bool add_field(Query& query, std::string_view part) {
  if (const auto digest = sha1_from_urn(part)) {
    query.sha1 = digest;
    return true;
  }
  const std::size_t colon = part.find(':');
  const std::string name = lower(part.substr(0, colon));
  if (colon != std::string_view::npos && name == "type") {
    const auto kind = file_kind_from_text(part.substr(colon + 1));
    if (kind) query.kind = *kind;
    return kind.has_value();
  }
  if (colon != std::string_view::npos && name == "ext") {
    add_words(query, part.substr(colon + 1), false);
    return true;
  }
  return add_limit(query, part);
}

bool has_prefix(const std::vector<std::string>& words, const std::string& prefix) {
  return std::ranges::any_of(words, [&](const std::string& w) { return w.starts_with(prefix); });
}

}  // namespace

Query parse_query(std::string_view text) {
  Query query;
  while (!text.empty()) {
    bool quoted = false;
    const std::string_view part = next_part(text, quoted);
    if (quoted) {
      add_words(query, part, false);
    } else if (part.starts_with('-') && part.size() > 1) {
      exclude_words(query, part.substr(1));
    } else if (!add_field(query, part)) {
      add_words(query, part, part.ends_with('*'));
    }
  }
  return query;
}

// A digest and a link speed are no part of a name and its fields: whoever knows them compares them.
bool matches(const Query& query, std::string_view name, std::uint64_t size_bytes,
             const MediaFields& media) {
  if (query.asks_nothing()) return false;
  if (!query.size_bytes.holds(size_bytes) || !query.bitrate_kbps.holds(media.bitrate_kbps) ||
      !query.sample_rate_hz.holds(media.sample_rate_hz) ||
      !query.duration_s.holds(media.duration_s))
    return false;
  if (query.kind != FileKind::any && query.kind != file_kind(name)) return false;
  const std::vector<std::string> words = words_of(searched_part(name));
  const auto has = [&](const std::string& w) { return std::ranges::find(words, w) != words.end(); };
  return std::ranges::all_of(query.words, has) && std::ranges::none_of(query.excluded, has) &&
         std::ranges::all_of(query.prefixes,
                             [&](const std::string& p) { return has_prefix(words, p); });
}

}  // namespace p2p
