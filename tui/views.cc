#include "tui/views.h"

#include <algorithm>
#include <numeric>

#include "tui/format.h"

namespace p2p::tui {
namespace {

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool matches(const std::string& name, const std::string& filter) {
  const std::string text = lower(name);
  const std::string words = lower(filter);
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    if (text.find(words.substr(at, end - at)) == std::string::npos) return false;
    at = end + 1;
  }
  return true;
}

// Rows of `all` whose name passes, as places in `all`.
template <class Rows, class Name>
std::vector<std::size_t> passing(const Rows& all, const std::string& filter, Name name) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (filter.empty() || matches(name(all[i]), filter)) places.push_back(i);
  }
  return places;
}

std::string state_text(const api::DownloadRow& row, api::Millis now) {
  switch (row.state) {
    case api::DownloadState::running: return rate_text(row.rate_bps);
    case api::DownloadState::waiting:
      return row.place > 0 ? "queue " + std::to_string(row.place) : "waiting";
    case api::DownloadState::paused: return "paused";
    case api::DownloadState::retrying:
      return "retry " + time_text(static_cast<std::uint64_t>(
                            std::max<api::Millis>(row.retry_ms - now, 0) / 1000));
    case api::DownloadState::no_source: return "no source";
    case api::DownloadState::checking: return "checking";
    case api::DownloadState::done: return row.verified ? "verified" : "unverified";
    case api::DownloadState::failed: return "failed";
  }
  return "";
}

std::string_view state_sign(api::DownloadState state) {
  switch (state) {
    case api::DownloadState::running: return "▼ ";
    case api::DownloadState::waiting:
    case api::DownloadState::paused: return "‖ ";
    case api::DownloadState::retrying:
    case api::DownloadState::checking: return "↻ ";
    case api::DownloadState::no_source:
    case api::DownloadState::failed: return "✗ ";
    case api::DownloadState::done: return "✓ ";
  }
  return "";
}

ListView search_view(const api::Snapshot& snapshot, const std::string& filter, Sort sort) {
  ListView view;
  const auto rows = snapshot.results;
  auto order = passing(rows, filter, [](const api::ResultRow& row) { return row.name; });
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    const api::ResultRow& x = rows[a];
    const api::ResultRow& y = rows[b];
    if (sort == Sort::sources && x.sources.size() != y.sources.size())
      return x.sources.size() > y.sources.size();
    if (sort == Sort::size && x.size_bytes != y.size_bytes) return x.size_bytes > y.size_bytes;
    return x.name < y.name;
  });
  view.title = std::to_string(rows.size()) + " files";
  view.empty = "No search yet: type words and press Enter";
  for (const api::SearchRow& search : snapshot.searches) {
    if (search.id != snapshot.search) continue;
    view.title += " · " + search.text;
    view.empty =
        search.state == api::SearchState::finished
            ? "Nothing found: " + search.why
            : "Nobody answered yet, " +
                  time_text(static_cast<std::uint64_t>(
                      std::max<api::Millis>(snapshot.now_ms - search.started_ms, 0) / 1000));
  }
  if (!rows.empty())
    view.empty = "Filter hides all " + std::to_string(rows.size()) + ": Esc shows them";
  view.columns = {
      {"Name", 0, 0}, {"Size", 10, 3}, {"Src", 5, 4}, {"Best rate", 12, 2}, {"Digest", 8, 1}};
  for (const std::size_t i : order)
    view.keys.push_back(rows[i].key);
  view.row = [rows, order](std::size_t i) {
    const api::ResultRow& row = rows[order[i]];
    std::uint64_t best = 0;
    for (const api::SourceRow& source : row.sources)
      best = std::max(best, source.rate_bps);
    const std::string sign = row.have == api::Have::have     ? "✓ "
                             : row.have == api::Have::queued ? "▼ "
                             : sanitize(row.name).altered()  ? "! "
                                                             : "  ";
    const std::string digest = row.digest.substr(row.digest.rfind(':') + 1).substr(0, 8);
    return TableRow{row.key,
                    {sign + row.name, size_text(row.size_bytes),
                     (row.digest.empty() ? "≈" : "") + std::to_string(row.sources.size()),
                     rate_text(best), digest.empty() ? "-" : digest},
                    row.have == api::Have::have ? Style::good : Style::text};
  };
  return view;
}

