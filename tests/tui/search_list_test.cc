// The list of a search: its order, its filter, its selection, and from one search to the next.
#include <variant>

#include <gtest/gtest.h>

#include "tests/tui/world.h"

namespace p2p::tui {
namespace {

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

}  // namespace
}  // namespace p2p::tui
