#include "tui/downloads_view.h"

#include <algorithm>

#include "servent/api/rate.h"
#include "servent/filter/filter.h"

#include "tui/bar.h"
#include "tui/download_pane.h"
#include "tui/format.h"
#include "tui/frame.h"

namespace p2p::tui {
namespace {

using api::DownloadRow;
using api::DownloadState;

std::string_view download_sign(DownloadState state) {
  switch (state) {
    case DownloadState::running: return "▼";
    case DownloadState::waiting:
    case DownloadState::paused: return "‖";
    case DownloadState::retrying:
    case DownloadState::checking: return "↻";
    case DownloadState::no_source:
    case DownloadState::failed: return "✗";
    case DownloadState::done: return "✓";
  }
  return "";
}

constexpr std::array<Word, 5> kDownloadSigns{
    {{"▼", "running"}, {"‖", "waiting"}, {"↻", "retrying"}, {"✗", "stopped"}, {"✓", "done"}}};

// What moves comes first, what is over comes last.
int state_rank(DownloadState state) {
  switch (state) {
    case DownloadState::running: return 0;
    case DownloadState::checking: return 1;
    case DownloadState::waiting: return 2;
    case DownloadState::retrying: return 3;
    case DownloadState::paused: return 4;
    case DownloadState::no_source: return 5;
    case DownloadState::failed: return 6;
    case DownloadState::done: return 7;
  }
  return 8;
}

std::string time_left(const DownloadRow& row) {
  if (row.state == DownloadState::done) return "done";
  if (row.state != DownloadState::running || row.rate_bps == 0) return "-";
  return time_text((row.size_bytes - std::min(row.have_bytes, row.size_bytes)) / row.rate_bps);
}

bool before(const DownloadRow& a, const DownloadRow& b, char column) {
  switch (column) {
    case 'n': return Filter::folded(a.name) < Filter::folded(b.name);
    case 's': return a.size_bytes > b.size_bytes;
    case 'p': return percent(a.have_bytes, a.size_bytes) > percent(b.have_bytes, b.size_bytes);
    case 'r': return a.rate_bps > b.rate_bps;
    case 'o': return false;  // as they are
    default: return state_rank(a.state) < state_rank(b.state);
  }
}

std::string summary(const std::vector<DownloadRow>& rows) {
  const auto count = [&](auto is) { return std::ranges::count_if(rows, is); };
  const auto running =
      count([](const DownloadRow& row) { return row.state == DownloadState::running; });
  const auto done = count([](const DownloadRow& row) { return row.state == DownloadState::done; });
  const auto failed =
      count([](const DownloadRow& row) { return row.state == DownloadState::failed; });
  std::string text = std::to_string(running) + " running, " +
                     std::to_string(std::ssize(rows) - running - done - failed) + " waiting, " +
                     std::to_string(done) + " done";
  if (failed > 0) text += ", " + std::to_string(failed) + " failed";
  return text;
}

std::string_view download_order_name(char column) {
  switch (column) {
    case 'n': return "name";
    case 's': return "size";
    case 'p': return "progress";
    case 'r': return "rate";
    case 'o': return "own order";
    default: return "state";
  }
}

}  // namespace

void DownloadsView::learn(const api::Snapshot& snapshot, Desk& desk) {
  std::vector<Download> now;
  now.reserve(snapshot.downloads.size());
  for (const DownloadRow& row : snapshot.downloads) {
    const auto old = std::ranges::find(downloads_, row.id, &Download::id);
    const bool changed =
        old != downloads_.end() ? old->state != row.state : seen_any_ && snapshot.revision != 0;
    if (changed && row.state == DownloadState::done)
      desk.tell((row.verified ? "Complete and verified: " : "Complete, unverified: ") + row.name);
    if (changed && row.state == DownloadState::failed)
      desk.tell("Failed, " + row.reason + ": " + row.name);
    now.push_back({row.id, row.state, row.name, row.have_bytes, row.priority, row.in_order});
  }
  downloads_ = std::move(now);
  seen_any_ = true;
}

std::optional<api::Request> DownloadsView::command(std::string_view command, Desk& desk) {
  if (command == "sort")
    choose_order(desk, "t state  n name  s size  p progress  r rate  o own order");
  if (command == "clear") return clear(desk);
  const auto id = static_cast<std::uint32_t>(table().selected_key());
  const auto row = std::ranges::find(downloads_, id, &Download::id);
  if (table().empty() || row == downloads_.end()) return std::nullopt;
  const bool done = row->state == DownloadState::done;
  if (done && (command == "pause" || command == "retry" || command == "cancel")) {
    desk.say(key_words_("It is complete: {clear} takes it from the list, the file stays"));
    return std::nullopt;
  }
  if (command == "pause") return api::PauseDownload{id, row->state != DownloadState::paused};
  if (command == "retry") return api::RetryDownload{id};
  if (command == "find-sources" && !done) {
    desk.say("Asking the networks for more sources");
    return api::FindSources{id};
  }
  if (command == "move-up") return api::MoveDownload{id, api::Where::up};
  if (command == "move-down") return api::MoveDownload{id, api::Where::down};
  if (command == "cancel")
    desk.ask({"Cancel and delete " + size_text(row->have_bytes) + " of ", row->name, "? y/N",
              api::CancelDownload{id}});
  return done ? std::nullopt : change(command, *row, desk);
}

std::optional<api::Request> DownloadsView::clear(Desk& desk) {
  const auto over = std::ranges::count_if(downloads_, [](const Download& row) {
    return row.state == DownloadState::done || row.state == DownloadState::failed;
  });
  if (over == 0) {
    desk.say(key_words_("Nothing is over yet: {cancel} cancels what still comes"));
    return std::nullopt;
  }
  desk.offer_undo(plural(static_cast<std::uint64_t>(over), "row") + " cleared",
                  api::RestoreCleared{});
  return api::ClearFinished{};
}

std::optional<api::Request> DownloadsView::change(std::string_view command, const Download& row,
                                                  Desk& desk) {
  const int step = command == "raise" ? 1 : command == "lower" ? -1 : 0;
  if (step != 0) {
    constexpr int kHigh = static_cast<int>(api::Priority::high);
    const int next = std::clamp(static_cast<int>(row.priority) + step, 0, kHigh);
    return api::ChangeDownload{row.id, {}, static_cast<api::Priority>(next), {}};
  }
  if (command == "in-order") return api::ChangeDownload{row.id, {}, {}, !row.in_order};
  if (command == "limit")
    desk.type({"Limit (100K): ", "",
               [&desk, id = row.id](const std::string& text) -> std::optional<api::Request> {
                 if (const auto rate = api::parse_rate(text))
                   return api::ChangeDownload{id, *rate, {}, {}};
                 desk.say("Say a rate like 100K; 0 is no limit");
                 return std::nullopt;
               }});
  return std::nullopt;
}

int DownloadsView::details_height(int height) const {
  return std::clamp(height / 2 - 2, 8, 20);
}

bool DownloadsView::moves(const api::Snapshot& snapshot) const {
  return std::ranges::any_of(snapshot.downloads, [](const DownloadRow& row) {
    return row.state == DownloadState::retrying;
  });
}

ListView DownloadsView::list(const api::Snapshot& snapshot, int width) {
  const auto& rows = snapshot.downloads;
  const Filter words(filter().text());
  const Order order = order_;
  shown_.clear();
  keys_.clear();
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (words.passes(rows[i].name)) shown_.push_back(i);
  std::ranges::stable_sort(
      shown_, [&](std::size_t a, std::size_t b) { return before(rows[a], rows[b], order.column); });
  if (order.reverse) std::ranges::reverse(shown_);
  for (const std::size_t i : shown_)
    keys_.push_back(rows[i].id);

  ListView view;
  view.title = "Downloads · " + summary(rows);
  view.right =
      "sort: " + std::string(download_order_name(order.column)) + (order.reverse ? " ▲" : "");
  view.brief = summary(rows);
  if (snapshot.disk.is_low)
    view.foot = "disk nearly full, " + size_text(snapshot.disk.free_bytes) + " left";
  view.empty = rows.empty() ? key_words_("No downloads: find something on 1 Search and press {get}")
                            : hides_all(rows.size());
  view.keys = keys_;
  const int bar = width >= 96 ? 20 : width >= 76 ? 10 : 0;
  const bool narrow = width < kNarrow;
  view.columns = {{"", 1, 9, true, kDownloadSigns},
                  {head("Name", 'n', order, false)},
                  {head("Progress", 'p', order, true),
                   bar == 0 ? 8 : bar,
                   bar == 0 ? -1 : 2,
                   true,
                   {},
                   1,
                   true},
                  {"%", 4, 8},
                  {head("Size", 's', order, true), narrow ? 5 : 10, 3},
                  {head("Rate", 'r', order, true), 11, 7},
                  {"Src", 5, 1},
                  {"Left", 7, 4}};
  view.row = [this, &rows, bar, narrow, now = snapshot.now_ms](std::size_t i) {
    const DownloadRow& row = rows[shown_[i]];
    const std::string sources =
        std::to_string(row.sources_active) + '/' + std::to_string(row.sources.size());
    return TableRow{
        {std::string(download_sign(row.state)), row.name, segments_text(row, bar),
         std::to_string(percent(row.have_bytes, row.size_bytes)),
         narrow ? size_short(row.size_bytes) : size_text(row.size_bytes), state_text(row, now),
         row.state == DownloadState::done ? "-" : sources, time_left(row)},
        style_of(row)};
  };
  return view;
}

void DownloadsView::draw_details(Surface& out, const Rect& box, bool boxes,
                                 const api::Snapshot& snapshot) {
  const std::size_t place = table().selected();
  const bool any = place < shown_.size() && shown_[place] < snapshot.downloads.size();
  const DownloadRow* row = any ? &snapshot.downloads[shown_[place]] : nullptr;
  const std::string title = any ? sanitize(row->name).middle_cut(60).text() : "Selected";
  const Rect in = draw_box(out, box, {title, place_text(), ""}, boxes);
  const std::int64_t clock_ms =
      snapshot.epoch_ms == 0 ? 0 : snapshot.epoch_ms + std::int64_t{seconds_east_} * 1000;
  if (any) draw_download(out, in, *row, snapshot.now_ms, clock_ms, key_words_);
}

}  // namespace p2p::tui
