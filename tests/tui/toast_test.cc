// What is told, when, and for how long.
#include "tui/toast.h"

#include <variant>

#include <gtest/gtest.h>

#include "tui/extras.h"
#include "tui/prompt.h"

namespace p2p::tui {
namespace {

TEST(Toast, LastsFourSeconds) {
  Toast toast;
  toast.say("look");
  toast.learn(1000, true);
  toast.learn(4999, true);
  EXPECT_EQ(toast.text(), "look");
  toast.learn(5000, true);
  EXPECT_EQ(toast.text(), "");
}

TEST(Toast, StaysUntilAKeyWhereNothingMoves) {
  Toast toast;
  toast.tell("news");
  toast.learn(1000, false);
  toast.learn(100'000, false);
  EXPECT_EQ(toast.text(), "news");
  toast.key(false);
  EXPECT_EQ(toast.text(), "");
}

TEST(Toast, TellsTheNewestNewsOnceASecond) {
  Toast toast;
  toast.tell("first");
  toast.learn(1000, true);
  toast.tell("second");
  toast.tell("third");
  toast.learn(1999, true);
  EXPECT_EQ(toast.text(), "first");
  EXPECT_TRUE(toast.is_waiting());
  toast.learn(2000, true);
  EXPECT_EQ(toast.text(), "third");
  toast.say("an answer");  // which does not wait
  EXPECT_EQ(toast.text(), "an answer");
}

TEST(Toast, OffersToTakeBackForTenSeconds) {
  Toast toast;
  toast.offer_undo("Closed", api::Rescan{});
  toast.learn(1000, true);
  toast.say("something else");
  toast.learn(10'999, true);
  const auto request = toast.undo();
  ASSERT_TRUE(request);
  EXPECT_TRUE(std::holds_alternative<api::Rescan>(*request));
  EXPECT_FALSE(toast.undo());
  toast.offer_undo("Closed", api::Rescan{});
  toast.learn(11'000, true);
  toast.learn(21'000, true);
  EXPECT_EQ(toast.text(), "");
  EXPECT_FALSE(toast.undo());
}

TEST(Extras, PutsIntoTheClipboard) {
  EXPECT_EQ(copy_order("f"), "\x1b]52;c;Zg==\x1b\\");
  EXPECT_EQ(copy_order("fo"), "\x1b]52;c;Zm8=\x1b\\");
  EXPECT_EQ(copy_order("foob\xff\x1b"), "\x1b]52;c;Zm9vYv8b\x1b\\");
  EXPECT_EQ(copy_order(""), "");
  EXPECT_EQ(copy_order(std::string(7000, 'a')), "");
}

TEST(Extras, TellsTheDesktopOnlyWhereItIsKnown) {
  EXPECT_EQ(notices_of("xterm-256color", "iTerm.app"), Notices::osc9);
  EXPECT_EQ(notices_of("xterm-kitty", ""), Notices::osc9);
  EXPECT_EQ(notices_of("rxvt-unicode-256color", ""), Notices::osc777);
  EXPECT_EQ(notices_of("xterm-256color", ""), Notices::none);
  EXPECT_EQ(notices_of("tmux-256color", "WezTerm"), Notices::none);
  EXPECT_EQ(notice_order(Notices::none, "x"), "");
  EXPECT_EQ(notice_order(Notices::osc9, "a\x07\x1b\\b"), "\x1b]9;a⟨BEL⟩⟨ESC⟩\\b\x1b\\");
  EXPECT_EQ(notice_order(Notices::osc777, "a;b"), "\x1b]777;notify;servent;a,b\x1b\\");
}

TEST(Prompt, TakesOfALongPasteWhatFits) {
  Prompt prompt;
  std::string much("a");
  for (int i = 0; i < 1000; ++i)
    much += "é";
  prompt.key({KeyName::paste, much, false});
  EXPECT_EQ(prompt.text().size(), 511U);  // 512 would be half a letter
  EXPECT_TRUE(prompt.text().ends_with("é"));
  EXPECT_EQ(prompt.caret(), prompt.text().size());
}

TEST(Prompt, TakesNoControlCharacters) {
  Prompt prompt;
  prompt.key({KeyName::paste,
              "a\x1b[2J\nb\xC2\x9B"
              "c\x7f\té\xC2",
              false});
  EXPECT_EQ(prompt.text(), "a[2J bc é\xC2");
}

}  // namespace
}  // namespace p2p::tui
