#include "protocols/napster/search_clauses.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "protocols/base/bytes.h"
#include "protocols/base/keywords.h"
#include "protocols/base/letters.h"
#include "protocols/napster/message.h"

namespace p2p::napster {

namespace {

constexpr std::string_view kInvalid = "invalid search request";
constexpr std::string_view kNoWords = "search failed: request contained no valid words";

// The fields of the line, laxer than split(): a quote that does not close takes the rest.
class LaxFields {
 public:
  explicit LaxFields(std::string_view line) : rest_(line) { skip_blanks(); }

  bool empty() const { return rest_.empty(); }
  std::optional<std::string_view> next() {
    if (rest_.empty()) return {};
    std::string_view field;
    if (rest_.front() == '"') {
      rest_.remove_prefix(1);
      field = cut(rest_.find('"'));
      if (!rest_.empty()) rest_.remove_prefix(1);
    } else {
      field = cut(rest_.find_first_of(kBlanks));
    }
    skip_blanks();
    return field;
  }

 private:
  static constexpr std::string_view kBlanks = " \t\r\n";

  std::string_view cut(std::size_t length) {
    const std::string_view field = rest_.substr(0, length);
    rest_.remove_prefix(field.size());
    return field;
  }
  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
  }

  std::string_view rest_;
};

class Clauses {
 public:
  explicit Clauses(std::string_view payload) : fields_(payload) {}

  Result<SearchRequest> parse(std::uint32_t most_results) {
    request_.query.limit = 0;
    while (!fields_.empty() && error_.empty())
      clause(*fields_.next());
    if (!error_.empty()) return fail(Errc::malformed, error_);
    if (request_.query.asks_nothing()) return fail(Errc::refused, std::string(kNoWords));
    std::uint32_t& limit = request_.query.limit;
    limit = limit == 0 ? most_results : std::min(limit, most_results);
    return std::move(request_);
  }

 private:
  void clause(std::string_view keyword) {
    Query& query = request_.query;
    if (equal_without_case(keyword, "FILENAME")) return filename();
    if (equal_without_case(keyword, "MAX_RESULTS")) {
      if (const auto count = value()) query.limit = clamped<std::uint32_t>(*count);
      return;
    }
    if (equal_without_case(keyword, "LINESPEED")) return limit(query.link_speed);
    if (equal_without_case(keyword, "BITRATE")) return limit(query.bitrate_kbps);
    if (equal_without_case(keyword, "FREQ")) return limit(query.sample_rate_hz);
    if (equal_without_case(keyword, "SIZE")) return limit(query.size_bytes);
    if (equal_without_case(keyword, "DURATION")) return limit(query.duration_s);
    if (equal_without_case(keyword, "TYPE")) return type();
    if (equal_without_case(keyword, "WMA-FILE")) {
      request_.extension = ".wma";
      return;
    }
    if (equal_without_case(keyword, "LOCAL") || equal_without_case(keyword, "LOCAL_ONLY"))
      return;  // we have no linked servers
    invalid();
  }

  void filename() {
    const auto how = fields_.next();
    const auto text = fields_.next();
    if (!how || !text) return invalid();
    if (equal_without_case(*how, "CONTAINS")) return contains(*text);
    if (equal_without_case(*how, "EXCLUDES")) return add_words(*text, request_.query.excluded);
    invalid();
  }

  void contains(std::string_view text) {
    LaxFields parts(text);
    while (auto part = parts.next()) {
      Query& query = request_.query;
      if (part->size() > 1 && part->front() == '-') {
        add_words(part->substr(1), query.excluded);
      } else if (part->size() > 1 && part->back() == '*') {
        std::vector<std::string> words = words_of(*part);
        if (words.empty()) continue;
        add(std::move(words.back()), query.prefixes);
        words.pop_back();
        for (std::string& word : words)
          add(std::move(word), query.words);
      } else {
        add_words(*part, query.words);
      }
    }
  }

  static void add_words(std::string_view text, std::vector<std::string>& to) {
    for (std::string& word : words_of(text))
      add(std::move(word), to);
  }
  static void add(std::string word, std::vector<std::string>& to) {
    if (to.size() < kMaxQueryWords && std::ranges::find(to, word) == to.end())
      to.push_back(std::move(word));
  }

  // op number. Limits of one field combine.
  template <class T>
  void limit(Range<T>& range) {
    const std::optional<std::string_view> first = fields_.next();
    if (!first) return invalid();
    std::string op(*first);
    if (equal_without_case(op, "AT") || equal_without_case(op, "EQUAL")) {  // unquoted
      const auto second = fields_.next();
      if (!second) return invalid();
      op += ' ';
      op += *second;
    }
    const bool least = equal_without_case(op, "AT LEAST");
    const bool most = equal_without_case(op, "AT BEST");
    const bool equal = equal_without_case(op, "EQUAL TO");
    if (!least && !most && !equal) {
      error_ = escaped(op, 32) + ": invalid comparison for search";
      return;
    }
    const auto wanted = value();
    if (!wanted) return;
    const T bound = clamped<T>(*wanted);
    if (least || equal) range.least = std::max(range.least, bound);
    if (most || equal) range.most = std::min(range.most, bound);
  }

  void type() {
    const auto name = fields_.next();
    if (!name) return invalid();
    const std::string folded = lowered(*name);
    if (folded == "mp3") {
      request_.extension = ".mp3";
      return;
    }
    const std::optional<FileKind> kind = file_kind_from_text(folded);
    if (!kind && folded != "any") return invalid();
    request_.query.kind = kind.value_or(FileKind::any);
    request_.with_other = true;
  }

  std::optional<std::uint64_t> value() {
    const auto field = fields_.next();
    const auto parsed = field ? number(*field) : std::nullopt;
    if (!parsed) invalid();
    return parsed;
  }

  template <class T>
  static T clamped(std::uint64_t value) {
    return static_cast<T>(std::min<std::uint64_t>(value, std::numeric_limits<T>::max()));
  }
  void invalid() { error_ = kInvalid; }

  LaxFields fields_;
  SearchRequest request_;
  std::string error_;
};

}  // namespace

bool SearchRequest::fits_name(std::string_view name) const {
  return name.size() >= extension.size() &&
         equal_without_case(name.substr(name.size() - extension.size()), extension);
}

Result<SearchRequest> parse_search(std::string_view payload, std::uint32_t most_results) {
  return Clauses(payload).parse(most_results);
}

}  // namespace p2p::napster
