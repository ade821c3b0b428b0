#include "tui/log_view.h"

#include <algorithm>

#include "servent/filter/filter.h"

#include "tui/format.h"
#include "tui/frame.h"

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

Style level_style(api::LogLevel level) {
  switch (level) {
    case api::LogLevel::debug: return Style::dim;
    case api::LogLevel::info: return Style::text;
    case api::LogLevel::warn: return Style::warn;
    case api::LogLevel::error: return Style::bad;
  }
  return Style::text;
}

}  // namespace

std::optional<api::Request> LogView::command(std::string_view command, Desk& /*desk*/) {
  if (command == "level") level_ = static_cast<api::LogLevel>((static_cast<int>(level_) + 1) % 4);
  if (command == "next-error") table().select(error_below(table().selected_key()));
  if (command == "follow") table().command("first");
  return std::nullopt;
}

int LogView::details_height(int /*height*/) const {
  return 4;
}

std::string LogView::look() {
  return View::look() + std::string(level_name(level_));
}

ListView LogView::list(const api::Snapshot& snapshot, int /*width*/) {
  const auto& rows = snapshot.log;
  const Filter words(filter().text());
  shown_.clear();
  keys_.clear();
  errors_.clear();
  for (std::size_t i = rows.size(); i > 0; --i) {
    const api::LogRow& row = rows[i - 1];
    if (row.level < level_ || !words.passes(row.room + ' ' + row.text)) continue;
    shown_.push_back(i - 1);
    keys_.push_back(row.number);
    if (row.level == api::LogLevel::error) errors_.push_back(row.number);
  }
  ListView view;
  const std::string level(level_name(level_));
  view.title = "Log · " + level + (level_ == api::LogLevel::error ? "" : " and above");
  view.right = table().selected() == 0 ? "following" : "newest first";
  view.brief = level + " · " + count_text(shown_.size()) + " of " + plural(rows.size(), "line");
  view.empty = rows.empty()    ? "Nothing happened yet"
               : words.empty() ? key_words_("Nothing of this level: {level} changes it")
                               : hides_all(rows.size());
  view.keys = keys_;
  view.follows = true;
  view.columns = {
      {"Time", 12, 2, true}, {"Level", 5, 3, true}, {"Room", 5, 1, true}, {"What happened"}};
  view.row = [this, rows](std::size_t i) {
    const api::LogRow& row = rows[shown_[i]];
    return TableRow{{clock_text(row.wall_ms, seconds_east_), std::string(level_name(row.level)),
                     row.room, row.text},
                    level_style(row.level)};
  };
  return view;
}

std::uint64_t LogView::error_below(std::uint64_t number) const {
  if (errors_.empty()) return 0;
  const auto older =
      std::ranges::find_if(errors_, [&](std::uint64_t error) { return error < number; });
  return older == errors_.end() ? errors_.front() : *older;
}

void LogView::draw_details(Surface& out, const Rect& box, bool boxes,
                           const api::Snapshot& snapshot) {
  const Rect in = draw_box(out, box, {"Selected", place_text(), ""}, boxes);
  const std::size_t place = table().selected();
  if (place >= shown_.size() || shown_[place] >= snapshot.log.size()) return;
  const api::LogRow& row = snapshot.log[shown_[place]];
  Shown rest = out.shown(row.text);
  for (int y = in.y; y < in.y + in.height && rest.width() > 0; ++y) {
    const int used = out.put(in.x, y, rest, level_style(row.level), in.width);
    if (used == 0) return;
    rest = rest.last(rest.width() - used);
  }
}

}  // namespace p2p::tui
