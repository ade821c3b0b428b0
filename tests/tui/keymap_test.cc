// The table of keys as a user changes it, and the line that takes commands by name.
#include "tui/keymap.h"

#include <gtest/gtest.h>

#include "tui/dialog.h"
#include "tui/frame.h"

#include "tests/tui/world.h"

namespace p2p::tui {
namespace {

std::string wrong(std::vector<Rebinding> wanted) {
  Keymap keys;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    wanted[i].line = i + 1;
  return keys.rebind(wanted);
}

TEST(Keymap, IsAsShippedWithoutConflicts) {
  Keymap keys;
  EXPECT_EQ(keys.rebind({}), "");
  EXPECT_EQ(keys.command(Screen::downloads, letter("p")), "pause");
  EXPECT_EQ(keys.command(Screen::log, letter("3")), "screen");
  EXPECT_EQ(keys.key_of(Screen::log, "down"), "j");
  for (const Binding& binding : keys.bindings())
    EXPECT_FALSE(binding.command.empty());
}

TEST(Keymap, ChangesTheKeysOfACommand) {
  Keymap made;
  ASSERT_EQ(made.rebind({{"", "sort", {"S", "Ctrl-S"}, 1}, {"Downloads", "pause", {"Space"}, 2}}),
            "");
  const Keymap keys = std::move(made);
  EXPECT_EQ(keys.command(Screen::search, letter("S")), "sort");
  EXPECT_EQ(keys.command(Screen::downloads, {KeyName::text, "s", true}), "sort");
  EXPECT_EQ(keys.command(Screen::downloads, letter("s")), "");
  EXPECT_EQ(keys.command(Screen::downloads, letter(" ")), "pause");
  EXPECT_EQ(keys.command(Screen::downloads, letter("p")), "");
  const auto hints = hints_of(keys, Screen::downloads, 100);
  EXPECT_EQ(hints.front().keys, "Space");
  EXPECT_EQ(hints.front().words, "pause/go");
}

TEST(Keymap, TakesAKeyAway) {
  Keymap keys;
  ASSERT_EQ(keys.rebind({{"", "theme", {}, 1}, {"", "help", {"E"}, 2}}), "");
  EXPECT_EQ(keys.command(Screen::log, letter("t")), "");
  EXPECT_EQ(keys.key_of(Screen::log, "theme"), ":theme");
  EXPECT_EQ(hints_of(keys, Screen::log, 100).back().keys, "E");
}

TEST(Keymap, ExchangesTwoKeys) {
  EXPECT_EQ(wrong({{"", "pause", {"x"}}, {"", "cancel", {"p"}}}), "");
}

TEST(Keymap, RefusesWhatCannotBe) {
  EXPECT_EQ(wrong({{"", "theme", {"T"}}, {"", "quti", {"Q"}}}), "2: unknown command \"quti\"");
  EXPECT_EQ(wrong({{"Log", "pause", {"P"}}}), "1: unknown command \"pause\" of Log");
  EXPECT_EQ(wrong({{"Logs", "level", {"P"}}}), "1: there is no screen \"Logs\"");
  EXPECT_EQ(wrong({{"", "pause", {"x"}}}), "1: \"x\" would be both \"pause\" and \"cancel\"");
  EXPECT_EQ(wrong({{"", "theme", {"Q"}}, {"Downloads", "pause", {"Q"}}}),
            "2: \"Q\" would be both \"pause\" and \"theme\" (line 1)");
  EXPECT_EQ(wrong({{"", "theme", {"4"}}}), "1: \"4\" would be both \"theme\" and \"screen\"");
  EXPECT_EQ(wrong({{"", "screen", {"a"}}}), "1: \"screen\" keeps its keys");
  for (const char* key : {"", "ab", "Ctrl-", "Ctrl-a", "ctrl-A", "j k", "Enter2", "\x01"})
    EXPECT_NE(wrong({{"", "theme", {key}}}).find("is no key"), std::string::npos) << key;
  for (const char* key : {"é", "Ctrl-T", "PgDn", "-", "\"", "\\"})
    EXPECT_EQ(wrong({{"Shares", "rescan", {key}}}).find("is no key"), std::string::npos) << key;
}

class CommandLine : public testing::Test {
 protected:
  CommandLine() {
    dialog.learn(snapshot);
    dialog.key({KeyName::escape, "", false});
  }
  std::optional<api::Request> type(const std::string& keys_typed) {
    std::optional<api::Request> last;
    for (const char c : keys_typed) {
      if (c == '\r')
        last = dialog.key({KeyName::enter, "", false});
      else if (c == '\t')
        last = dialog.key({KeyName::tab, "", false});
      else
        last = dialog.key(letter(std::string(1, c)));
    }
    return last;
  }
  std::string line() { return dialog.command_line().text(); }

  Keymap keys;
  Views views{keys, 0};
  Dialog dialog{views, keys};
  api::Snapshot snapshot;
};

TEST_F(CommandLine, RunsACommandByItsName) {
  type(":next-screen\r");
  EXPECT_EQ(dialog.screen(), Screen::downloads);
  type(":screen 4\r");
  EXPECT_EQ(dialog.screen(), Screen::shares);
  type(":screen Log\r");
  EXPECT_EQ(dialog.screen(), Screen::log);
  type(":screen 9\r");
  EXPECT_EQ(dialog.screen(), Screen::log);
  const auto asked = type(":quit\r");
  ASSERT_TRUE(asked && std::holds_alternative<api::Quit>(*asked));
}

TEST_F(CommandLine, GivesErrandsToTheTerminal) {
  type(":suspend\r");
  EXPECT_EQ(dialog.take_errand(), Dialog::Errand::suspend);
  EXPECT_EQ(dialog.take_errand(), Dialog::Errand::none);
  type(":redraw\r");
  EXPECT_EQ(dialog.take_errand(), Dialog::Errand::redraw);
}

TEST_F(CommandLine, CompletesAsFarAsItIsSure) {
  type(":pre\t");
  EXPECT_EQ(line(), "previous-s");  // -screen, -search
  type("c\t");
  EXPECT_EQ(line(), "previous-screen");
  type("\t");
  EXPECT_EQ(line(), "previous-screen");
  dialog.key({KeyName::escape, "", false});
  type(":zzz\t");
  EXPECT_EQ(line(), "zzz");
  EXPECT_TRUE(dialog.completions().empty());
}

TEST_F(CommandLine, OffersOnlyWhatTheScreenHas) {
  type(":p");
  const auto has = [&](std::string_view name) {
    return std::ranges::count(dialog.completions(), name) > 0;
  };
  EXPECT_TRUE(has("previous-search"));
  EXPECT_FALSE(has("pause"));
  type("ause\r");
  EXPECT_NE(dialog.toast().find("\"pause\""), std::string::npos);
}

TEST_F(CommandLine, KeepsItsHistory) {
  type(":theme\r:redraw\r:");
  dialog.key({KeyName::up, "", false});
  EXPECT_EQ(line(), "redraw");
  dialog.key({KeyName::up, "", false});
  EXPECT_EQ(line(), "theme");
  type("\r");
  EXPECT_EQ(dialog.theme(), ThemeName::light);
}

}  // namespace
}  // namespace p2p::tui
