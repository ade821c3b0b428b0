#include "tui/log_view.h"

#include <algorithm>

#include "tui/filter.h"
#include "tui/format.h"

namespace p2p::tui {
namespace {

std::string_view level_name(api::LogLevel level) {
  switch (level) {
    case api::LogLevel::debug: return "debug";
    case api::LogLevel::info: return "info";
    case api::LogLevel::warn: return "warn";
    case api::LogLevel::error: return "error";
  }
  return "";
}

Style style_of(api::LogLevel level) {
  switch (level) {
    case api::LogLevel::debug: return Style::dim;
    case api::LogLevel::info: return Style::text;
    case api::LogLevel::warn: return Style::warn;
    case api::LogLevel::error: return Style::bad;
  }
  return Style::text;
}

}  // namespace

ListView LogView::list(const api::Snapshot& snapshot, const std::string& filter,
                       api::LogLevel least, bool at_top, std::int32_t seconds_east_of_utc) {
  const auto& rows = snapshot.log;
  const Filter words(filter);
  shown_.clear();
  keys_.clear();
  errors_.clear();
  for (std::size_t i = rows.size(); i > 0; --i) {
    const api::LogRow& row = rows[i - 1];
    if (row.level < least || !words.passes(row.room + ' ' + row.text)) continue;
    shown_.push_back(i - 1);
    keys_.push_back(row.number);
    if (row.level == api::LogLevel::error) errors_.push_back(row.number);
  }
  ListView view;
  const std::string level(level_name(least));
  view.title = "Log · " + level + (least == api::LogLevel::error ? "" : " and above");
  view.right = at_top ? "following" : "newest first";
  view.brief = level + " · " + count_text(shown_.size()) + " of " + plural(rows.size(), "line");
  view.empty = rows.empty() ? "Nothing happened yet"
               : filter.empty()
                   ? "Nothing of this level: L changes it"
                   : "Filter hides all " + count_text(rows.size()) + ": Esc shows them";
  view.keys = keys_;
  view.columns = {
      {"Time", 12, 2, true}, {"Level", 5, 3, true}, {"Room", 5, 1, true}, {"What happened"}};
  view.row = [this, rows, seconds_east_of_utc](std::size_t i) {
    const api::LogRow& row = rows[shown_[i]];
    return TableRow{{clock_text(row.wall_ms, seconds_east_of_utc),
                     std::string(level_name(row.level)), row.room, row.text},
                    style_of(row.level)};
  };
  return view;
}

const api::LogRow* LogView::row(const api::Snapshot& snapshot, std::size_t place) const {
  return place < shown_.size() && shown_[place] < snapshot.log.size() ? &snapshot.log[shown_[place]]
                                                                      : nullptr;
}

std::uint64_t LogView::error_below(std::uint64_t number) const {
  if (errors_.empty()) return 0;
  const auto older =
      std::ranges::find_if(errors_, [&](std::uint64_t error) { return error < number; });
  return older == errors_.end() ? errors_.front() : *older;
}

void draw_log_row(Surface& out, const Rect& in, const api::LogRow& row) {
  Shown rest = out.shown(row.text);
  for (int y = in.y; y < in.y + in.height && rest.width() > 0; ++y) {
    const int used = out.put(in.x, y, rest, style_of(row.level), in.width);
    if (used == 0) return;
    rest = rest.last(rest.width() - used);
  }
}

}  // namespace p2p::tui
