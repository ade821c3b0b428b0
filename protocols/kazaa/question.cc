#include "protocols/kazaa/question.h"

#include <algorithm>
#include <limits>

#include "protocols/base/bytes.h"
#include "protocols/base/keywords.h"
#include "protocols/kazaa/translate.h"

namespace p2p::kazaa {

namespace {

constexpr std::size_t kMaxTextWords = 64;  // of one text that are looked at

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

// What "about" means: a tenth off, a year or two.
std::uint64_t slack(Tag tag, std::uint64_t value) {
  return tag == Tag::year ? 2 : value / 10;
}

template <class T>
Range<T> range_of(Comparison comparison, T value, T slack) {
  constexpr T kMost = std::numeric_limits<T>::max();
  switch (comparison) {
    case Comparison::equals:
    case Comparison::contains: return {value, value};
    case Comparison::at_most: return {0, value};
    case Comparison::at_least: return {value, kMost};
    case Comparison::about:
      return {value - std::min(slack, value), value + std::min<T>(slack, kMost - value)};
    case Comparison::ignored: break;
  }
  return {};
}

Range<std::uint32_t> narrowed(const Range<std::uint64_t>& range) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  return {static_cast<std::uint32_t>(std::min(range.least, kMost)),
          static_cast<std::uint32_t>(std::min(range.most, kMost))};
}

template <class T>
Range<T> both(const Range<T>& a, const Range<T>& b) {
  return {std::max(a.least, b.least), std::min(a.most, b.most)};
}

bool is_known(Comparison comparison) {
  switch (comparison) {
    case Comparison::equals:
    case Comparison::at_most:
    case Comparison::about:
    case Comparison::at_least:
    case Comparison::contains: return true;
    case Comparison::ignored: break;
  }
  return false;
}

}  // namespace

std::string index_word(const Sha1& sha1) {
  constexpr std::size_t kDigits = 3;
  return "urnsha1" + to_hex(Bytes(sha1.bytes)).substr(0, kDigits);
}

std::optional<Question> Question::of(const QueryMessage& message) {
  Question question;
  bool asks = false;
  for (const Term& term : message.terms)
    asks = question.take(term) || asks;
  if (!asks) return {};
  question.lookup_.kind = kind_of(media_of(message.realm));
  return question;
}

// True when it says what to look for, and not only what to leave out.
bool Question::take(const Term& term) {
  if (!is_known(term.comparison)) return false;
  switch (term.tag) {
    case Tag::any: return take_any(term.text());
    case Tag::hash:
    case Tag::kzhash:
      if (!lookup_.uuhash) lookup_.uuhash = hash_of(term.value);
      return lookup_.uuhash.has_value();
    case Tag::sha1:
      if (!sha1_) sha1_ = sha1_from_base32(term.text());
      if (sha1_) lookup_.words.push_back(index_word(*sha1_));
      return sha1_.has_value();
    case Tag::year:
    case Tag::duration:
    case Tag::bitrate:
    case Tag::bit_depth:
    case Tag::rating:
    case Tag::size: return take_number(term);
    case Tag::resolution: return take_resolution(term);
    default: return is_text(term.tag) && take_text(term);
  }
}

bool Question::take_any(std::string_view text) {
  const bool has_star = text.find('*') != std::string_view::npos;
  if (!has_star) take_words(words_of(text, kMaxQueryWords), false);
  while (has_star && !text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    take_words(words_of(part), part.ends_with('*'));
  }
  return !any_words_.empty() || !lookup_.prefixes.empty();
}

void Question::take_words(std::vector<std::string> words, bool is_last_prefix) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (any_words_.size() + lookup_.prefixes.size() >= kMaxQueryWords) return;
    if (is_last_prefix && i + 1 == words.size()) {
      lookup_.prefixes.push_back(std::move(words[i]));
    } else {
      lookup_.words.push_back(words[i]);
      any_words_.push_back(std::move(words[i]));
    }
  }
}

bool Question::take_text(const Term& term) {
  TextTerm wanted;
  wanted.tag = term.tag;
  wanted.words = words_of(term.text());
  wanted.is_whole = term.comparison == Comparison::equals;
  if (wanted.words.empty()) return false;
  lookup_.words.insert(lookup_.words.end(), wanted.words.begin(), wanted.words.end());
  texts_.push_back(std::move(wanted));
  return true;
}

bool Question::take_number(const Term& term) {
  const auto value = number_of(term.value);
  if (!value) return false;
  const auto range = range_of(term.comparison, *value, slack(term.tag, *value));
  if (term.tag == Tag::size)
    lookup_.size_bytes = both(lookup_.size_bytes, range);
  else if (term.tag == Tag::bitrate)
    lookup_.bitrate_kbps = both(lookup_.bitrate_kbps, narrowed(range));
  else if (term.tag == Tag::duration)
    lookup_.duration_s = both(lookup_.duration_s, narrowed(range));
  else
    numbers_.push_back({term.tag, range});
  if (term.tag == Tag::year) lookup_.year = both(lookup_.year, narrowed(range));
  return true;
}

bool Question::take_resolution(const Term& term) {
  const auto value = resolution_of(term.value);
  if (!value) return false;
  const ResolutionTerm wanted{range_of(term.comparison, value->width, value->width / 10),
                              range_of(term.comparison, value->height, value->height / 10)};
  lookup_.width = both(lookup_.width, wanted.width);
  lookup_.height = both(lookup_.height, wanted.height);
  resolutions_.push_back(wanted);
  return true;
}

bool Question::fits_fields(const Tags& tags) const {
  if (sha1_ && tags.sha1() != sha1_) return false;
  for (const TextTerm& term : texts_) {
    const std::vector<std::string> words = words_of(tags.text(term.tag), kMaxTextWords);
    const auto has = [&](const std::string& word) { return contains(words, word); };
    if (!std::ranges::all_of(term.words, has)) return false;
    if (term.is_whole && words.size() != term.words.size()) return false;
  }
  for (const NumberTerm& term : numbers_)
    if (!term.range.holds(tags.number(term.tag).value_or(0))) return false;
  for (const ResolutionTerm& term : resolutions_) {
    const Resolution has = tags.resolution().value_or(Resolution{});
    if (!term.width.holds(has.width) || !term.height.holds(has.height)) return false;
  }
  return true;
}

bool Question::fits(const File& file) const {
  if (lookup_.uuhash && file.hash != *lookup_.uuhash) return false;
  if (!lookup_.size_bytes.holds(file.size_bytes) ||
      !lookup_.bitrate_kbps.holds(file.tags.number_or_0(Tag::bitrate)) ||
      !lookup_.duration_s.holds(file.tags.number_or_0(Tag::duration)) || !fits_fields(file.tags))
    return false;
  const FileKind kind = file_kind(file.tags.text(Tag::name));  // a reply does not tell the media
  if (lookup_.kind != FileKind::any && kind != FileKind::any && kind != lookup_.kind) return false;
  if (any_words_.empty() && lookup_.prefixes.empty()) return true;
  std::vector<std::string> words;
  file.tags.for_each([&](const TagValue& tag) {
    if (!is_text(tag.tag)) return;
    for (std::string& word : words_of(text_of(tag.value), kMaxTextWords))
      words.push_back(std::move(word));
  });
  const auto begins = [&](const std::string& prefix) {
    return std::ranges::any_of(words, [&](const std::string& w) { return w.starts_with(prefix); });
  };
  return std::ranges::all_of(any_words_,
                             [&](const std::string& w) { return contains(words, w); }) &&
         std::ranges::all_of(lookup_.prefixes, begins);
}

}  // namespace p2p::kazaa
