#include "tui/uploads_view.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "servent/api/rate.h"

#include "tui/format.h"
#include "tui/given_pane.h"
#include "tui/readmit.h"

namespace p2p::tui {

namespace {

constexpr std::array kUploadSigns{Word{"▲", "running"}, Word{"‖", "waiting"}};

std::string limit_text(std::uint64_t bytes_per_s) {
  return bytes_per_s == 0 ? "-" : rate_text(bytes_per_s);
}

std::string left_text(const api::UploadRow& row) {
  if (row.rate_bps == 0) return "-";
  return time_text((row.size_bytes - std::min(row.sent_bytes, row.size_bytes)) / row.rate_bps);
}

// When its turn is expected.
std::string turn_text(const api::UploadRow& row) {
  return row.wait_s > 0 ? time_text(row.wait_s) : "-";
}

std::string limits_text(const api::LimitsRow& limits) {
  if (limits.up_bps == 0 && limits.down_bps == 0) return "no limit";
  std::string text = "limits ▲ " + limit_text(limits.up_bps) + " ▼ " + limit_text(limits.down_bps);
  return limits.why.empty() ? text : text + " · " + limits.why;
}

std::string slots_text(const api::Snapshot& snapshot) {
  const auto runs = std::ranges::count(snapshot.uploads, 0U, &api::UploadRow::place);
  return "Uploads · " + std::to_string(runs) + " of " + plural(snapshot.limits.slots, "slot");
}

// "100K 2M": of uploads, then of downloads. Nothing when that is not what it says.
std::optional<api::SetLimits> limits_of(const std::string& text) {
  const std::size_t end = text.find_last_not_of(' ') + 1;
  const std::size_t begin = std::min(text.find_first_not_of(' '), end);
  const std::size_t blank = std::min(text.find(' ', begin), end);
  const std::size_t second = std::min(text.find_first_not_of(' ', blank), end);
  api::SetLimits wanted{api::parse_rate(text.substr(begin, blank - begin)), {}};
  if (second < end) wanted.down_bps = api::parse_rate(text.substr(second, end - second));
  if (wanted.up_bps && (second == end || wanted.down_bps)) return wanted;
  return std::nullopt;
}

void type_limits(Desk& desk) {
  desk.type({"Limits up, down (100K 2M): ", "",
             [&desk](const std::string& text) -> std::optional<api::Request> {
               if (const auto wanted = limits_of(text)) return *wanted;
               desk.say("Say up and down like 100K 2M; 0 is no limit");
               return std::nullopt;
             }});
}

void type_slots(Desk& desk) {
  desk.type(
      {"Uploads at once: ", "", [&desk](const std::string& text) -> std::optional<api::Request> {
         std::uint32_t slots = 0;
         const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), slots);
         const bool is_number = error == std::errc() && end == text.data() + text.size();
         if (is_number && slots <= api::kMostSlots) return api::SetSlots{slots, {}, {}};
         desk.say("Say a number from 0 to " + std::to_string(api::kMostSlots));
         return std::nullopt;
       }});
}

}  // namespace

void UploadsView::learn(const api::Snapshot& snapshot, Desk& /*desk*/) {
  uploads_.clear();
  for (const api::UploadRow& row : snapshot.uploads)
    uploads_.push_back({row.id, row.place > 0, row.user});
  blocked_ = unwanted_of(snapshot, api::Unwanted::blocked);
}

Table& UploadsView::table() {
  if (!is_split_) return View::table();
  return in_queue_ ? queue_table_ : running_table_;
}

std::vector<Table*> UploadsView::tables() {
  return {&View::table(), &running_table_, &queue_table_};
}

void UploadsView::focus_on(const Table* list) {
  if (is_split_) in_queue_ = list == &queue_table_;
}

std::string UploadsView::look() {
  return View::look() + (in_queue_ ? 'q' : 'r');
}

int UploadsView::details_height(int height) const {
  return std::clamp(height * 3 / 10, 7, 13);
}

bool UploadsView::moves(const api::Snapshot& snapshot) const {
  return std::ranges::any_of(snapshot.uploads,
                             [](const api::UploadRow& row) { return row.place > 0; });
}

std::optional<api::Request> UploadsView::command(std::string_view command, Desk& desk) {
  if (command == "limits") type_limits(desk);
  if (command == "slots") type_slots(desk);
  if (command == "unblock-user") type_readmission(desk, "Blocked", blocked_);
  if (command == "other-pane") in_queue_ = !in_queue_;
  const auto id = static_cast<std::uint32_t>(table().selected_key());
  const auto row = std::ranges::find(uploads_, id, &Upload::id);
  if (table().empty() || row == uploads_.end()) return std::nullopt;
  return of_upload(command, *row, desk);
}

