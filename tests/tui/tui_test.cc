// Golden screens, hostile names, every size, random keys. SERVENT_GOLDEN=1 makes the screens anew.
#include "tui/tui.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "tui/differ.h"
#include "tui/key_decoder.h"
#include "tui/layout.h"

namespace p2p::tui {
namespace {

struct World {
  std::vector<api::ResultRow> results;
  api::Snapshot snapshot;
  World() {
    const char* names[] = {"Sun Dogs - Free Jazz Suite.flac", "自由爵士 第一集.mkv",
                           "invoice\u202Efdp.exe", "bad\x1b[2J\xff.mp3",
                           "e\u0301\u0301\u0301\u0301\u0301.txt"};
    std::uint64_t key = 0;
    for (const char* name : names) {
      api::ResultRow row;
      row.key = ++key;
      row.name = name;
      row.size_bytes = key * 12345678;
      row.sources.resize(6 - key);
      results.push_back(row);
      api::DownloadRow download;
      download.id = static_cast<std::uint32_t>(key);
      download.name = name;
      download.size_bytes = row.size_bytes;
      download.have_bytes = row.size_bytes / 2;
      download.state = static_cast<api::DownloadState>(key);
      snapshot.downloads.push_back(download);
    }
    api::SearchRow search;
    search.id = 1;
    search.text = "free jazz";
    snapshot.searches = {search};
    snapshot.search = 1;
    snapshot.results = results;
  }
};

const Key kEscape{KeyName::escape, "", false};
Key letter(const std::string& text) {
  return {KeyName::text, text, false};
}

TEST(Tui, LooksAsTheGoldenScreens) {
  const World world;
  for (const auto& [width, height] : {std::pair{100, 30}, {60, 16}, {40, 12}, {20, 5}}) {
    for (const char* screen : {"1", "2", "7"}) {
      Tui tui({});
      tui.key(kEscape);
      tui.key(letter(screen));
      const Surface& surface = tui.show(world.snapshot, width, height);
      std::string text;
      for (int y = 0; y < height; ++y)
        text += surface.row_text(y) + "\n";
      const auto path =
          std::filesystem::path(TEST_DATA_DIR) / "tui" / "golden" /
          (std::to_string(width) + "x" + std::to_string(height) + "-" + screen + ".txt");
      if (std::getenv("SERVENT_GOLDEN") != nullptr) std::ofstream(path) << text;
      std::ostringstream golden;
      golden << std::ifstream(path).rdbuf();
      EXPECT_EQ(text, golden.str()) << path;
    }
  }
}

TEST(Tui, DrawsAtEverySize) {
  const World world;
  Tui tui({});
  tui.key(kEscape);
  for (int width = 1; width <= 130; width += 9)
    for (int height = 1; height <= 40; ++height)
      for (const char* screen : {"1", "2", "3", "4", "5", "6", "7"}) {
        tui.key(letter(screen));
        EXPECT_EQ(tui.show(world.snapshot, width, height).height(), height);
      }
}

TEST(Tui, AsksBeforeItCancels) {
  const World world;
  Tui tui({});
  tui.key(kEscape);
  tui.key(letter("2"));
  tui.show(world.snapshot, 80, 24);
  EXPECT_FALSE(tui.key(letter("x")).has_value());
  EXPECT_TRUE(tui.key(letter("y")).has_value());
}

TEST(Tui, CancelsOnlyAfterAYesWhateverTheKeys) {
  const World world;
  Tui tui({});
  std::mt19937 random(3);
  bool yes = false;
  for (int i = 0; i < 3000; ++i) {
    const Key key = random() % 4 == 0
                        ? Key{static_cast<KeyName>(random() % 18), "z", false}
                        : letter(std::string(1, static_cast<char>(32 + random() % 95)));
    yes = key.is("y") || key.is("Y");
    const auto request = tui.key(key);
    if (request && std::holds_alternative<api::CancelDownload>(*request)) {
      EXPECT_TRUE(yes);
    }
    if (i % 8 == 0) tui.show(world.snapshot, 60, 16);
  }
}

TEST(Layout, KeepsAllInside) {
  for (int width = 1; width <= 250; ++width)
    for (int height = 1; height <= 80; ++height) {
      const Layout at = layout(width, height, true, true);
      int rows = 0;
      for (const Rect& rect : {at.tabs, at.prompt, at.body, at.details, at.status, at.hint}) {
        EXPECT_LE(rect.y + rect.height, height);
        rows += rect.height;
      }
      EXPECT_LE(rows, height);
    }
}

TEST(Sanitize, LetsNoControlThrough) {
  std::mt19937 random(7);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(random() % 24, '\0');
    for (char& byte : bytes)
      byte = static_cast<char>(random());
    const Shown shown = sanitize(bytes);
    int width = 0;
    for (const Cluster& cluster : shown.clusters())
      width += cluster.width;
    EXPECT_EQ(width, shown.width());
    for (const char c : shown.text())
      EXPECT_FALSE((c >= 0 && c < 0x20) || c == 0x7f);
    EXPECT_LE(shown.middle_cut(9).width(), 9);
  }
  EXPECT_EQ(sanitize("a\u202Eb").text(), "a⟨RLO⟩b");
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

TEST(Differ, WritesNothingWhenNothingChanged) {
  const World world;
  Tui tui({});
  const Surface surface = tui.show(world.snapshot, 80, 24);
  const Movement movement{[](int, int) { return std::string("M"); }, "C"};
  EXPECT_EQ(difference(surface, surface, movement, true), "");
}

}  // namespace
}  // namespace p2p::tui
