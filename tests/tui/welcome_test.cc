// The dialogue of the first start.
#include <string>

#include <gtest/gtest.h>

#include "tui/welcome_view.h"

namespace p2p::tui {
namespace {

using Answer = WelcomeView::Answer;

class Welcome : public testing::Test {
 protected:
  Answer press(KeyName name) { return view.key({name, "", false}); }
  void type(const std::string& letters) {
    for (const char letter : letters)
      view.key({KeyName::text, std::string(1, letter), false});
  }
  std::string text(int width, int height) {
    std::string all;
    const Surface& surface = view.show(width, height);
    for (int y = 0; y < height; ++y)
      all += surface.row_text(y) + '\n';
    return all;
  }
  bool has(const std::string& words) { return text(100, 20).find(words) != std::string::npos; }

  WelcomeView view{"~/Downloads",
                   {{"napster", "a server knows all"}, {"gnutella", "no centre"}, {"kazaa", ""}},
                   1,
                   Looks{}};
};

TEST_F(Welcome, StartsWithNothingSharedWhenNothingIsTyped) {
  EXPECT_TRUE(has("(empty = share nothing)"));
  EXPECT_EQ(press(KeyName::enter), Answer::start);
  EXPECT_EQ(view.share(), "");
  EXPECT_EQ(view.downloads(), "~/Downloads");
  EXPECT_EQ(view.network(), "gnutella");
}

TEST_F(Welcome, TakesAFolderForEachAndANetwork) {
  type("/music");
  press(KeyName::tab);
  type("/new");
  press(KeyName::down);
  press(KeyName::right);
  EXPECT_EQ(view.share(), "/music");
  EXPECT_EQ(view.downloads(), "~/Downloads/new");
  EXPECT_EQ(view.network(), "kazaa");
  type(" ");
  EXPECT_EQ(view.network(), "napster");
  EXPECT_TRUE(has("(•) napster"));
  press(KeyName::left);
  EXPECT_EQ(view.network(), "kazaa");
  press(KeyName::tab);  // back at the first one
  type("/more");
  EXPECT_EQ(view.share(), "/music/more");
}

TEST_F(Welcome, ExplainsTheNetworkToWhoAsks) {
  press(KeyName::back_tab);
  EXPECT_FALSE(has("no centre"));
  type("i");
  EXPECT_TRUE(has("no centre"));
  press(KeyName::left);
  EXPECT_TRUE(has("a server knows all"));
  type("i");
  EXPECT_FALSE(has("a server knows all"));
}

TEST_F(Welcome, LeavesWithCtrlC) {
  EXPECT_EQ(view.key({KeyName::text, "c", true}), Answer::leave);
}

TEST_F(Welcome, SaysWhyItCannotStartUntilTheNextKey) {
  view.refuse("There is no folder /music");
  EXPECT_TRUE(has("There is no folder /music"));
  type("a");
  EXPECT_FALSE(has("There is no folder /music"));
}

TEST_F(Welcome, AsksAtEverySize) {
  type("a\xcc\x81/very/long/\xe2\x80\xae");
  for (int width = 1; width <= 120; width += 7)
    for (int height = 1; height <= 30; ++height)
      for (int question = 0; question < 3; ++question, press(KeyName::tab))
        text(width, height);
  EXPECT_NE(text(20, 5).find("Share"), std::string::npos);
  EXPECT_NE(text(20, 5).find("gnutella"), std::string::npos);
}

}  // namespace
}  // namespace p2p::tui
