// Golden screens, every size, keys. SERVENT_GOLDEN=1 makes the golden screens anew.
#include "tui/tui.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "tui/key_decoder.h"
#include "tui/layout.h"

namespace p2p::tui {
namespace {

Key escape_key() {
  return {KeyName::escape, "", false};
}
Key enter_key() {
  return {KeyName::enter, "", false};
}
Key letter(const std::string& text) {
  return {KeyName::text, text, false};
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
  std::string text() {
    std::string all;
    const Surface& surface = show();
    for (int y = 0; y < 24; ++y)
      all += surface.row_text(y) + "\n";
    return all;
  }
  bool has(const std::string& words) { return text().find(words) != std::string::npos; }
  // The file that Enter would fetch now.
  std::uint64_t selected() {
    const auto request = tui.key(enter_key());
    const auto* get = request ? std::get_if<api::GetResult>(&*request) : nullptr;
    return get == nullptr ? 0 : get->key;
  }
};

TEST(Tui, UploadsSayWhoIsServedAndWhyTheOthersWait) {
  Screen80 user;
  api::UploadRow runs;
  runs.id = 5;
  runs.user = "ann";
  runs.name = "free jazz.ogg";
  runs.size_bytes = 1000;
  runs.sent_bytes = 500;
  runs.rate_bps = 2048;
  runs.limit_bps = 4096;
  runs.state = "running";
  api::UploadRow waits = runs;
  waits.id = 0x80000001;
  waits.user = "bob \x1b[2J";
  waits.state = "queued";
  waits.place = 2;
  waits.wait_s = 90;
  waits.reason = "the slots are taken";
  user.world.snapshot.uploads = {runs, waits};
  user.world.update();
  user.press("3");
  EXPECT_TRUE(user.has("Uploads · 1 of 4 slots")) << user.text();
  EXPECT_TRUE(user.has("Queue · 1")) << user.text();
  EXPECT_TRUE(user.has("limits ▲ 100.0 KiB/s ▼ - · by hand")) << user.text();
  EXPECT_TRUE(user.has("1:30 the slots are taken")) << user.text();
  EXPECT_FALSE(user.has("\x1b"));
  user.press("l");
  EXPECT_TRUE(user.has("Limits up, down (100K 2M): ")) << user.text();
  user.tui.key(escape_key());
  EXPECT_FALSE(user.press("K"));
  EXPECT_TRUE(user.has("It runs already")) << user.text();
  user.tui.key({KeyName::right, "", false});
  const auto moved = user.press("K");
  ASSERT_TRUE(moved && std::holds_alternative<api::MoveUpload>(*moved));
  EXPECT_EQ(std::get<api::MoveUpload>(*moved).id, 0x80000001);
  EXPECT_FALSE(user.press("b"));
  EXPECT_TRUE(user.has("Give nothing more to bob")) << user.text();
  const auto blocked = user.press("y");
  ASSERT_TRUE(blocked && std::holds_alternative<api::BlockUser>(*blocked));
  EXPECT_EQ(std::get<api::BlockUser>(*blocked).upload, 0x80000001);
  EXPECT_FALSE(user.press("x"));
  EXPECT_TRUE(user.has("End the upload to bob")) << user.text();
  const auto ended = user.press("y");
  ASSERT_TRUE(ended && std::holds_alternative<api::EndUpload>(*ended));
  EXPECT_EQ(std::get<api::EndUpload>(*ended).id, 0x80000001);
  user.press("S7");
  const auto slots = user.tui.key(enter_key());
  ASSERT_TRUE(slots && std::holds_alternative<api::SetSlots>(*slots));
  EXPECT_EQ(std::get<api::SetSlots>(*slots).slots, 7U);
  EXPECT_FALSE(user.press("S1000"));
  EXPECT_FALSE(user.tui.key(enter_key()));
  EXPECT_TRUE(user.has("Say a number from 0 to 100")) << user.text();
}

TEST(Tui, OpensSharedFoldersOneByOneAndShowsTheirFiles) {
  Screen80 user;
  user.press("4");
  EXPECT_TRUE(user.has("Looking into it")) << user.text();
  World::answer(user.tui);
  EXPECT_TRUE(user.has("· free jazz.ogg") || user.has("✓  free jazz.ogg")) << user.text();
  EXPECT_FALSE(user.has("sun dogs")) << user.text();
  user.press("l");
  EXPECT_TRUE(user.has("▾ /home/you/Music")) << user.text();
  user.press("j");
  World::answer(user.tui);
  EXPECT_TRUE(user.has("Suite pt 1.flac")) << user.text();
  EXPECT_TRUE(user.has("╭─ Music/sun dogs ")) << user.text();
  EXPECT_FALSE(user.tui.take_wanted_folder()) << "nothing is asked for twice";
  user.press("h");  // the folder that it is in
  EXPECT_FALSE(user.has("  sun dogs")) << user.text();
  ++user.world.snapshot.library.revision;
  user.show();
  EXPECT_EQ(user.tui.take_wanted_folder(), "Music") << "it may have changed";
}

TEST(Tui, SaysOfANetworkWhatIsKnownOfItsReachAndItsRole) {
  Screen80 user;
  user.press("5");
  api::NetworkRow& network = user.world.snapshot.networks[0];
  const auto text = [&] {
    const Surface& surface = user.tui.show(user.world.snapshot, 100, 30);
    std::string all;
    for (int y = 0; y < 30; ++y)
      all += surface.row_text(y) + "\n";
    return all;
  };
  network.why_role = "no leaf for 4 of 10 min, then it is a leaf again";
  network.called_ms = 0;
  network.since_ms = user.world.snapshot.now_ms - 12 * 60'000;
  EXPECT_NE(text().find("why       no leaf for 4 of 10 min, then it"), std::string::npos) << text();
  EXPECT_NE(text().find("          is a leaf again"), std::string::npos) << text();
  EXPECT_NE(text().find("reachable not known, no call in 12 min"), std::string::npos) << text();
  network.since_ms = user.world.snapshot.now_ms;
  EXPECT_NE(text().find("reachable not known yet"), std::string::npos) << text();
  user.world.snapshot.epoch_ms = 1;  // the clock began with 1970
  network.called_ms = (14 * 60 + 2) * 60'000;
  EXPECT_NE(text().find("reachable yes, a peer called at 14:02"), std::string::npos) << text();
  network.called_for_file = true;
  EXPECT_NE(text().find("reachable yes, for a file at 14:02"), std::string::npos) << text();
  network.called_ms = 0;
  network.listen.clear();
  EXPECT_NE(text().find("reachable no, it does not listen"), std::string::npos) << text();
}

TEST(Tui, ShowsTheHostsThatAreKnownWhileTheyAreLookedAt) {
  Screen80 user;
  user.press("5");
  EXPECT_FALSE(user.tui.take_wants_hosts()) << "nobody looks at them";
  user.press("H");
  EXPECT_TRUE(user.has("Asking the node")) << user.text();
  EXPECT_TRUE(user.tui.take_wants_hosts());
  user.show();
  EXPECT_FALSE(user.tui.take_wants_hosts()) << "they are asked for already";
  api::HostList list;
  list.rows.push_back({"gnutella", "10.0.0.1:6346", "ultrapeer", "beacon", "up", 70, 60, 5, 0});
  list.rows.push_back({"kazaa", "10.0.0.2:1214", "", "others", "waits", 70, 4000, {}, 3});
  user.tui.learn(list);
  EXPECT_TRUE(user.has("Host cache · 2")) << user.text();
  EXPECT_TRUE(user.has("10.0.0.1:6346")) << user.text();
  EXPECT_TRUE(user.has("1:10")) << user.text();
  EXPECT_FALSE(user.tui.take_wants_hosts()) << "they are news";
  user.world.snapshot.now_ms += 3000;
  user.show();
  EXPECT_TRUE(user.tui.take_wants_hosts());
  user.tui.learn(list);

  const auto called = user.press("jc");
  ASSERT_TRUE(called && std::holds_alternative<api::ConnectTo>(*called));
  EXPECT_EQ(std::get<api::ConnectTo>(*called).endpoint, "10.0.0.2:1214");
  EXPECT_EQ(std::get<api::ConnectTo>(*called).network, "kazaa");
  EXPECT_FALSE(user.press("x")) << "it is no link";
  user.press("/kazaa");
  EXPECT_FALSE(user.has("10.0.0.1:6346")) << user.text();
  user.tui.key(enter_key());
  user.tui.key(escape_key());
  EXPECT_TRUE(user.has("10.0.0.1:6346")) << user.text();
  user.tui.key(escape_key());
  EXPECT_TRUE(user.has("Links")) << user.text();
  user.world.snapshot.now_ms += 9000;
  user.show();
  EXPECT_FALSE(user.tui.take_wants_hosts()) << "nobody looks at them any more";
}

TEST(Tui, SaysWhyANetworkHasNoHops) {
  Screen80 user;
  user.press("5");
  user.world.snapshot.networks[0].counters.clear();
  user.world.snapshot.networks[0].no_hops = "one server answers all questions";
  EXPECT_TRUE(user.has("hops      one server answers all questions")) << user.text();
}

TEST(Tui, ShowsHowFastTheCountersOfANetworkGo) {
  Screen80 user;
  user.press("5");
  user.tui.show(user.world.snapshot, 100, 30);
  user.world.snapshot.now_ms += 10'000;
  user.world.snapshot.networks[0].counters[1].second += 124;
  user.world.update();
  user.world.snapshot.now_ms -= 62'000;
  const auto text = [&] {
    const Surface& surface = user.tui.show(user.world.snapshot, 100, 30);
    std::string all;
    for (int y = 0; y < 30; ++y)
      all += surface.row_text(y) + "\n";
    return all;
  };
  EXPECT_NE(text().find("queries   in 12.4/s"), std::string::npos) << text();
  EXPECT_NE(text().find("dropped   duplicate 25 %  TTL 0 <0.1 %"), std::string::npos) << text();
  user.press("T");
  EXPECT_NE(text().find("dropped: duplicate"), std::string::npos) << text();
  EXPECT_FALSE(user.press("c192.0.2.1"));
  const auto called = user.tui.key(enter_key());
  ASSERT_TRUE(called && std::holds_alternative<api::ConnectTo>(*called));
  EXPECT_EQ(std::get<api::ConnectTo>(*called).endpoint, "192.0.2.1");
  const auto dropped = user.press("x");
  ASSERT_TRUE(dropped && std::holds_alternative<api::DropPeer>(*dropped));
  EXPECT_EQ(std::get<api::DropPeer>(*dropped).endpoint, "192.0.2.40:1214");
  EXPECT_FALSE(user.press("b"));
  EXPECT_TRUE(user.has("Ban 192.0.2.40:1214? y/N")) << user.text();
  const auto banned = user.press("y");
  EXPECT_TRUE(banned && std::holds_alternative<api::BanHost>(*banned));
  user.world.snapshot.modes = {"napster", "gnutella"};
  user.world.update();
  user.show();
  const auto switched = user.press("mg");
  ASSERT_TRUE(switched && std::holds_alternative<api::SwitchMode>(*switched));
  EXPECT_EQ(std::get<api::SwitchMode>(*switched).modes, std::vector<std::string>{"gnutella"});
  const auto all = user.press("ma");
  ASSERT_TRUE(all && std::holds_alternative<api::SwitchMode>(*all));
  EXPECT_EQ(std::get<api::SwitchMode>(*all).modes, user.world.snapshot.modes);
}

TEST(Tui, AddsAndTakesBackSharedFolders) {
  Screen80 user;
  user.press("4");
  World::answer(user.tui);
  EXPECT_FALSE(user.press("a~/New"));
  const auto added = user.tui.key(enter_key());
  ASSERT_TRUE(added && std::holds_alternative<api::ShareFolder>(*added));
  EXPECT_EQ(std::get<api::ShareFolder>(*added).path, "~/New");
  EXPECT_FALSE(user.press("jd"));
  EXPECT_TRUE(user.has("Stop sharing /srv/iso")) << user.text();
  const auto taken = user.press("y");
  ASSERT_TRUE(taken && std::holds_alternative<api::ShareFolder>(*taken));
  EXPECT_FALSE(std::get<api::ShareFolder>(*taken).wanted);
  user.press("g");
  World::answer(user.tui);
  user.press("ljd");
  EXPECT_TRUE(user.has("Only a shared folder as a whole")) << user.text();
  user.press("r");
  EXPECT_TRUE(user.has("empty.mp3")) << user.text();
}

std::string all_text(const Surface& surface) {
  std::string text;
  for (int y = 0; y < surface.height(); ++y)
    text += surface.row_text(y) + "\n";
  return text;
}

TEST(Tui, DrawsBoxesAsTheUserWants) {
  const World world;
  const auto corner = [&](Border border) {
    Tui tui({Looks{false, border}});
    return all_text(tui.show(world.snapshot, 80, 24));
  };
  EXPECT_NE(corner(Border::rounded).find("╭─"), std::string::npos);
  EXPECT_NE(corner(Border::light).find("┌─"), std::string::npos);
  EXPECT_NE(corner(Border::ascii).find("\n+- Search -"), std::string::npos);
  const std::string none = corner(Border::none);
  for (const char* sign : {"╭", "┌", "│", "+-"})
    EXPECT_EQ(none.find(sign), std::string::npos) << sign;
  EXPECT_NE(none.find("Best rate"), std::string::npos);
}

TEST(Tui, SaysInWordsWhatIsNotSeen) {
  const World world;
  Tui tui({Looks{false, Border::rounded, true}});
  std::string text = all_text(tui.show(world.snapshot, 120, 30));
  EXPECT_NE(text.find("free jazz 7 listening"), std::string::npos) << text;
  EXPECT_NE(text.find("have it"), std::string::npos);
  tui.key(escape_key());
  tui.key(letter("2"));
  text = all_text(tui.show(world.snapshot, 120, 30));
  EXPECT_NE(text.find("running"), std::string::npos);
  for (const char* sign : {"│", "▂", "‖", "✗"})
    EXPECT_EQ(text.find(sign), std::string::npos) << sign;
}

// What is read aloud, or under the fingers, is where the user is.
TEST(Tui, KeepsTheCursorOnTheFocus) {
  const World world;
  Tui tui{Tui::Options{}};
  tui.show(world.snapshot, 80, 24);
  tui.key(letter("x"));
  EXPECT_EQ(tui.show(world.snapshot, 80, 24).cursor(), (Spot{4, 2}));
  tui.key(escape_key());
  const Spot first = tui.show(world.snapshot, 80, 24).cursor();
  EXPECT_EQ(first.x, 1);
  tui.key(letter("j"));
  EXPECT_EQ(tui.show(world.snapshot, 80, 24).cursor(), (Spot{1, first.y + 1}));
  tui.key(letter("/"));
  EXPECT_EQ(tui.show(world.snapshot, 80, 24).cursor(), (Spot{1, 23}));
}

TEST(Tui, GoesToTheNextTheme) {
  const World world;
  Tui tui({Looks{}, 0, ThemeName::light});
  tui.show(world.snapshot, 80, 24);
  tui.key(escape_key());
  tui.key(letter("t"));
  EXPECT_EQ(tui.theme(), ThemeName::safe);
  tui.key(letter("t"));
  EXPECT_EQ(tui.theme(), ThemeName::terminal);
  EXPECT_NE(all_text(tui.show(world.snapshot, 80, 24)).find("Theme: terminal"), std::string::npos);
}

TEST(Tui, LooksAsTheGoldenScreens) {
  const World world;
  const World empty = [] {
    World made;
    made.results.clear();
    made.snapshot.downloads.clear();
    made.snapshot.uploads.clear();
    made.snapshot.given = {};
    made.snapshot.networks[0].peers.clear();
    made.snapshot.networks[0].counters.clear();
    made.snapshot.library = {};
    made.snapshot.networks[0].online = false;
    made.snapshot.networks[0].state = "retry after 20 s: 127.0.0.1:9 refused the connection";
    made.update();
    return made;
  }();
  struct Case {
    int width, height;
    Looks looks;
    const World* world;
    const char* name;
  };
  const Looks full;
  const Looks ascii{true};
  const Looks plain{false, Border::rounded, true};
  for (const Case& shot : {Case{100, 30, full, &world, "100x30"},
                           {100, 30, plain, &world, "100x30-plain"},
                           {80, 24, full, &world, "80x24"},
                           {60, 15, full, &world, "60x15"},
                           {40, 12, full, &world, "40x12"},
                           {20, 5, full, &world, "20x5"},
                           {80, 24, ascii, &world, "80x24-ascii"},
                           {40, 12, ascii, &world, "40x12-ascii"},
                           {80, 24, full, &empty, "80x24-empty"}}) {
    for (const char* screen : {"1", "2", "3", "4", "5", "6", "7"}) {
      Tui tui({shot.looks});
      tui.show(shot.world->snapshot, shot.width, shot.height);
      tui.key(escape_key());
      tui.key(letter(screen));
      tui.show(shot.world->snapshot, shot.width, shot.height);
      World::answer(tui);
      const Surface& surface = tui.show(shot.world->snapshot, shot.width, shot.height);
      const std::string text = all_text(surface);
      const auto path = std::filesystem::path(TEST_DATA_DIR) / "tui" / "golden" /
                        (std::string(shot.name) + "-" + screen + ".txt");
      if (std::getenv("SERVENT_GOLDEN") != nullptr) std::ofstream(path) << text;
      std::ostringstream golden;
      golden << std::ifstream(path).rdbuf();
      EXPECT_TRUE(text == golden.str()) << path << " is not\n" << text;
    }
  }
}

TEST(Tui, DrawsAtEverySizeWithTheSelectedRowInSight) {
  World world;
  for (int i = 0; i < 60; ++i)
    world.add("row " + std::to_string(i));
  world.update();
  Tui tui({});
  tui.show(world.snapshot, 80, 24);
  tui.key(escape_key());
  for (const int width : {1, 5, 9, 10, 19, 20, 37, 59, 60, 76, 89, 90, 99, 130})
    for (const int height : {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 23, 24, 25, 30, 60})
      for (const char* screen : {"1", "2", "3", "4", "5", "6", "7"}) {
        tui.key(escape_key());
        tui.key(letter(screen));
        tui.key(letter("G"));
        tui.key(escape_key());
        const Surface& surface = tui.show(world.snapshot, width, height);
        ASSERT_EQ(surface.height(), height);
        if (*screen != '1' && *screen != '2') continue;
        bool selected = width < 10 || height < 3;
        for (int y = 0; y < height; ++y)
          selected = selected || surface.at(width / 2, y).style == Style::selection;
        ASSERT_TRUE(selected) << width << 'x' << height << " screen " << screen;
      }
}

TEST(Tui, ShowsTheCaretInAPromptOfAnyLength) {
  Tui tui({});
  const World world;
  for (int i = 0; i < 200; ++i)
    tui.key(letter(i % 3 == 0 ? "自" : "x"));
  for (int width = 10; width <= 100; width += 7) {
    const Surface& surface = tui.show(world.snapshot, width, 24);
    std::string text;
    for (int y = 0; y < 24; ++y)
      text += surface.row_text(y);
    EXPECT_NE(text.find("█"), std::string::npos) << width;
  }
}

TEST(Tui, DrawsTheSameForTheSameRevision) {
  Screen80 user;
  const std::string before = user.text();
  user.tui.key(letter("j"));
  user.tui.key(letter("k"));
  EXPECT_EQ(user.text(), before);
}

TEST(Tui, AsksBeforeItCancelsAndNamesWhatIsLost) {
  Screen80 user;
  user.press("2");
  EXPECT_FALSE(user.press("x").has_value());
  EXPECT_TRUE(user.has("Cancel and delete 1.5 MiB of Sun Dogs - Free Jazz Suite.flac? y/N"));
  EXPECT_TRUE(user.press("y").has_value());
}

TEST(Tui, LeavesACompleteFileAlone) {
  Screen80 user;
  user.press("2G");
  for (const char* key : {"x", "p", "r"})
    EXPECT_FALSE(user.press(key).has_value()) << key;
  EXPECT_TRUE(user.has("the file stays"));
  EXPECT_FALSE(user.has("y/N"));
}

TEST(Tui, ShowsWhichBlocksOfADownloadAreSure) {
  Screen80 user;
  api::DownloadRow& row = user.world.snapshot.downloads.front();
  using Block = api::Block;
  row.blocks = {Block::verified, Block::written, Block::asked, Block::missing};
  user.world.update();
  user.press("2");
  EXPECT_TRUE(user.has("blocks  ███")) << user.text();
  EXPECT_TRUE(user.has("█▓")) << user.text();
  EXPECT_TRUE(user.has("▓▒")) << user.text();
  EXPECT_TRUE(user.has("▒·")) << user.text();
  EXPECT_TRUE(user.has("█ verified  ▓ arrived, not checked yet")) << user.text();
  row.givers = {1, 2, 2, 0};  // what is asked for again is nobody's yet
  row.blocks = {Block::verified, Block::written, Block::asked, Block::missing};
  user.world.update();
  EXPECT_TRUE(user.has("aaabb▒▒▒··")) << user.text();
}

TEST(Tui, SaysOfEachSourceOfADownloadHowItStands) {
  Screen80 user;
  user.press("2");
  const auto text = [&] {
    const Surface& surface = user.tui.show(user.world.snapshot, 100, 40);
    std::string all;
    for (int y = 0; y < 40; ++y)
      all += surface.row_text(y) + "\n";
    return all;
  };
  EXPECT_NE(text().find("b user1             97.7 KiB/s   ▂▃▄▅▆▇█  1.9-2.9 MiB"), std::string::npos)
      << text();
  EXPECT_NE(text().find("queue 11"), std::string::npos) << text();
  EXPECT_NE(text().find("60 s, top 585.9 KiB/s"), std::string::npos) << text();
  EXPECT_NE(text().find("sha1    3I42H3S6…QBYJ · comes to /home/you/1.part · started 14:09"),
            std::string::npos)
      << text();
  EXPECT_TRUE(user.has("4 others: 2 spare, 1 failing, 1 gone")) << user.text();
}

TEST(Tui, MovesADownloadAndLooksForMoreSources) {
  Screen80 user;
  user.press("2");
  const auto moved = user.press("K");
  ASSERT_TRUE(moved && std::holds_alternative<api::MoveDownload>(*moved));
  EXPECT_EQ(std::get<api::MoveDownload>(*moved).where, api::Where::up);
  const auto found = user.press("f");
  ASSERT_TRUE(found && std::holds_alternative<api::FindSources>(*found));
  EXPECT_EQ(std::get<api::FindSources>(*found).id, 1U);
  EXPECT_TRUE(user.has("Asking the networks for more sources"));
  EXPECT_FALSE(user.press("Gf"));  // that one is complete
}

TEST(Tui, OffersToBringBackWhatWasCleared) {
  Screen80 user;
  user.press("2");
  const auto cleared = user.press("c");
  EXPECT_TRUE(cleared && std::holds_alternative<api::ClearFinished>(*cleared));
  EXPECT_TRUE(user.has("2 rows cleared: u takes it back")) << user.text();
  const auto back = user.press("u");
  EXPECT_TRUE(back && std::holds_alternative<api::RestoreCleared>(*back));
  user.world.snapshot.downloads.resize(1);
  user.world.update();
  user.show();
  EXPECT_FALSE(user.press("c"));
  EXPECT_TRUE(user.has("Nothing is over yet")) << user.text();
}

TEST(Tui, ChangesTheSelectedDownload) {
  Screen80 user;
  user.world.snapshot.downloads.resize(1);
  api::DownloadRow& row = user.world.snapshot.downloads[0];
  row.id = 7;
  row.state = api::DownloadState::paused;
  row.limit_bps = 102'400;
  row.in_order = true;
  user.world.update();
  user.press("2");
  EXPECT_TRUE(user.has("set     in order · at most 100.0 KiB/s")) << user.text();
  const auto changed = [&](const std::string& keys) {
    const auto request = user.press(keys);
    EXPECT_TRUE(request && std::holds_alternative<api::ChangeDownload>(*request)) << keys;
    return request ? std::get<api::ChangeDownload>(*request) : api::ChangeDownload{};
  };
  EXPECT_EQ(changed("+").priority, api::Priority::high);
  EXPECT_EQ(changed("-").priority, api::Priority::low);
  EXPECT_EQ(changed("o").in_order, false);
  EXPECT_EQ(changed("o").id, 7U);
  EXPECT_FALSE(user.press("l"));
  EXPECT_TRUE(user.has("Limit (100K): ")) << user.text();
  user.press("2M");
  const auto limited = user.tui.key({KeyName::enter, "", false});
  ASSERT_TRUE(limited && std::holds_alternative<api::ChangeDownload>(*limited));
  EXPECT_EQ(std::get<api::ChangeDownload>(*limited).limit_bps, 2U << 20U);
  EXPECT_EQ(std::get<api::ChangeDownload>(*limited).id, 7U);
}

TEST(Tui, CancelsOnlyAfterAYesWhateverTheKeys) {
  const World world;
  Tui tui({});
  std::mt19937 random(3);
  for (int i = 0; i < 6000; ++i) {
    const Key key = random() % 4 == 0
                        ? Key{static_cast<KeyName>(random() % 18), "z", false}
                        : letter(std::string(1, static_cast<char>(32 + random() % 95)));
    const bool yes = key.is("y") || key.is("Y");
    const auto request = tui.key(key);
    if (request && std::holds_alternative<api::CancelDownload>(*request)) {
      EXPECT_TRUE(yes);
    }
    if (i % 8 == 0) tui.show(world.snapshot, 60, 16);
  }
}

TEST(Tui, TurnsTheOrderRoundWhenTheSameColumnIsAskedForAgain) {
  Screen80 user;
  user.press("ss");  // by size, the largest first
  EXPECT_TRUE(user.has("sort: size ▼"));
  user.press("gg");
  EXPECT_EQ(user.selected(), 7U);
  user.press("ss");
  EXPECT_TRUE(user.has("sort: size ▲"));
  user.press("gg");
  EXPECT_EQ(user.selected(), 1U);
}

TEST(Tui, FiltersWithoutCaseAndAccents) {
  Screen80 user;
  user.world.add("Été à la plage.ogg");
  user.world.update();
  user.press("/ETE A");
  EXPECT_EQ(user.tui.key(enter_key()), std::nullopt);
  EXPECT_EQ(user.selected(), 8U);
  EXPECT_FALSE(user.has("Sun Dogs"));
  user.tui.key(escape_key());
  EXPECT_TRUE(user.has("Sun Dogs"));
}

TEST(Tui, SaysThatTheFilterHidesAll) {
  Screen80 user;
  user.press("/zzzz");
  EXPECT_TRUE(user.has("Filter hides all 7: Esc shows them"));
}

TEST(Tui, KeepsSelectionAndFilterOfEachSearch) {
  Screen80 user;
  user.press("jj");
  const std::uint64_t third = user.selected();
  user.press("[");
  EXPECT_EQ(user.tui.wanted_search(), 1U);
  user.world.snapshot.search = 1;
  user.world.results.resize(3);
  user.world.update();
  user.press("/sun");
  user.tui.key(enter_key());
  user.press("]");
  EXPECT_EQ(user.tui.wanted_search(), 2U);
  const World again;
  user.world.snapshot.search = 2;
  user.world.results = again.results;
  user.world.update();
  EXPECT_EQ(user.show().height(), 24);
  EXPECT_EQ(user.selected(), third);
  EXPECT_TRUE(user.has("invoice"));  // no filter here
  user.press("[");
  user.world.snapshot.search = 1;
  user.world.update();
  EXPECT_TRUE(user.has("/sun"));
}

TEST(Tui, StaysWithTheSearchThatIsShownWhenAnotherBegins) {
  Screen80 user;
  user.world.snapshot.searches.push_back(
      {3, "from elsewhere", api::SearchState::listening, 0, 0, 0, 0, ""});
  user.show();
  EXPECT_EQ(user.tui.wanted_search(), 2U);
}

TEST(Tui, TakesTheSelectionAlongWhenRowsComeInBetween) {
  Screen80 user;
  user.press("jjj");
  const std::uint64_t fourth = user.selected();
  for (int i = 0; i < 50; ++i) {
    user.world.add("AAA " + std::to_string(i));
    user.world.results.back().sources.resize(30);
  }
  user.world.update();
  user.show();
  EXPECT_EQ(user.selected(), fourth);
}

TEST(Tui, ClosingASearchGoesToItsNeighbour) {
  Screen80 user;
  const auto request = user.press("X");
  ASSERT_TRUE(request && std::holds_alternative<api::CloseSearch>(*request));
  EXPECT_EQ(std::get<api::CloseSearch>(*request).id, 2U);
  EXPECT_EQ(user.tui.wanted_search(), 1U);
}

TEST(Tui, OpensTheWordsOfTheSearchAgain) {
  Screen80 user;
  user.press("N");
  user.press(" live");
  const auto request = user.tui.key(enter_key());
  ASSERT_TRUE(request && std::holds_alternative<api::StartSearch>(*request));
  EXPECT_EQ(std::get<api::StartSearch>(*request).text, "free jazz live");
}

TEST(Tui, PutsAPasteIntoThePromptAndRunsNothing) {
  Screen80 user;
  EXPECT_FALSE(user.tui.key({KeyName::paste, "2xy\nq", false}).has_value());
  EXPECT_TRUE(user.has("> 2xy q█"));
}

TEST(Tui, MarksWhatIsHereOrOnItsWay) {
  Screen80 user;
  user.world.snapshot.downloads.resize(1);
  user.world.snapshot.downloads[0].digest = user.world.results[0].digest;
  user.world.update();
  EXPECT_TRUE(user.has("▼  Sun Dogs"));
  user.world.snapshot.downloads[0].state = api::DownloadState::done;
  user.world.update();
  EXPECT_TRUE(user.has("✓  Sun Dogs"));
  user.world.snapshot.downloads.clear();
  user.world.update();
  EXPECT_TRUE(user.has("   Sun Dogs"));
}

TEST(Tui, TellsTheTagsOfAResultAndNoControlCharacterOfThem) {
  Screen80 screen;
  screen.world.results[0].tags = {"Sun\x1b[2J Dogs", "Suite", "", "Jazz", 1999, 640, 480};
  screen.world.update();
  screen.press("gg");
  EXPECT_TRUE(screen.has(" Dogs · Suite · 1999 · Jazz"));
  EXPECT_TRUE(screen.has(" · 640x480"));
  EXPECT_TRUE(screen.has("in music"));
  EXPECT_FALSE(screen.has("\x1b"));
}

TEST(Tui, TellsTheEndOfADownloadOnAnyScreen) {
  Screen80 user;
  user.world.snapshot.downloads[0].state = api::DownloadState::done;
  user.world.snapshot.downloads[0].verified = true;
  user.world.update();
  EXPECT_TRUE(user.has("Complete and verified: Sun Dogs"));
  EXPECT_TRUE(user.tui.wants_tick());
  user.world.snapshot.now_ms += 5000;
  EXPECT_FALSE(user.has("Complete and verified"));
}

TEST(Tui, SaysPlainlyWhatIsVerifiedAndWhatIsNot) {
  Screen80 user;
  user.world.snapshot.downloads.resize(2);
  for (api::DownloadRow& row : user.world.snapshot.downloads)
    row.state = api::DownloadState::done;
  user.world.snapshot.downloads[0].verified = true;
  user.world.update();
  user.press("2");
  EXPECT_TRUE(user.has("verified: the whole file has the SHA-1 that was asked for"));
  user.press("j");
  EXPECT_TRUE(user.has("unverified: nobody told its SHA-1"));
}

TEST(Tui, ShowsTheTroubleOfTheLinkOnEveryScreen) {
  Screen80 user;
  user.world.snapshot.networks[0].online = false;
  user.world.snapshot.networks[0].state = "retry after 5 s: 127.0.0.1:9 refused";
  user.world.update();
  for (const char* screen : {"1", "2", "6"}) {
    user.press(screen);
    EXPECT_TRUE(user.has("offline: retry after 5 s: 127.0.0.1:9 refused")) << screen;
  }
}

TEST(Tui, TellsInTheCornerWhichOfSeveralNetworksAreUp) {
  Screen80 user;
  user.world.snapshot.uploads.clear();
  user.world.snapshot.networks.resize(3, user.world.snapshot.networks[0]);
  user.world.snapshot.networks[1].mode = "gnutella";
  user.world.snapshot.networks[2].mode = "kazaa";
  user.world.snapshot.networks[1].online = false;
  user.world.update();
  user.press("1");
  EXPECT_TRUE(user.has("2/3")) << "their names do not fit into 80 columns";
  EXPECT_FALSE(user.has("napster·client"));
}

TEST(Tui, CountsErrorsUntilTheLogIsSeen) {
  Screen80 user;
  EXPECT_TRUE(user.has("!1"));
  user.press("6");
  user.press("1");
  EXPECT_FALSE(user.has("!1"));
}

TEST(Tui, HelpComesBackToTheSameRow) {
  Screen80 user;
  user.press("2jj");
  const std::string before = user.text();
  user.press("?");
  EXPECT_TRUE(user.has("Here: Downloads"));
  user.press("pause");
  EXPECT_TRUE(user.has("pause, or go on"));
  EXPECT_FALSE(user.has("retry"));
  user.tui.key(escape_key());
  user.tui.key(escape_key());
  EXPECT_EQ(user.text(), before);
}

TEST(Tui, AsksBeforeItLeavesTransfers) {
  Screen80 user;
  EXPECT_FALSE(user.press("q").has_value());
  EXPECT_FALSE(user.tui.quit());
  user.press("n");
  EXPECT_FALSE(user.tui.quit());
  user.tui.key({KeyName::text, "c", true});
  user.tui.key({KeyName::text, "c", true});
  EXPECT_TRUE(user.tui.quit());
}

TEST(Tui, WantsATickOnlyWhileSomethingMoves) {
  Screen80 user;
  user.show();
  EXPECT_TRUE(user.tui.wants_tick());  // a search listens
  user.press("6");
  EXPECT_FALSE(user.tui.wants_tick());
  user.press("2");
  EXPECT_TRUE(user.tui.wants_tick());  // a countdown
}

TEST(Layout, KeepsAllInsideAndApart) {
  for (int width = 1; width <= 250; ++width)
    for (int height = 1; height <= 80; ++height)
      for (const int details : {0, 4, 6, 16}) {
        const Layout at = layout(width, height, true, details);
        std::vector<int> used(static_cast<std::size_t>(height), 0);
        for (const Rect& rect :
             {at.tabs, at.prompt, at.title, at.body, at.details, at.status, at.hint}) {
          ASSERT_GE(rect.height, 0);
          ASSERT_LE(rect.y + rect.height, height);
          for (int y = rect.y; y < rect.y + rect.height; ++y)
            ++used[static_cast<std::size_t>(y)];
        }
        for (const int count : used)
          ASSERT_EQ(count, width < 10 || height < 2 ? 0 : 1) << width << 'x' << height;
        if (width >= 10 && height >= 2) {
          ASSERT_FALSE(at.prompt.empty());
        }
      }
}

TEST(KeyDecoder, GivesTheSameKeysByteByByte) {
  const std::string bytes = "a\xc3\xa9\x1b[A\x1b[200~x\ny\x1b[201~\x1b[5~\r\x03\x1bOP";
  KeyDecoder whole, pieces;
  std::vector<Key> keys;
  for (const char byte : bytes)
    for (const Key& key : pieces.decode({&byte, 1}))
      keys.push_back(key);
  EXPECT_EQ(whole.decode(bytes), keys);
  EXPECT_EQ(keys.size(), 8U);
}

}  // namespace
}  // namespace p2p::tui
