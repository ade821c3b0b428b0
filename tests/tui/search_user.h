// A user on the list of a search, for the tests of the Search screen.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tui/tui.h"

namespace p2p::tui {

inline const Key kEnter{KeyName::enter, "", false};
inline const Key kEscape{KeyName::escape, "", false};
inline const Key kRight{KeyName::right, "", false};
inline const Key kLeft{KeyName::left, "", false};

// A user on the list of a search for free jazz, as the specification draws it.
struct User {
  std::vector<api::ResultRow> results;
  api::Snapshot snapshot;
  Tui tui;
  int width = 100, height = 30;

  explicit User(bool ascii = false) : tui({Looks{ascii}}) {
    const api::SearchRow live{1,    "live set", api::SearchState::finished, 38, 40, 1000,
                              4000, "complete"};
    const api::SearchRow jazz{2,      "free jazz", api::SearchState::finished, 0, 0, 50'000,
                              62'000, "complete"};
    snapshot.searches = {live, jazz};
    snapshot.search = 2;
    snapshot.networks.resize(1);
    snapshot.networks[0].mode = "napster";
    snapshot.networks[0].role = "client";
    snapshot.networks[0].online = true;
    snapshot.networks[0].peer_count = 4;
    snapshot.now_ms = 62'000;
    add("Sun Dogs - Free Jazz Suite.flac", "music/sun dogs/1971/", 327'575'142,
        {"marge", "otto", "lena", "jun", "anna"});
    add("Free Jazz Live 1969.mp3", "live/", 88'080'384, {"marge", "ben"}).have = api::Have::have;
    add("free-jazz-anthology.zip", "", 1'288'490'188, {"otto"}).have = api::Have::queued;
    add("自由爵士 第一集.mkv", "live/", 736'205'209, {"lena", "jun", "anna"});
    add("invoice\u202Efdp.exe", "", 348'160, {"ben"}).digest = "";
    show();
    key(kEscape);
  }

  api::ResultRow& add(const std::string& name, const std::string& folder, std::uint64_t size,
                      const std::vector<std::string>& users) {
    api::ResultRow row;
    row.key = results.size() + 1;
    row.name = name;
    row.folder = folder;
    row.size_bytes = size;
    row.digest = "urn:sha1:" + std::string(8, static_cast<char>('A' + results.size() % 26));
    row.link = "magnet:?xt=" + std::to_string(row.key);
    for (const std::string& user : users)
      row.sources.push_back({"napster", user, folder + name,
                             user == "marge" ? "free slot" : "queue 2", user.size() * 100'000, 0});
    snapshot.searches[1].sources += users.size();
    results.push_back(row);
    snapshot.searches[1].results = results.size();
    return results.back();
  }

  const Surface& show() {
    ++snapshot.revision;
    snapshot.results = results;
    return tui.show(snapshot, width, height);
  }
  std::optional<api::Request> key(const Key& key) {
    if (tui.is_stale()) show();
    const auto asked = tui.key(key);
    show();
    return asked;
  }
  std::optional<api::Request> press(const std::string& letters) {
    std::optional<api::Request> last;
    for (const char letter : letters)
      last = key({KeyName::text, std::string(1, letter), false});
    return last;
  }
  std::string text() {
    std::string all;
    const Surface& surface = tui.show(snapshot, width, height);
    for (int y = 0; y < height; ++y)
      all += surface.row_text(y) + "\n";
    return all;
  }
  bool has(const std::string& words) { return text().find(words) != std::string::npos; }
  // The line on the screen where these words stand; -1: none.
  int line_of(const std::string& words) {
    const Surface& surface = tui.show(snapshot, width, height);
    for (int y = 0; y < height; ++y)
      if (surface.row_text(y).find(words) != std::string::npos) return y;
    return -1;
  }
  int selected_line() {
    const Surface& surface = tui.show(snapshot, width, height);
    for (int y = 0; y < height; ++y)
      if (surface.at(width / 2, y).style == Style::selection) return y;
    return -1;
  }
};

// The file that was asked for; 0: none.
inline std::uint64_t fetched(const std::optional<api::Request>& request) {
  const auto* get = request ? std::get_if<api::GetResult>(&*request) : nullptr;
  return get == nullptr ? 0 : get->key;
}

}  // namespace p2p::tui
