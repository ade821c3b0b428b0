#include "tui/lists.h"

#include <algorithm>

#include "tui/filter.h"
#include "tui/format.h"

namespace p2p::tui {

void PlainList::clear() {
  rows_.clear();
  keys_.clear();
}

void PlainList::add(std::uint64_t key, std::vector<std::string> cells, Style style) {
  rows_.push_back({std::move(cells), style});
  keys_.push_back(key);
}

ListView PlainList::view(const std::string& title, std::string empty, std::vector<Column> columns,
                         const std::string& filter) {
  const Filter words(filter);
  const std::size_t all = rows_.size();
  for (std::size_t i = rows_.size(); i > 0; --i) {
    if (words.passes(rows_[i - 1].cells[0])) continue;
    rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(i - 1));
    keys_.erase(keys_.begin() + static_cast<std::ptrdiff_t>(i - 1));
  }
  ListView out;
  out.title = out.brief = title;
  out.empty =
      all == 0 ? std::move(empty) : "Filter hides all " + count_text(all) + ": Esc shows them";
  out.columns = std::move(columns);
  out.keys = keys_;
  out.row = [this](std::size_t i) { return rows_[i]; };
  return out;
}

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

}  // namespace

ListView PlainList::uploads(const api::Snapshot& snapshot, const std::string& filter) {
  clear();
  for (const api::UploadRow& row : snapshot.uploads)
    add(row.id, {row.name, row.user, std::to_string(percent(row.sent_bytes, row.size_bytes)),
                 rate_text(row.rate_bps), limit_text(row.limit_bps), upload_state(row)});
  const auto waits = std::ranges::count_if(snapshot.uploads,
                                           [](const api::UploadRow& row) { return row.place > 0; });
  const auto runs = std::ssize(snapshot.uploads) - waits;
  ListView out =
      view("Uploads · " + std::to_string(runs) + " of " + plural(snapshot.limits.slots, "slot") +
               ", " + std::to_string(waits) + " waiting",
           "Nobody fetches anything from here now",
           {{"File"},
            {"Who", 14, 4, true},
            {"%", 4, 2},
            {"Rate", 12, 3},
            {"Limit", 12, 1},
            {"State", 36, 5, true}},
           filter);
  out.right = limits_text(snapshot.limits);
  return out;
}

ListView PlainList::shares(const api::Snapshot& snapshot, const std::string& filter) {
  clear();
  for (const api::ShareRow& row : snapshot.library.folders)
    add(rows_.size() + 1, {row.folder, row.label, row.present ? "" : "missing"},
        row.present ? Style::text : Style::warn);
  const api::LibraryRow& library = snapshot.library;
  std::string title =
      "Shares · " + plural(library.files, "file") + " · " + size_text(library.bytes);
  if (library.to_hash > 0) title += " · " + count_text(library.to_hash) + " to hash";
  return view(title, "Nothing is shared: `servent share DIR` adds a folder",
              {{"Folder"}, {"Label", 12, 1, true}, {"State", 8, 2}}, filter);
}

ListView PlainList::network(const api::Snapshot& snapshot, const std::string& filter) {
  clear();
  for (const api::NetworkRow& network : snapshot.networks) {
    add(rows_.size() + 1,
        {network.mode + " · " + network.role + " · " + network.state, count_text(network.users)},
        network.online ? Style::header : Style::warn);
    for (const api::NetworkPeerRow& peer : network.peers)
      add(rows_.size() + 1,
          {"  " + peer.endpoint + " " + peer.name + " " + peer.agent + " " + peer.state, ""});
  }
  return view("Network", "No network is set up", {{"Link"}, {"Users", 8, 1}}, filter);
}

}  // namespace p2p::tui