std::optional<api::Request> UploadsView::of_upload(std::string_view command, const Upload& row,
                                                   Desk& desk) {
  if (command == "end-upload")
    desk.ask({"End the upload to ", row.user, "? y/N", api::EndUpload{row.id}});
  if (command == "block-user")
    desk.ask({"Give nothing more to ", row.user, "? y/N", api::BlockUser{row.id}});
  const bool moves = command == "move-up" || command == "move-down";
  if (moves && row.waits)
    return api::MoveUpload{row.id, command == "move-up" ? api::Where::up : api::Where::down};
  if (moves) desk.say("It runs already: only those who wait are moved");
  if (command != "limit-upload") return std::nullopt;
  if (row.waits) {
    desk.say("It waits: only an upload that runs has a limit of its own");
    return std::nullopt;
  }
  desk.type({"Limit of this upload (100K): ", "",
             [&desk, id = row.id](const std::string& text) -> std::optional<api::Request> {
               if (const auto rate = api::parse_rate(text)) return api::LimitUpload{id, *rate};
               desk.say("Say a rate like 100K; 0 is no limit");
               return std::nullopt;
             }});
  return std::nullopt;
}

// ---- what is drawn

ListView UploadsView::running(const api::Snapshot& snapshot) {
  running_.clear();
  const bool any_limit = std::ranges::any_of(
      snapshot.uploads, [](const api::UploadRow& row) { return row.limit_bps > 0; });
  for (const api::UploadRow& row : snapshot.uploads) {
    if (row.place > 0) continue;
    running_.add(row.id, {row.user, row.name, bar_text(row.sent_bytes, row.size_bytes, 16),
                          rate_text(row.rate_bps), left_text(row), limit_text(row.limit_bps)});
  }
  std::vector<Column> columns{{"Who", 14, 5, true}, {"File"},       {"Progress", 16, 2, true},
                              {"Rate", 11, 4},      {"Left", 7, 3}, {"Limit", 11, 1}};
  if (!any_limit) columns.pop_back();
  ListView out = running_.made(filter().text(), slots_text(snapshot),
                               "Nobody fetches anything from here now", std::move(columns));
  out.right = limits_text(snapshot.limits);
  return out;
}

ListView UploadsView::queue(const api::Snapshot& snapshot) {
  queue_.clear();
  for (const api::UploadRow& row : snapshot.uploads) {
    if (row.place == 0) continue;
    queue_.add(row.id, {std::to_string(row.place), row.user, row.name,
                        time_text(seconds_between(row.started_ms, snapshot.now_ms)), turn_text(row),
                        row.agent.empty() ? "unknown" : row.agent, row.reason});
  }
  const std::string title = "Queue · " + std::to_string(queue_.size());
  return queue_.made(filter().text(), title, "Nobody waits",
                     {{"#", 2, 6, true},
                      {"Who", 14, 5, true},
                      {"File"},
                      {"Waits", 6, 3},
                      {"Turn in", 7, 4},
                      {"Client", 13, 1, true},
                      {"Why", 19, 2, true}});
}

// Those who run, then those who wait.
ListView UploadsView::all(const api::Snapshot& snapshot, int width) {
  running_.clear();
  const bool narrow = width < 60;
  std::size_t waits = 0;
  for (const api::UploadRow& row : snapshot.uploads) {
    if (row.place > 0) ++waits;
    const std::string state = row.place > 0 ? "queue " + std::to_string(row.place)
                              : narrow      ? size_short(row.rate_bps) + "/s"
                                            : rate_text(row.rate_bps);
    running_.add(row.id, {row.place > 0 ? "‖" : "▲", row.name, row.user,
                          std::to_string(percent(row.sent_bytes, row.size_bytes)), state,
                          row.place > 0 ? row.reason : left_text(row) + " left"});
  }
  ListView out = running_.made(filter().text(),
                               slots_text(snapshot) + ", " + std::to_string(waits) + " waiting",
                               "Nobody fetches anything from here now",
                               {{"", 1, 9, true, kUploadSigns},
                                {"File"},
                                {"Who", narrow ? 8 : 16, 4, true},
                                {"%", 4, 2},
                                {"State", narrow ? 9 : 11, 6},
                                {"", 26, 1, true}});
  out.right = limits_text(snapshot.limits);
  out.brief = out.title.substr(std::string("Uploads · ").size());
  return out;
}

void UploadsView::draw(Surface& out, const Layout& at, const api::Snapshot& snapshot) {
  is_split_ = at.boxes && !at.details.empty();
  const std::string& words = filter().text();
  if (!is_split_) {
    const int width = at.boxes ? at.body.width - 2 : at.body.width;
    draw_list(out, at.body, at.title, at.boxes, all(snapshot, width), table(), words);
    if (!at.details.empty()) draw_given(out, at.details, snapshot.given, false);
    return;
  }
  const ListView runs = running(snapshot);
  const ListView waits = queue(snapshot);
  // The pane that has rows has the selection.
  if (runs.keys.empty() && !waits.keys.empty()) in_queue_ = true;
  if (waits.keys.empty()) in_queue_ = false;
  Rect top = at.body;
  top.height = at.body.height * 5 / 9;
  const Rect bottom{top.x, top.y + top.height, top.width, at.body.height - top.height};
  draw_list(out, top, {}, true, runs, running_table_, words, !in_queue_);
  draw_list(out, bottom, {}, true, waits, queue_table_, words, in_queue_);
  draw_given(out, at.details, snapshot.given, true);
}

}  // namespace p2p::tui
