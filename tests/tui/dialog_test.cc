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
