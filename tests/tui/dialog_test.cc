// What keys mean, without a drawn frame.
#include "tui/dialog.h"

#include <string>
#include <variant>

#include <gtest/gtest.h>

namespace p2p::tui {
namespace {

using Focus = Dialog::Focus;

Key named(KeyName name) {
  return {name, "", false};
}

class DialogTest : public testing::Test {
 protected:
  std::optional<api::Request> type(const std::string& letters) {
    std::optional<api::Request> last;
    for (const char c : letters)
      last = dialog.key({KeyName::text, std::string(1, c), false});
    return last;
  }
  void see() { dialog.learn(snapshot); }

  Keymap keys;
  Views views{keys, 0};
  Dialog dialog{views, keys};
  api::Snapshot snapshot;
};

TEST_F(DialogTest, BeginsWhereWordsCanBeTyped) {
  see();
  EXPECT_EQ(dialog.focus(), Focus::prompt);
  EXPECT_FALSE(type("free jazz"));
  const auto asked = dialog.key(named(KeyName::enter));
  ASSERT_TRUE(asked);
  ASSERT_TRUE(std::holds_alternative<api::StartSearch>(*asked));
  EXPECT_EQ(std::get<api::StartSearch>(*asked).text, "free jazz");
  EXPECT_EQ(dialog.focus(), Focus::list);
}

TEST_F(DialogTest, SearchesForNoBlanks) {
  type("  ");
  EXPECT_FALSE(dialog.key(named(KeyName::enter)));
  EXPECT_NE(dialog.toast(), "");
  EXPECT_EQ(dialog.focus(), Focus::prompt);
}

TEST_F(DialogTest, SetsLimitsOfAllFromTheUploads) {
  see();
  dialog.key(named(KeyName::escape));
  const auto set = [&](const std::string& text) {
    type("3l");
    EXPECT_EQ(dialog.focus(), Focus::typing);
    type(text);
    return dialog.key(named(KeyName::enter));
  };
  const auto both = set("  100K   2M ");
  ASSERT_TRUE(both && std::holds_alternative<api::SetLimits>(*both));
  EXPECT_EQ(std::get<api::SetLimits>(*both).up_bps, 102'400U);
  EXPECT_EQ(std::get<api::SetLimits>(*both).down_bps, 2'097'152U);
  const auto up = set("0");
  ASSERT_TRUE(up);
  EXPECT_EQ(std::get<api::SetLimits>(*up).up_bps, 0U);
  EXPECT_EQ(std::get<api::SetLimits>(*up).down_bps, std::nullopt);
  for (const char* wrong : {"", "   ", "fast", "1K slow", "1K 2K 3K"}) {
    EXPECT_FALSE(set(wrong)) << wrong;
    EXPECT_EQ(dialog.focus(), Focus::list);
  }
  EXPECT_NE(dialog.toast(), "");
}

TEST_F(DialogTest, TakesAToastAwayAfterFourSeconds) {
  snapshot.now_ms = 1000;
  dialog.say("look");
  see();
  snapshot.now_ms = 4999;
  see();
  EXPECT_EQ(dialog.toast(), "look");
  snapshot.now_ms = 5000;
  see();
  EXPECT_EQ(dialog.toast(), "");
}

TEST_F(DialogTest, LeavesAtOnceOnlyWhenNothingIsTransferred) {
  api::UploadRow upload;
  upload.state = "running";
  snapshot.uploads = {upload};
  see();
  dialog.key(named(KeyName::escape));
  EXPECT_FALSE(type("q"));
  EXPECT_EQ(dialog.focus(), Focus::question);
  EXPECT_FALSE(type("n"));
  EXPECT_FALSE(dialog.quit());

  snapshot.uploads = {};
  see();
  const auto asked = type("q");
  ASSERT_TRUE(asked);
  EXPECT_TRUE(std::holds_alternative<api::Quit>(*asked));
  EXPECT_TRUE(dialog.quit());
}

TEST_F(DialogTest, TakesBackWhatItOfferedTo) {
  snapshot.searches = {{7, "live set", api::SearchState::finished, 1, 1, 1, 2, ""}};
  snapshot.search = 7;
  see();
  dialog.key(named(KeyName::escape));
  EXPECT_TRUE(type("X"));
  see();
  const auto again = type("u");
  ASSERT_TRUE(again && std::holds_alternative<api::StartSearch>(*again));
  EXPECT_EQ(std::get<api::StartSearch>(*again).text, "live set");
  EXPECT_FALSE(type("u"));
  EXPECT_EQ(dialog.toast(), "There is nothing to take back");
}

TEST_F(DialogTest, TellsWhenTheLastLinkIsLost) {
  snapshot.networks.resize(2);
  snapshot.networks[0].state = "retry in 20 s";
  see();
  snapshot.networks[1].online = true;
  see();
  EXPECT_TRUE(dialog.take_news().empty());
  snapshot.networks[1].online = false;
  see();
  EXPECT_EQ(dialog.toast(), "The last link is lost: retry in 20 s");
  EXPECT_EQ(dialog.take_news().size(), 1U);
}

TEST_F(DialogTest, TellsOnceThatTheDiskIsNearlyFull) {
  snapshot.disk = {5U << 20U, 1U << 30U, false};
  see();
  EXPECT_TRUE(dialog.take_news().empty());
  snapshot.disk.is_low = true;
  see();
  see();
  EXPECT_EQ(dialog.toast(), "The disk is nearly full: 5.0 MiB are left for downloads");
  EXPECT_EQ(dialog.take_news().size(), 1U);
  snapshot.disk.is_low = false;
  see();
  EXPECT_TRUE(dialog.take_news().empty());
  snapshot.disk.is_low = true;
  see();
  EXPECT_EQ(dialog.take_news().size(), 1U) << "it had recovered";
}

TEST_F(DialogTest, TakesBackWhoWasKeptOut) {
  dialog.key(named(KeyName::escape));
  snapshot.revision = 1;
  see();
  type("5B");
  EXPECT_EQ(dialog.toast(), "Banned: nobody");
  snapshot.unwanted = {{3, api::Unwanted::banned, "", "192.0.2.3"},
                       {4, api::Unwanted::banned, "", "192.0.2.4"},
                       {5, api::Unwanted::blocked, "", "napster:a\x1b"}};
  see();
  type("B");
  ASSERT_EQ(dialog.focus(), Focus::typing);
  EXPECT_EQ(dialog.typing().label, "Banned: 192.0.2.4, 192.0.2.3. Take back: ");
  EXPECT_EQ(dialog.typed().text(), "192.0.2.4");
  const auto asked = dialog.key(named(KeyName::enter));
  ASSERT_TRUE(asked && std::holds_alternative<api::DropUnwanted>(*asked));
  EXPECT_EQ(std::get<api::DropUnwanted>(*asked).id, 4U);
  type("3B");
  EXPECT_EQ(dialog.typing().label, "Blocked: napster:a⟨ESC⟩. Take back: ");
  type("x");
  EXPECT_FALSE(dialog.key(named(KeyName::enter)));
  EXPECT_EQ(dialog.toast(), "There is nobody of this name among them: napster:a⟨ESC⟩x");
  type("B");
  EXPECT_TRUE(dialog.key(named(KeyName::enter))) << "as it is shown";
}

TEST_F(DialogTest, KeepsNewsUntilSomebodyTakesThem) {
  for (int i = 0; i < 40; ++i)
    dialog.tell("news");
  EXPECT_EQ(dialog.take_news().size(), 16U);
  EXPECT_TRUE(dialog.take_news().empty());
}

// As a list would run it: q would quit, and x would ask to delete.
TEST_F(DialogTest, NeverRunsAPasteAsCommands) {
  see();
  dialog.key(named(KeyName::escape));
  for (const char* screen : {"2", "3", "4", "5", "6"}) {
    type(screen);
    see();
    EXPECT_FALSE(dialog.key({KeyName::paste, "qxy\r" + std::string(4000, 'q'), false}));
    EXPECT_EQ(dialog.focus(), Focus::prompt);
    EXPECT_EQ(dialog.prompt().text().size(), 512U);
    EXPECT_FALSE(dialog.quit());
    dialog.key(named(KeyName::escape));
  }
}

TEST_F(DialogTest, IsStaleFromAKeyThatLeadsElsewhereUntilThatIsShown) {
  see();
  dialog.key(named(KeyName::escape));
  EXPECT_FALSE(dialog.is_stale());
  type("2");
  EXPECT_EQ(dialog.screen(), Screen::downloads);
  EXPECT_TRUE(dialog.is_stale());
  see();
  EXPECT_FALSE(dialog.is_stale());
}

}  // namespace
}  // namespace p2p::tui
