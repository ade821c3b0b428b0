// What holds on every screen: looks, the cursor, help, the way out.
#include <string>

#include <gtest/gtest.h>

#include "tests/tui/world.h"

namespace p2p::tui {
namespace {

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

}  // namespace
}  // namespace p2p::tui
