// Sentences name the keys as the user has them.
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/tui/world.h"

namespace p2p::tui {
namespace {

TEST(KeyWords, PutsTheKeyInThePlaceOfItsCommand) {
  Keymap keys;
  ASSERT_EQ(keys.rebind({{"Downloads", "clear", {"C"}, 1}, {"", "theme", {}, 2}}), "");
  const KeyWords here(keys, Screen::downloads);
  EXPECT_EQ(here("no keys"), "no keys");
  EXPECT_EQ(here("{clear} takes it away"), "C takes it away");
  EXPECT_EQ(here("{get}, {theme}"), "Enter, :theme") << "of another screen; without a key";
  EXPECT_EQ(here("{open} {close"), "Right ");
}

TEST(KeyWords, TakesTheKeyOfItsOwnScreenFirst) {
  Keymap keys;
  ASSERT_EQ(keys.rebind({{"Search", "sort", {"z"}, 1}, {"Shares", "open", {"o"}, 2}}), "");
  EXPECT_EQ(keys.key_of(Screen::search, "sort"), "z");
  EXPECT_EQ(keys.key_of(Screen::downloads, "sort"), "s");
  EXPECT_EQ(keys.key_of(Screen::search, "open"), "Right");
  EXPECT_EQ(keys.key_of(Screen::shares, "open"), "o");
}

const std::set<std::string_view> kFixed{"screen", "back", "redraw", "suspend", "leave"};

// Every command has a key of its own, in a script that no sentence is written in.
std::vector<Rebinding> other_keys() {
  std::map<std::string, Rebinding> wanted;
  for (const Binding& binding : kKeymap) {
    if (kFixed.contains(binding.command)) continue;
    const auto number = static_cast<char>(wanted.size());
    std::string key{'\xE1', static_cast<char>(0x8E + (0x20 + number) / 64),
                    static_cast<char>(0x80 + (0x20 + number) % 64)};
    wanted.try_emplace(std::string(binding.command),
                       Rebinding{"", std::string(binding.command), {std::move(key)}, 1});
  }
  std::vector<Rebinding> out;
  for (const auto& [command, one] : wanted)
    out.push_back(one);
  return out;
}

// The keys that these commands were shipped with, but for those that are words and signs as well.
const std::set<std::string_view> kWords{"-", "+", "/", "a", "Up", "End"};
std::set<std::string> shipped_keys() {
  std::set<std::string> keys;
  for (const Binding& binding : kKeymap) {
    if (kFixed.contains(binding.command)) continue;
    std::istringstream names{std::string(binding.keys)};
    for (std::string name; names >> name;)
      if (!kWords.contains(name)) keys.insert(name);
  }
  return keys;
}

// They lead to another screen, or out.
const std::set<std::string_view> kElsewhere{"help", "quit", "next-screen", "previous-screen"};

// A user with other keys for everything.
struct Other {
  World world;
  Keymap keys = map();
  Tui tui{Tui::Options{}, map()};
  const std::set<std::string> stale = shipped_keys();

  Other() {
    for (api::DownloadRow& row : world.snapshot.downloads) {  // no letters of sources
      row.givers.clear();
      for (api::SourceRow& source : row.sources)
        source.giver = 0;
    }
    show();
    tui.key(escape_key());
  }
  static Keymap map() {
    Keymap made;
    EXPECT_EQ(made.rebind(other_keys()), "");
    return made;
  }
  std::string show() { return all_text(tui.show(world.snapshot, 160, 50)); }
  void go(Screen screen) {
    tui.key(escape_key());
    tui.key(letter(std::string(1, static_cast<char>('1' + static_cast<int>(screen)))));
    show();
    World::answer(tui);
  }
  void run(Screen here, std::string_view command) {
    show();
    tui.key(letter(keys.key_of(here, command)));
  }
  // What is drawn names no key that does nothing any more. A letter behind a number is a unit;
  // those of a choice and of an answer are no keys.
  void expect_no_stale_key(const std::string& after) {
    std::istringstream lines(show());
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("sort by:") || line.starts_with("group by:") ||
          line.starts_with("be in:"))
        continue;
      std::istringstream words(line);
      std::string before;
      for (std::string word; words >> word; before = word) {
        if (word.starts_with('(')) word.erase(0, 1);
        while (!word.empty() && std::string_view(",;:)").find(word.back()) != std::string::npos)
          word.pop_back();
        const bool is_unit = !before.empty() && before.back() >= '0' && before.back() <= '9';
        EXPECT_TRUE(is_unit || !stale.contains(word)) << word << " after " << after << "\n" << line;
      }
    }
  }
};

TEST(KeyWords, NoScreenNamesAKeyThatTheUserHasTakenAway) {
  for (const bool is_empty : {false, true}) {
    Other user;
    if (is_empty) {
      user.world.results.clear();
      user.world.log.clear();
      api::Snapshot none;
      none.networks = user.world.snapshot.networks;
      none.networks[0].online = false;
      user.world.snapshot = none;
    }
    user.world.update();
    for (int i = 0; i < static_cast<int>(Screen::help); ++i) {
      const auto screen = static_cast<Screen>(i);
      for (const std::string_view command : user.keys.commands(screen)) {
        if (kFixed.contains(command) || kElsewhere.contains(command)) continue;
        user.go(screen);
        const std::size_t rows =
            screen == Screen::downloads ? user.world.snapshot.downloads.size() : 1;
        for (std::size_t row = 0; row < rows + 1; ++row) {
          user.run(screen, command);
          user.expect_no_stale_key(std::string(name_of(screen)) + ": " + std::string(command));
          user.tui.key(escape_key());
          user.go(screen);
          user.run(screen, "first");
          for (std::size_t down = 0; down <= row; ++down)
            user.run(screen, "down");
        }
      }
    }
  }
}

TEST(KeyWords, FollowTheUserWhereASignSaysSomethingElseToo) {
  Other user;
  user.world.results[0].sources.resize(40, user.world.results[0].sources.front());
  user.world.update();
  user.go(Screen::search);
  user.run(Screen::search, "open");
  const auto key = [&](std::string_view command) {
    return user.keys.key_of(Screen::search, command);
  };
  EXPECT_NE(user.show().find("more · " + key("open") + " to show, " + key("add-sources") + " adds"),
            std::string::npos)
      << user.show();
  user.run(Screen::search, "help");
  EXPECT_NE(user.show().find("mark; " + key("get") + " then takes"), std::string::npos);
  EXPECT_NE(user.show().find(key("open") + " and " + key("close")), std::string::npos);
  user.world.snapshot.library = {};
  user.world.update();
  user.go(Screen::shares);
  EXPECT_NE(user.show().find("Nothing is shared: " + key("add-folder") + " adds"),
            std::string::npos);
  user.go(Screen::downloads);
  EXPECT_NE(user.show().find(key("raise") + ' ' + key("lower") + " priority"), std::string::npos)
      << user.show();
}

}  // namespace
}  // namespace p2p::tui