ListView downloads_view(const api::Snapshot& snapshot, const std::string& filter) {
  ListView view;
  const auto& rows = snapshot.downloads;
  const auto order = passing(rows, filter, [](const api::DownloadRow& row) { return row.name; });
  view.title = "Downloads · " + std::to_string(rows.size());
  view.empty = "No downloads: find something on 1 Search and press Enter";
  view.columns = {{"Name", 0, 0},  {"Progress", 16, 1}, {"%", 4, 5},
                  {"Size", 10, 2}, {"State", 13, 4},    {"Left", 7, 3}};
  for (const std::size_t i : order)
    view.keys.push_back(rows[i].id);
  view.row = [&rows, order, now = snapshot.now_ms](std::size_t i) {
    const api::DownloadRow& row = rows[order[i]];
    const std::uint64_t missing = row.size_bytes - std::min(row.have_bytes, row.size_bytes);
    return TableRow{
        row.id,
        {std::string(state_sign(row.state)) + row.name,
         bar_text(row.have_bytes, row.size_bytes, 16),
         std::to_string(percent(row.have_bytes, row.size_bytes)), size_text(row.size_bytes),
         state_text(row, now), row.rate_bps == 0 ? "-" : time_text(missing / row.rate_bps)},
        row.state == api::DownloadState::failed ? Style::bad : Style::text};
  };
  return view;
}

// A list whose rows are made at once: for those that are short.
ListView plain_view(std::string title, std::string empty, std::vector<Column> columns,
                    const std::vector<TableRow>& all, const std::string& filter) {
  ListView view{std::move(title), std::move(empty), std::move(columns), {}, {}};
  const auto order = passing(all, filter, [](const TableRow& row) { return row.cells[0]; });
  for (const std::size_t i : order)
    view.keys.push_back(all[i].key);
  view.row = [all, order](std::size_t i) { return all[order[i]]; };
  return view;
}

}  // namespace

ListView view_of(Screen screen, const api::Snapshot& snapshot, const std::string& filter,
                 Sort sort) {
  std::vector<TableRow> rows;
  switch (screen) {
    case Screen::search: return search_view(snapshot, filter, sort);
    case Screen::downloads: return downloads_view(snapshot, filter);
    case Screen::uploads:
      for (const api::UploadRow& row : snapshot.uploads)
        rows.push_back(
            {row.id,
             {row.name, row.user, std::to_string(percent(row.sent_bytes, row.size_bytes)),
              rate_text(row.rate_bps), row.state},
             Style::text});
      return plain_view(
          "Uploads", "Nobody fetches anything from here now",
          {{"File", 0, 0}, {"Who", 14, 3}, {"%", 4, 2}, {"Rate", 12, 1}, {"State", 12, 4}}, rows,
          filter);
    case Screen::shares:
      for (const api::ShareRow& row : snapshot.library.folders)
        rows.push_back(
            {rows.size() + 1, {row.folder, row.label, row.present ? "" : "missing"}, Style::text});
      return plain_view("Shares · " + std::to_string(snapshot.library.files) + " files",
                        "Nothing is shared", {{"Folder", 0, 0}, {"Label", 12, 1}, {"State", 8, 2}},
                        rows, filter);
    case Screen::network:
      for (const api::NetworkRow& network : snapshot.networks) {
        rows.push_back({rows.size() + 1,
                        {network.mode + " · " + network.role + " · " + network.state,
                         std::to_string(network.users)},
                        Style::header});
        for (const api::NetworkPeerRow& peer : network.peers)
          rows.push_back({rows.size() + 1,
                          {"  " + peer.endpoint + " " + peer.agent + " " + peer.state, ""},
                          Style::text});
      }
      return plain_view("Network", "No network is set up", {{"Link", 0, 0}, {"Users", 8, 1}}, rows,
                        filter);
    case Screen::log: {
      for (const api::LogRow& row : snapshot.log)
        rows.push_back({row.number,
                        {row.room + "  " + row.text},
                        row.level == api::LogLevel::error  ? Style::bad
                        : row.level == api::LogLevel::warn ? Style::warn
                                                           : Style::text});
      std::ranges::reverse(rows);
      return plain_view("Log · newest first", "Nothing happened yet", {{"Message", 0, 0}}, rows,
                        filter);
    }
    case Screen::help:
      for (const Binding& binding : kKeymap)
        rows.push_back({rows.size() + 1,
                        {std::string(binding.keys) + "  " + std::string(binding.words),
                         std::string(binding.where)},
                        Style::text});
      return plain_view("Help", "", {{"Key", 0, 0}, {"Where", 10, 1}}, rows, filter);
  }
  return {};
}

}  // namespace p2p::tui
