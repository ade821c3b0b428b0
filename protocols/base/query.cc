#include "protocols/base/query.h"

#include <algorithm>

#include "protocols/base/keywords.h"
#include "protocols/base/query_field.h"

namespace p2p {

namespace {

// Takes the next part off `text`: up to a blank, or what stands between quotes. A quote behind a
// colon, `artist:"blue train"`, ends at the next one; the first stays in the part.
std::string_view next_part(std::string_view& text, bool& quoted) {
  text.remove_prefix(std::min(text.find_first_not_of(kTypedBlanks), text.size()));
  quoted = !text.empty() && text.front() == '"';
  if (quoted) text.remove_prefix(1);
  std::size_t end = quoted ? text.find('"') : text.find_first_of(kTypedBlanks);
  const std::size_t value = quoted ? std::string_view::npos : text.substr(0, end).find(":\"");
  const bool closes = quoted || value != std::string_view::npos;
  if (closes && !quoted) end = text.find('"', value + 2);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(text.size(), part.size() + (closes ? 1 : 0)));
  return part;
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

// Both sides of "1024x768", or neither.
bool add_resolution(Query& query, const Field& field) {
  const std::size_t cross = field.value.find_first_of("xX");
  if (cross == std::string_view::npos) return false;
  const auto width = parse_number(field.value.substr(0, cross));
  const auto height = parse_number(field.value.substr(cross + 1));
  Query narrowed = query;
  if (!width || !height || !narrow(narrowed.width, field.op, *width) ||
      !narrow(narrowed.height, field.op, *height))
    return false;
  query = std::move(narrowed);
  return true;
}

bool add_limit(Query& query, const Field& field) {
  if (field.name == "resolution") return add_resolution(query, field);
  const auto number = parse_number(field.value);
  if (!number) return false;
  if (field.name == "size") return narrow(query.size_bytes, field.op, *number);
  if (field.name == "bitrate") return narrow(query.bitrate_kbps, field.op, *number);
  if (field.name == "freq") return narrow(query.sample_rate_hz, field.op, *number);
  if (field.name == "duration") return narrow(query.duration_s, field.op, *number);
  if (field.name == "speed") return narrow(query.link_speed, field.op, *number);
  if (field.name == "year") return narrow(query.year, field.op, *number);
  if (field.name == "width") return narrow(query.width, field.op, *number);
  if (field.name == "height") return narrow(query.height, field.op, *number);
  return false;
}

// False without a word in it: then there is nothing to compare.
bool add_text(std::vector<std::string>& to, std::string_view value) {
  const std::vector<std::string> words = words_of(value, kMaxQueryWords);
  for (const std::string& word : words)
    if (to.size() < kMaxQueryWords) add_once(to, word);
  return !words.empty();
}

bool add_named(Query& query, const Field& field) {
  if (field.name == "artist") return add_text(query.texts.artist, field.value);
  if (field.name == "title") return add_text(query.texts.title, field.value);
  if (field.name == "album") return add_text(query.texts.album, field.value);
  if (field.name == "genre") return add_text(query.texts.genre, field.value);
  if (field.name == "type") {
    const auto kind = file_kind_from_text(field.value);
    if (kind) query.kind = *kind;
    return kind.has_value();
  }
  if (field.name == "ext") {
    add_words(query, field.value, false);
    return true;
  }
  return false;
}

bool add_digest(Query& query, std::string_view part) {
  if (const auto digest = sha1_from_urn(part)) {
    query.sha1 = digest;
    return true;
  }
  auto uuhash = uuhash_from_urn(part);
  if (!uuhash) uuhash = uuhash_from_sig2dat(part);
  if (uuhash) query.uuhash = uuhash;
  return uuhash.has_value();
}

// Reads `part` as a field; false when it is none, and then nothing has changed.
bool add_field(Query& query, std::string_view part) {
  if (add_digest(query, part)) return true;
  const Field field = field_of(part);
  if (field.op.empty()) return false;
  const bool is_colon = part[field.name.size()] == ':';
  return (is_colon && add_named(query, field)) || add_limit(query, field);
}

// Every one of these words is in the text. A half pair is the start of one.
bool holds_all(std::string_view text, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return true;
  const std::vector<std::string> words = words_of(text, kMaxTagWords);
  return std::ranges::all_of(wanted, [&](const std::string& want) {
    return std::ranges::any_of(words, [&](const std::string& word) {
      return is_half_pair(want) ? word.starts_with(want) : word == want;
    });
  });
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

std::string_view tag_asked(const Query& query) {
  if (!query.texts.artist.empty()) return "artist";
  if (!query.texts.title.empty()) return "title";
  if (!query.texts.album.empty()) return "album";
  if (!query.texts.genre.empty()) return "genre";
  if (!query.year.is_everything()) return "year";
  if (!query.width.is_everything()) return "width";
  if (!query.height.is_everything()) return "height";
  return query.uuhash ? "a UuHash" : "";
}

bool tags_fit(const Query& query, const FileTags& tags) {
  return query.year.holds(tags.year) && query.width.holds(tags.width) &&
         query.height.holds(tags.height) && holds_all(tags.artist, query.texts.artist) &&
         holds_all(tags.title, query.texts.title) && holds_all(tags.album, query.texts.album) &&
         holds_all(tags.genre, query.texts.genre);
}

// A digest and a link speed are no part of a name and its fields: whoever knows them compares them.
bool matches(const Query& query, std::string_view name, std::uint64_t size_bytes,
             const MediaFields& media, const FileTags& tags) {
  if (query.asks_nothing()) return false;
  if (!query.size_bytes.holds(size_bytes) || !query.bitrate_kbps.holds(media.bitrate_kbps) ||
      !query.sample_rate_hz.holds(media.sample_rate_hz) ||
      !query.duration_s.holds(media.duration_s))
    return false;
  if (query.kind != FileKind::any && query.kind != file_kind(name)) return false;
  if (!tags_fit(query, tags)) return false;
  const std::vector<std::string> words = words_of(searched_part(name));
  const auto has = [&](const std::string& w) { return std::ranges::find(words, w) != words.end(); };
  return std::ranges::all_of(query.words, has) && std::ranges::none_of(query.excluded, has) &&
         std::ranges::all_of(query.prefixes,
                             [&](const std::string& p) { return has_prefix(words, p); });
}

}  // namespace p2p
