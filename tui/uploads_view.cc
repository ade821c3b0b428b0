#include "tui/uploads_view.h"

#include <algorithm>

#include "servent/api/rate.h"

#include "tui/format.h"

namespace p2p::tui {

namespace {

std::string limit_text(std::uint64_t bytes_per_s) {
  return bytes_per_s == 0 ? "-" : rate_text(bytes_per_s);
}

// "queue 2, 1:30" with why it waits: the place, and when its turn is expected.
std::string upload_state(const api::UploadRow& row) {
  if (row.place == 0) return row.state;
  std::string text = "queue " + std::to_string(row.place);
  if (row.wait_s > 0) text += ", " + time_text(row.wait_s);
  return row.reason.empty() ? text : text + ": " + row.reason;
}

std::string limits_text(const api::LimitsRow& limits) {
  if (limits.up_bps == 0 && limits.down_bps == 0) return "no limit";
  std::string text = "limits ▲ " + limit_text(limits.up_bps) + " ▼ " + limit_text(limits.down_bps);
  return limits.why.empty() ? text : text + " · " + limits.why;
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

}  // namespace

void UploadsView::learn(const api::Snapshot& snapshot, Desk& /*desk*/) {
  uploads_.clear();
  for (const api::UploadRow& row : snapshot.uploads)
    uploads_.push_back({row.id, row.user});
}

std::optional<api::Request> UploadsView::command(std::string_view command, Desk& desk) {
  if (command == "limits")
    desk.type({"Limits up, down (100K 2M): ", "",
               [&desk](const std::string& text) -> std::optional<api::Request> {
                 if (const auto wanted = limits_of(text)) return *wanted;
                 desk.say("Say up and down like 100K 2M; 0 is no limit");
                 return std::nullopt;
               }});
  const auto id = static_cast<std::uint32_t>(table().selected_key());
  const auto row = std::ranges::find(uploads_, id, &Upload::id);
  if (command == "end-upload" && !table().empty() && row != uploads_.end())
    desk.ask({"End the upload to ", row->user, "? y/N", api::EndUpload{id}});
  return std::nullopt;
}

ListView UploadsView::list(const api::Snapshot& snapshot, int /*width*/) {
  clear();
  for (const api::UploadRow& row : snapshot.uploads)
    add(row.id, {row.name, row.user, std::to_string(percent(row.sent_bytes, row.size_bytes)),
                 rate_text(row.rate_bps), limit_text(row.limit_bps), upload_state(row)});
  const auto waits = std::ranges::count_if(snapshot.uploads,
                                           [](const api::UploadRow& row) { return row.place > 0; });
  const auto runs = std::ssize(snapshot.uploads) - waits;
  ListView out =
      made("Uploads · " + std::to_string(runs) + " of " + plural(snapshot.limits.slots, "slot") +
               ", " + std::to_string(waits) + " waiting",
           "Nobody fetches anything from here now",
           {{"File"},
            {"Who", 14, 4, true},
            {"%", 4, 2},
            {"Rate", 12, 3},
            {"Limit", 12, 1},
            {"State", 36, 5, true}});
  out.right = limits_text(snapshot.limits);
  return out;
}

}  // namespace p2p::tui
