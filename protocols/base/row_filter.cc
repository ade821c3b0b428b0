#include "protocols/base/row_filter.h"

#include <algorithm>
#include <array>
#include <utility>

#include "protocols/base/keywords.h"
#include "protocols/base/letters.h"
#include "protocols/base/query_field.h"

namespace p2p {

namespace {

constexpr std::size_t kMaxTyped = 4096;  // bytes that count; nobody types more

bool is_typed_blank(char c) {
  return kTypedBlanks.find(c) != std::string_view::npos;
}

std::string without_quotes(std::string_view text) {
  std::string out(text);
  std::erase(out, '"');
  return out;
}

// Where the part that begins at `at` ends: at a blank or a '|' that is in no quotes.
std::size_t part_end(std::string_view text, std::size_t at) {
  bool quoted = false;
  for (; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (!quoted && (text[at] == '|' || is_typed_blank(text[at]))) break;
  }
  return at;
}

}  // namespace

RowFilter::RowFilter(std::string_view typed) {
  typed = typed.substr(0, kMaxTyped);
  for (std::size_t at = 0; at < typed.size();) {
    if (is_typed_blank(typed[at]))
      ++at;
    else
      read_clause(typed, at);
  }
}

void RowFilter::read_clause(std::string_view typed, std::size_t& at) {
  Clause clause;
  bool unfinished = false;
  const std::size_t begin = at;
  clause.excludes = typed[at] == '-';
  if (clause.excludes) ++at;
  for (;;) {
    const std::size_t end = part_end(typed, at);
    const std::string_view part = typed.substr(at, end - at);
    Term term;
    const Reading reading = part.starts_with('"') ? Reading::text : read_field(part, term);
    if (reading == Reading::misread) misread_.push_back({at, end});
    unfinished = unfinished || reading == Reading::unfinished;
    term.typed = fold(without_quotes(part));
    if (part.empty())  // the sign is all that was typed: the one before it, or '|' behind it
      unfinished_.push_back({std::max(at, begin + 1) - 1, std::max(at, begin + 1)});
    else if (term.typed.empty() || reading == Reading::unfinished)
      unfinished_.push_back({at, end});
    if (term.kind == Kind::text) term.text = term.typed;
    if (!term.typed.empty() && reading != Reading::unfinished)
      clause.any.push_back(std::move(term));
    at = end;
    if (at >= typed.size() || typed[at] != '|') break;
    ++at;
  }
  if (!clause.any.empty() && !unfinished) clauses_.push_back(std::move(clause));
}

RowFilter::Reading RowFilter::read_field(std::string_view part, Term& term) {
  using Known = std::pair<std::string_view, Kind>;
  static constexpr std::array kFields{Known{"size", Kind::size},     Known{"src", Kind::sources},
                                      Known{"rate", Kind::rate},     Known{"type", Kind::type},
                                      Known{"ext", Kind::extension}, Known{"user", Kind::user},
                                      Known{"have", Kind::stock},    Known{"slot", Kind::slot}};
  const Field field = field_of(part);
  const bool is_name = !field.name.empty() && std::ranges::all_of(field.name, is_lower_letter);
  if (field.op.empty() || !is_name) return Reading::text;  // "12:30" is a time
  const auto known = std::ranges::find(kFields, field.name, &Known::first);
  if (known == kFields.end()) return Reading::misread;
  const std::string value = without_quotes(field.value);
  if (value.empty()) return Reading::unfinished;
  Term read;
  read.kind = known->second;
  const bool is_number =
      read.kind == Kind::size || read.kind == Kind::sources || read.kind == Kind::rate;
  const bool good = is_number ? read_number(field.op, value, read)
                              : field.op == "=" && read_word(field.name, value, read);
  if (!good) return Reading::misread;
  term = std::move(read);
  return Reading::field;
}

bool RowFilter::read_number(std::string_view op, std::string_view value, Term& term) {
  const auto number = parse_number(value);
  return number && narrow(term.range, op, *number);
}

bool RowFilter::read_word(std::string_view name, std::string_view value, Term& term) {
  term.text = fold(value);
  if (name == "type") {
    const auto kind = file_kind_from_text(value);
    if (kind) term.file_kind = *kind;
    return kind.has_value();
  }
  const bool yes = term.text == "yes";
  const bool no = term.text == "no";
  if (name == "have") {
    term.stock = yes ? Stock::have : no ? Stock::no : Stock::queued;
    return yes || no || term.text == "queued";
  }
  term.yes = yes;
  return name != "slot" || yes || no;
}

bool RowFilter::holds(const Term& term, const RowFacts& row) {
  switch (term.kind) {
    case Kind::text: return row.name.find(term.text) != std::string_view::npos;
    case Kind::size: return term.range.holds(row.size_bytes);
    case Kind::sources: return term.range.holds(row.sources);
    case Kind::rate: return term.range.holds(row.rate_bps);
    case Kind::extension: return row.extension == term.text;
    case Kind::type: return term.file_kind == FileKind::any || row.kind == term.file_kind;
    case Kind::user: return row.users.find(term.text) != std::string_view::npos;
    case Kind::stock: return row.stock == term.stock;
    case Kind::slot: return row.free_slot == term.yes;
  }
  return true;
}

bool RowFilter::passes(const RowFacts& row) const {
  return std::ranges::all_of(clauses_, [&](const Clause& clause) {
    return clause.excludes !=
           std::ranges::any_of(clause.any, [&](const Term& term) { return holds(term, row); });
  });
}

bool RowFilter::passes_text(std::string_view text) const {
  return std::ranges::all_of(clauses_, [&](const Clause& clause) {
    return clause.excludes != std::ranges::any_of(clause.any, [&](const Term& term) {
             return text.find(term.typed) != std::string_view::npos;
           });
  });
}

bool RowFilter::asks(Kind kind) const {
  return std::ranges::any_of(clauses_, [&](const Clause& clause) {
    return std::ranges::find(clause.any, kind, &Term::kind) != clause.any.end();
  });
}

}  // namespace p2p
