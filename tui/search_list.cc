// The list of the Search screen: columns, and what stands in each row.
#include <algorithm>
#include <array>

#include "tui/format.h"
#include "tui/odd_name.h"
#include "tui/search_view.h"
#include "tui/search_words.h"
#include "tui/source_name.h"

namespace p2p::tui {

namespace {

using Kind = ResultLine::Kind;

constexpr std::array<Word, 2> kOpen{{{"▸", "closed"}, {"▾", "open"}}};
constexpr std::array<Word, 7> kMarks{{{"✓", "have it"},
                                      {"▼", "on its way"},
                                      {"!", "odd name"},
                                      {"●", "marked"},
                                      {"+", "new"},
                                      {"├", "source"},
                                      {"└", "source"}}};

std::string digest_cell(const std::string& digest) {
  return digest.empty() ? "-" : digest.substr(digest.rfind(':') + 1).substr(0, 8);
}

std::string_view result_order_name(char column) {
  switch (column) {
    case 'n': return "name";
    case 's': return "size";
    case 'r': return "rate";
    case 't': return "type";
    case 'd': return "digest";
    default: return "sources";
  }
}

std::string_view group_name(Grouping grouping) {
  switch (grouping) {
    case Grouping::digest: break;
    case Grouping::folder: return "folder";
    case Grouping::user: return "user";
    case Grouping::none: return "none";
  }
  return "digest";
}

std::string_view result_sign(const api::ResultRow& row, api::Have have) {
  switch (have) {
    case api::Have::have: return "✓";
    case api::Have::queued: return "▼";
    case api::Have::no: break;
  }
  return is_odd(row) ? "!" : "";
}

std::string best_rate(std::uint64_t bps, bool claims) {
  return claims ? claimed_text(bps) : rate_text(bps);
}

// "marge · free slot · 1.1 MiB/s"
std::string source_text(const api::SourceRow& source) {
  std::string text = source_name(source);
  if (!source.state.empty()) text += " · " + source.state;
  if (source.rate_bps > 0) text += " · " + best_rate(source.rate_bps, source.claims);
  return text;
}

std::string size_cell(std::uint64_t bytes, bool narrow) {
  return narrow ? size_short(bytes) : size_text(bytes);
}

}  // namespace

// The selection goes along into another grouping.
void SearchView::follow_group(const api::Snapshot& snapshot) {
  if (!regrouped_) return;
  const std::uint32_t result = *std::exchange(regrouped_, std::nullopt);
  if (result >= snapshot.results.size()) return;
  if (const auto key = rows_.near(snapshot.results[result], result)) table().aim(*key);
}

std::string SearchView::title(const api::Snapshot& snapshot) {
  const api::SearchRow* search = shown_search(snapshot);
  std::string text = plural(rows_.order().size(), "file") + " · " +
                     plural(search == nullptr ? 0 : search->sources, "source");
  if (const std::size_t marked = places_[wanted_].marked.size(); marked > 0)
    text += " · " + count_text(marked) + " marked";
  if (!ignored_.empty()) text += " · " + plural(ignored_.size(), "user") + " ignored";
  return text;
}

std::vector<Column> SearchView::columns(int width) const {
  const Order order = order_;
  // How far it is opened and what it is; marked or new.
  const bool narrow = width < kNarrow;
  std::vector<Column> out{{"", 2, 9, true, {}, 0}, {"", 1, 9, true}};
  if (narrow) out = {{"", 1, 9, true, {}, 0}, {"", 1, 9, true, {}, 0}};
  if (looks_.plain) out = {{"", 1, 9, true, kOpen}, {"", 1, 9, true, kMarks}};
  out.push_back({narrow ? Title("Name") : head("Name", 'n', order, false)});
  if (narrow) {
    out.push_back({"Size", 5, 3});
    out.push_back({"Src", 4, 4});
    return out;
  }
  out.push_back({head("Size", 's', order, true), 10, 5});
  if (grouping_ == Grouping::none)
    out.push_back({"User", 14, 6, true});
  else
    out.push_back({head("Src", 'c', order, true), 5, 6});
  out.push_back({head("Best rate", 'r', order, true), 11, 2});
  out.push_back({head("Type", 't', order, false), 5, 3, true});
  out.push_back({head("Digest", 'd', order, false), 8, 1, true});
  return out;
}

TableRow SearchView::file_row(const ResultLine& line, std::size_t place,
                              const api::Snapshot& snapshot, bool narrow) {
  const api::ResultRow& row = snapshot.results[line.result];
  const ResultFacts& facts = rows_.order().facts(line.result);
  const api::Have have = rows_.order().have(row, line.result);
  const bool is_answer = line.kind == Kind::answer;
  const api::Millis came = rows_.order().came_ms(line.result);
  const bool is_new = came > seen_ms_ && snapshot.now_ms - came < kNews;
  const bool is_marked = places_[wanted_].marked.contains(row.key);

  std::string open;
  if (!is_answer && rows_.is_open(place))
    open = "▾";
  else
    open = !is_answer && facts.sources > 1 ? "▸" : " ";
  std::string what(result_sign(row, have));
  std::string note = is_marked ? "●" : is_new ? "+" : "";
  TableRow out;
  if (looks_.ascii && !looks_.plain && have != api::Have::no) {
    out.tail = have == api::Have::have ? " [have]" : " [get]";
    what.clear();
  }
  out.style = have == api::Have::have ? Style::good : Style::text;
  const Style noted = is_marked ? Style::accent : is_new ? Style::dim : out.style;
  if (narrow || looks_.plain) {
    if (!is_marked && !what.empty()) note = what;
    out.styles = {out.style, is_marked || what.empty() ? noted : out.style};
  } else {
    open += what;
    out.styles = {out.style, noted};
  }
  if (line.is_inside) out.lead = "  ";
  const api::SourceRow* source =
      is_answer && line.source < row.sources.size() ? &row.sources[line.source] : nullptr;
  std::string who = (row.digest.empty() ? "≈" : "") + std::to_string(facts.sources);
  if (source != nullptr && grouping_ == Grouping::none && !narrow) who = source_name(*source);
  out.cells = {open,
               note,
               row.name,
               size_cell(row.size_bytes, narrow),
               who,
               source != nullptr ? best_rate(source->rate_bps, source->claims)
                                 : best_rate(facts.rate_bps, facts.claims),
               facts.extension,
               digest_cell(row.digest)};
  return out;
}

TableRow SearchView::head_row(const ResultLine& line, std::size_t place, bool narrow) const {
  const ResultHead& head = rows_.head(line);
  const bool is_user = grouping_ == Grouping::user;
  TableRow out;
  out.style = Style::header;
  out.tail = " · " + plural(head.files, "file");
  out.cells = {rows_.is_open(place) ? "▾" : "▸",
               "",
               head.name.empty() ? "(no folder)" : head.name,
               size_cell(head.bytes, narrow),
               is_user ? "" : std::to_string(head.sources),
               best_rate(head.rate_bps, head.claims)};
  return out;
}

TableRow SearchView::source_row(const ResultLine& line, const api::Snapshot& snapshot,
                                bool narrow) const {
  const api::ResultRow& row = snapshot.results[line.result];
  const std::string branch = line.is_last ? "└" : "├";
  TableRow out;
  out.style = Style::dim;
  out.lead = narrow ? " " : line.is_inside ? "     " : "   ";
  out.is_wide = true;
  const bool apart = narrow || looks_.plain;
  out.cells = {apart ? "" : " " + branch, apart ? branch : ""};
  if (line.kind == Kind::more)
    out.lead += count_text(line.source) +
                key_words_(" more · {open} to show, {add-sources} adds all as sources");
  else if (line.source < row.sources.size())
    out.cells.push_back(source_text(row.sources[line.source]));
  return out;
}

ListView SearchView::list(const api::Snapshot& snapshot, int width) {
  Place& place = places_[wanted_];
  const ResultRows::How how{{order_, filter().text(), ignored_}, grouping_, place.opened};
  const bool by_themselves = rows_.make(snapshot, how);
  if (shown_ != snapshot.search || !(how == how_))
    place.table.hold(false);
  else if (by_themselves)
    place.table.hold(true);
  how_ = how;
  shown_ = snapshot.search;
  follow_group(snapshot);

  const std::string order =
      std::string(result_order_name(order_.column)) + (order_.reverse ? " ▲" : " ▼");
  const std::string group(group_name(grouping_));
  ListView view;
  view.title = title(snapshot);
  view.right = "group: " + group + " · sort: " + order;
  constexpr int kChips = 60;  // from this width on there is room for words
  view.brief = width >= kChips ? search_chips(snapshot, width / 2, looks_)
                               : search_number(snapshot) + " " + count_text(rows_.order().size());
  if (!place.marked.empty()) view.brief += " · " + count_text(place.marked.size()) + " marked";
  if (grouping_ != Grouping::digest) view.brief += " · " + group;
  view.brief += " · " + order;
  view.empty = why_empty(snapshot, rows_.size() == 0 ? rows_.order().size() : 0,
                         rows_.order().ignored(), key_words_);
  view.keys = rows_.keys();
  view.columns = columns(width);
  view.row = [this, &snapshot, narrow = width < kNarrow](std::size_t i) {
    const ResultLine& line = rows_.line(i);
    switch (line.kind) {
      case Kind::file:
      case Kind::answer: break;
      case Kind::source:
      case Kind::more: return source_row(line, snapshot, narrow);
      case Kind::head: return head_row(line, i, narrow);
    }
    return file_row(line, i, snapshot, narrow);
  };
  return view;
}

}  // namespace p2p::tui
