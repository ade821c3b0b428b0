// A node in the middle of things with every screen full, and a user before it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tui/tui.h"

namespace p2p::tui {

inline Key escape_key() {
  return {KeyName::escape, "", false};
}
inline Key enter_key() {
  return {KeyName::enter, "", false};
}
inline Key letter(const std::string& text) {
  return {KeyName::text, text, false};
}

inline std::string all_text(const Surface& surface) {
  std::string text;
  for (int y = 0; y < surface.height(); ++y)
    text += surface.row_text(y) + "\n";
  return text;
}

// A node in the middle of things, with names as strangers send them.
struct World {
  std::vector<api::ResultRow> results;
  std::vector<api::LogRow> log;
  api::Snapshot snapshot;

  World() {
    const std::array names{"Sun Dogs - Free Jazz Suite.flac",
                           "自由爵士 第一集.mkv",
                           "invoice\u202Efdp.exe",
                           "bad\x1b[2J\xff.mp3",
                           "e\u0301\u0301\u0301\u0301\u0301\u0301.txt",
                           "family 👨\u200D👩\u200D👧.png",
                           "trailing.exe "};
    for (const char* name : names)
      add(name);
    api::SearchRow first{1, "live set", api::SearchState::finished, 38, 40, 1000, 4000, "complete"};
    api::SearchRow second{2, "free jazz", api::SearchState::listening, 7, 28, 50'000, 0, ""};
    snapshot.searches = {first, second};
    snapshot.search = 2;
    snapshot.networks.resize(1);
    api::NetworkRow& network = snapshot.networks[0];
    network.mode = "napster";
    network.role = "client";
    network.online = true;
    network.state = "connected to 127.0.0.1:8888 as you";
    network.users = 3100;
    network.peer_count = 1;
    snapshot.down_bps = 2'516'582;
    snapshot.epoch_ms = 50'891'204;
    snapshot.down_history = {0, 100, 400, 900, 1600, 1500, 1900, 1800, 2000};
    snapshot.up_history = {0, 0, 0, 0, 0, 0, 0, 0, 0};
    snapshot.library.files = 41207;
    give();
    share();
    link();
    for (std::uint64_t i = 1; i <= 4; ++i)
      log.push_back({i, 50'891'204 + static_cast<api::Millis>(i) * 1500,
                     static_cast<api::LogLevel>(i - 1), "net",
                     "line " + std::to_string(i) + " of 127.0.0.1:8888 \x1b]0;x\x07"});
    update();
  }
  void add(const std::string& name) {
    const std::uint64_t key = results.size() + 1;
    api::ResultRow row;
    row.key = key;
    row.name = name;
    row.folder = "music\\1971\\";
    row.size_bytes = key * 12345678;
    if (key % 2 == 1) row.digest = "urn:sha1:VEKXTRSO35GZRYKXSUBMHJUVFWGT5RLN";
    row.have = key == 2 ? api::Have::have : key == 4 ? api::Have::queued : api::Have::no;
    for (std::uint64_t i = key; i < 8; ++i)
      row.sources.push_back({"napster", "user" + std::to_string(i), name,
                             i == 3 ? "free slot" : "queue 2", i * 100'000, 0});
    results.push_back(row);
    api::DownloadRow download;
    download.id = static_cast<std::uint32_t>(key);
    download.name = name;
    download.size_bytes = row.size_bytes + 1;
    download.have_bytes = row.size_bytes * key / 8;
    download.state = static_cast<api::DownloadState>(key);
    download.sources = row.sources;
    if (key != 2) download.digest = "urn:sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ";
    download.path = "/home/you/" + std::to_string(key) + ".part";
    if (key == 1) {
      download.state = api::DownloadState::running;
      download.rate_bps = 600'000;
      divide(download);
    }
    download.retry_ms = 104'000;
    download.verified = key == 7;
    snapshot.downloads.push_back(download);
  }
  void give() {
    for (std::uint32_t i = 1; i <= 5; ++i) {
      api::UploadRow& row = snapshot.uploads.emplace_back();
      row.id = i;
      row.user = i == 4 ? "198.51.100.7 \x1b[31m" : "user" + std::to_string(i);
      row.name =
          i == 3 ? "invoice\u202Efdp.exe" : "Free Jazz Live 196" + std::to_string(i) + ".mp3";
      row.size_bytes = 84'000'000;
      row.place = i <= 2 ? 0 : i - 2;
      row.state = i <= 2 ? "running" : "queued";
      row.started_ms = 20'000 * i;
      row.sent_bytes = i <= 2 ? 20'000'000 * i : 0;
      row.rate_bps = i <= 2 ? 100'000 * i : 0;
      row.wait_s = i <= 2 ? 0 : 60 * i;
      row.reason = i <= 2 ? "" : "the slots are taken";
      row.agent = i == 3 ? "gtk-gnutella/1.2" : "";
    }
    snapshot.limits = {102'400, 0, "by hand", 4, 1, 50};
    snapshot.given.today = {1'503'238'553, 23, 61};
    snapshot.given.session = {325'268'275, 5, 9};
    snapshot.given.refused = 4;
    snapshot.given.refused_why = "queue full";
    for (std::uint64_t i = 0; i < 60; ++i)
      snapshot.given.last_hour.push_back(i * i * 6000);
    snapshot.given.most_asked = {{"Free Jazz Live 1969.mp3", 14}, {"bad\x1b[2J.mp3", 9}};
  }
  void share() {
    api::LibraryRow& library = snapshot.library;
    library.bytes = 356'000'000'000;
    library.folders = {{"/home/you/Music", "Music", true, 38'110, 323'000'000'000},
                       {"/srv/iso\x1b[2J", "iso", true, 7, 20'000'000'000},
                       {"/mnt/usb", "usb", false, 0, 0}};
    library.found = 41'304;
    library.to_hash = 97;
    library.to_hash_bytes = 5'000'000'000;
    library.hash_bps = 100'000'000;
    library.hashing = "Music/sun dogs/Suite pt 3.flac";
    library.found_folders = 12'004;
    library.on_disk = 64'000'000;
    library.looked_ms = 1;
    library.skipped = 2;
    library.skipped_rows = {{"/home/you/Music/empty.mp3", "is empty"},
                            {"/home/you/Music/bad\x07.mp3", "has a name that no network carries"}};
    library.queries = 9310;
    library.matched = 214;
    library.revision = 1;
  }
  void link() {
    api::NetworkRow& network = snapshot.networks[0];
    network.listen = "203.0.113.40:6699";
    network.why_role = "no child for 4 of 10 min, then it is ordinary again";
    network.called_ms = 30'000;
    network.files = 1'900'000;
    network.down_bps = 4096;
    network.up_bps = 900;
    network.counters = {{"hosts known", 412},
                        {"query in", 5000},
                        {"query out", 100},
                        {"hit in", 900},
                        {"dropped: duplicate", 1550},
                        {"dropped: TTL 0", 3},
                        {"hops 1", 310},
                        {"hops 2", 420},
                        {"hops 3", 190},
                        {"hops 4", 80},
                        {"ttl 0", 80},
                        {"ttl 1", 920}};
    for (std::uint32_t i = 1; i <= 4; ++i) {
      api::NetworkPeerRow& peer = network.peers.emplace_back();
      peer.endpoint = "192.0.2." + std::to_string(i * 40) + ":1214";
      peer.role = i < 4 ? "super" : "";
      peer.agent = "odd\x1b[2J 1.0";
      peer.name = i == 2 ? "bad\u202Ename" : "";
      peer.state = i < 4 ? "up" : "connecting";
      peer.since_ms = i * 10'000;
      peer.down_bps = i < 4 ? i * 400 : 0;
      peer.up_bps = i < 4 ? 90 : 0;
    }
  }
  static api::Listing listing(const std::string& folder) {
    api::Listing out;
    out.folder = folder;
    using State = api::FileState;
    if (folder == "Music") {
      out.folders = {{"Music/sun dogs", 44, 5'400'000'000, false},
                     {"Music/自由爵士", 12, 8'600'000'000, true}};
      out.files = {{"Music/cover\x1b[31m.jpg", 217'088, "", State::waits},
                   {"Music/free jazz.ogg", 80'000'000, "urn:sha1:X", State::hashed}};
    }
    if (folder == "Music/sun dogs")
      out.files = {{"Music/sun dogs/Suite pt 1.flac", 84'000'000, "urn:sha1:Y", State::hashed},
                   {"Music/sun dogs/Suite pt 3.flac", 95'000'000, "", State::hashing}};
    return out;
  }
  // What the host of a screen does with what was drawn.
  static void answer(Tui& tui) {
    while (const auto folder = tui.take_wanted_folder())
      tui.learn(listing(*folder));
  }
  // Two give, one waits in a queue, one could not be had, one is gone.
  static void divide(api::DownloadRow& row) {
    using api::Block;
    using api::Standing;
    for (std::size_t i = 0; i < 64; ++i) {
      row.blocks.push_back(i < 20   ? Block::verified
                           : i < 28 ? Block::written
                           : i < 36 ? Block::asked
                                    : Block::missing);
      row.givers.push_back(i < 6 ? 0 : i < 18 ? 1 : i < 28 ? 2 : 0);
    }
    for (std::uint64_t i = 1; i <= 60; ++i)
      row.history.push_back(i * 10'000);
    row.sources[0].state = row.sources[1].state = "running";
    row.sources[0].standing = row.sources[1].standing = Standing::gives;
    row.sources[0].giver = 2;
    row.sources[1].giver = 1;
    for (api::SourceRow* source : {&row.sources[0], &row.sources[1]}) {
      source->got_bytes = 700'000;
      source->asked_begin = 2'000'000;
      source->asked_end = 3'000'000;
      source->history = {0, 1, 2, 3, 4, 5, 6, 7};
    }
    row.sources[2].standing = Standing::queued;
    row.sources[2].place = 11;
    row.sources[3].standing = Standing::fails;
    row.sources[4].standing = Standing::gone;
    row.sources_active = 2;
    row.started_ms = 62'000;
  }
  void update() {
    ++snapshot.revision;
    snapshot.now_ms += 62'000;
    snapshot.results = results;
    snapshot.log = log;
  }
};

struct Screen80 {  // a user at 80x24, on the list of the search
  World world;
  Tui tui{Tui::Options{}};
  Screen80() {
    show();
    tui.key(escape_key());
  }
  const Surface& show() { return tui.show(world.snapshot, 80, 24); }
  std::optional<api::Request> press(const std::string& keys) {
    std::optional<api::Request> last;
    for (const char key : keys) {
      if (tui.is_stale()) show();
      last = tui.key(letter(std::string(1, key)));
    }
    show();
    return last;
  }
  std::string text() { return all_text(show()); }
  bool has(const std::string& words) { return text().find(words) != std::string::npos; }
  // The file that Enter would fetch now.
  std::uint64_t selected() {
    const auto request = tui.key(enter_key());
    const auto* get = request ? std::get_if<api::GetResult>(&*request) : nullptr;
    return get == nullptr ? 0 : get->key;
  }
};

}  // namespace p2p::tui
