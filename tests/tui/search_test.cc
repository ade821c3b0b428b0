// The Search screen: groups, what is opened, marks, and the fields of its filter.
// SERVENT_GOLDEN=1 makes its golden screens anew.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/tui/search_user.h"

namespace p2p::tui {
namespace {

void expect_golden(User& user, const std::string& name) {
  const std::string text = user.text();
  const auto path =
      std::filesystem::path(TEST_DATA_DIR) / "tui" / "golden" / ("search-" + name + ".txt");
  if (std::getenv("SERVENT_GOLDEN") != nullptr) std::ofstream(path) << text;
  std::ostringstream golden;
  golden << std::ifstream(path).rdbuf();
  EXPECT_TRUE(text == golden.str()) << path << " is not\n" << text;
}

TEST(Search, LooksAsTheGoldenScreens) {
  struct Size {
    int width, height;
    bool ascii;
    const char* name;
  };
  for (const Size& size : {Size{100, 30, false, "100x30"},
                           {40, 12, false, "40x12"},
                           {20, 5, false, "20x5"},
                           {40, 12, true, "40x12-ascii"}}) {
    User user(size.ascii);
    user.width = size.width;
    user.height = size.height;
    user.key(kRight);
    expect_golden(user, std::string("opened-") + size.name);
    user.press("gf");
    user.press("gg");
    user.key(kRight);
    expect_golden(user, std::string("folders-") + size.name);
    user.press("gu");
    user.press("gg");
    user.key(kRight);
    expect_golden(user, std::string("users-") + size.name);
    user.press("gn");
    user.press("/jazz size>big");
    expect_golden(user, std::string("filter-") + size.name);
  }
}

TEST(Search, OpensAndClosesTheSourcesOfARow) {
  User user;
  user.key(kRight);
  EXPECT_TRUE(user.has(" ├     marge · free slot · 488.3 KiB/s")) << user.text();
  EXPECT_TRUE(user.has(" └     3 more · Right to show")) << user.text();
  EXPECT_FALSE(user.has("jun · queue 2"));
  user.press("jjj");
  user.key(kRight);
  EXPECT_TRUE(user.has("jun · queue 2"));
  EXPECT_FALSE(user.has("more · Right"));
  user.key(kLeft);
  EXPECT_FALSE(user.has("jun · queue 2"));
  EXPECT_EQ(fetched(user.key(kEnter)), 1U) << "Left went to the row that it closed";
}

TEST(Search, DownloadsARowFromOneOfItsSourceLines) {
  User user;
  user.key(kRight);
  user.press("j");
  EXPECT_EQ(fetched(user.key(kEnter)), 1U);
}

TEST(Search, OpensAGroupWithEnterAndTakesFilesInIt) {
  User user;
  user.press("gu");
  user.press("gg");
  EXPECT_TRUE(user.has("▸   marge · 2 files")) << user.text();
  EXPECT_FALSE(user.key(kEnter).has_value());
  EXPECT_TRUE(user.has("▾   marge · 2 files")) << user.text();
  user.press("j");
  EXPECT_EQ(fetched(user.key(kEnter)), 1U);
  user.press("k");
  EXPECT_FALSE(user.key(kEnter).has_value());
  EXPECT_TRUE(user.has("▸   marge · 2 files")) << user.text();
}

TEST(Search, KeepsTheSelectedFileThroughAllGroupings) {
  User user;
  user.press("jj");
  const std::uint64_t third = fetched(user.key(kEnter));
  for (const char* group : {"gn", "gd"}) {
    user.press(group);
    EXPECT_EQ(fetched(user.key(kEnter)), third) << group;
  }
  user.press("gf");
  EXPECT_FALSE(user.key(kEnter).has_value());  // its folder, which is open now
  user.press("gd");
}

TEST(Search, ListsEachAnswerForItselfWithoutGroups) {
  User user;
  user.press("gn");
  EXPECT_TRUE(user.has("User")) << user.text();
  EXPECT_TRUE(user.has("1 of 12")) << user.text();
  user.press("/user:lena");
  EXPECT_FALSE(user.has("marge ")) << user.text();
  EXPECT_TRUE(user.has("lena"));
}

TEST(Search, GoesToTheFirstRowWithTwoLetters) {
  User user;
  user.press("Ggg");
  EXPECT_EQ(fetched(user.key(kEnter)), 1U);
}

TEST(Search, TakesAllThatIsMarkedWithoutAQuestion) {
  User user;
  user.press(" j ");
  EXPECT_TRUE(user.has("2 marked")) << user.text();
  const auto first = user.key(kEnter);
  const auto second = user.tui.more();
  EXPECT_NE(fetched(first), 0U);
  EXPECT_NE(fetched(second), 0U);
  EXPECT_NE(fetched(first), fetched(second));
  EXPECT_FALSE(user.tui.more().has_value());
  EXPECT_TRUE(user.has("Asked for 2 files"));
  EXPECT_FALSE(user.has("marked"));
}

TEST(Search, UnmarksWhatIsMarked) {
  User user;
  user.press(" k ");
  EXPECT_FALSE(user.has("marked")) << user.text();
}

TEST(Search, AddsSourcesOnlyToADownloadThatIsUnderWay) {
  User user;
  EXPECT_FALSE(user.press("+").has_value());
  EXPECT_TRUE(user.has("No download of it is under way"));
  api::DownloadRow download;
  download.id = 1;
  download.digest = user.results[0].digest;
  download.state = api::DownloadState::running;
  user.snapshot.downloads = {download};
  user.show();
  EXPECT_EQ(fetched(user.press("+")), 1U);
}

TEST(Search, CopiesTheLinkOfTheSelectedFile) {
  User user;
  user.press("y");
  EXPECT_TRUE(user.has("magnet:?xt=1")) << user.text();
}

TEST(Search, HidesAUserAndShowsHimAgain) {
  User user;
  user.press("G");  // one that only ben has
  user.press("i");
  EXPECT_TRUE(user.has("ben is ignored"));
  EXPECT_TRUE(user.has("1 user ignored")) << user.text();
  EXPECT_FALSE(user.has("invoice"));
  user.press("/ben");
  user.key(kEscape);
  user.press("I");
  EXPECT_TRUE(user.has("invoice"));
  EXPECT_FALSE(user.has("1 user ignored"));
}

TEST(Search, TellsOtherNamesAndWhereItLiesAtASource) {
  User user;
  user.results[0].sources[1].name = "x\\suite \x1b[2J.flac";
  user.show();
  EXPECT_TRUE(user.has("in music/sun dogs/1971/ · also as suite ⟨ESC⟩[2J.flac")) << user.text();
  user.key(kRight);
  user.press("j");
  EXPECT_TRUE(user.has("on marge: music/sun dogs/1971/Sun Dogs")) << user.text();
}

TEST(Search, KeepsASearchAsAWishAndGoesToWhatItFound) {
  User user;
  const auto kept = user.press("w");
  ASSERT_TRUE(kept && std::holds_alternative<api::AddWish>(*kept));
  EXPECT_EQ(std::get<api::AddWish>(*kept).text, "free jazz");
  EXPECT_FALSE(user.press("]"));
  api::WishRow wish;
  wish.id = 7;
  wish.text = "coltrane 1972";
  user.snapshot.wishes = {wish};
  user.show();
  EXPECT_FALSE(user.has("★")) << user.text();
  user.snapshot.wishes[0].unseen = 2;
  user.show();
  EXPECT_TRUE(user.has("★ coltrane 1972 +2 new")) << user.text();
  const auto seen = user.press("]");
  ASSERT_TRUE(seen && std::holds_alternative<api::SeeWish>(*seen));
  EXPECT_EQ(std::get<api::SeeWish>(*seen).id, 7U);
}

TEST(Search, AsksWhichUserIsMeant) {
  User user;
  user.press("i");
  EXPECT_TRUE(user.has("Several have it"));
  user.key(kRight);
  user.press("ji");  // marge
  EXPECT_TRUE(user.has("marge is ignored"));
  EXPECT_FALSE(user.has("marge · free slot"));
  EXPECT_TRUE(user.has("Sun Dogs"));
}

TEST(Search, SaysThatOnlyIgnoredUsersHaveAnything) {
  User user;
  user.press("gu");
  for (int users = 0; users < 6; ++users)
    user.press("ggi");
  EXPECT_TRUE(user.has("Only ignored users have these 5: I shows them")) << user.text();
}

TEST(Search, FiltersByFieldsAndSaysWhatIsNone) {
  User user;
  user.press("/ext:flac|ext:mp3 size>100M");
  EXPECT_TRUE(user.has("Sun Dogs"));
  EXPECT_FALSE(user.has("1969"));
  user.key(kEscape);
  user.press("/have:no -type:video");
  EXPECT_TRUE(user.has("Sun Dogs"));
  for (const char* hidden : {"1969.mp3", "anthology", "mkv"})
    EXPECT_FALSE(user.has(hidden)) << hidden;
  user.key(kEscape);
  user.press("/size>big");
  EXPECT_TRUE(user.has("searched as text: size>big")) << user.text();
  EXPECT_TRUE(user.has("Filter hides all 5: Esc shows them"));
}

TEST(Search, MarksWhatIsHalfTypedInTheFilter) {
  User user;
  user.press("/jazz size>");
  EXPECT_TRUE(user.has("asks nothing yet: size>")) << user.text();
  EXPECT_TRUE(user.has("Sun Dogs")) << "no row goes while it is typed";
  const Surface& surface = user.show();
  const int line = user.height - 1;
  EXPECT_NE(surface.at(2, line).style, Style::mark);  // "/jazz size>"
  for (int x = 6; x < 11; ++x)
    EXPECT_EQ(surface.at(x, line).style, Style::mark) << x;
  user.press("1M");
  EXPECT_FALSE(user.has("asks nothing yet"));
}

TEST(Search, RemembersOrderAndGroupingForTheNextSearch) {
  User user;
  user.press("gu");
  user.press("sn");
  user.press("[");
  user.snapshot.search = 1;
  user.show();
  EXPECT_TRUE(user.has("group: user · sort: name")) << user.text();
}

TEST(Search, DrawsAllGroupingsAtEverySize) {
  for (const char* group : {"gd", "gf", "gu", "gn"}) {
    User user;
    user.press(group);
    user.press("gg");
    user.key(kRight);
    user.press("j");
    for (int width = 1; width <= 250; width += width < 24 ? 1 : 13)
      for (int height = 1; height <= 80; height += height < 26 ? 1 : 9) {
        user.width = width;
        user.height = height;
        const Surface& surface = user.show();
        ASSERT_EQ(surface.width(), width);
        if (width < 10 || height < 3) continue;
        ASSERT_GE(user.selected_line(), 0) << group << ' ' << width << 'x' << height;
      }
  }
}

TEST(Search, SaysWhyThereIsNothing) {
  User user;
  user.results.clear();
  api::SearchRow& search = user.snapshot.searches[1];
  search.sources = 0;
  search.state = api::SearchState::listening;
  search.started_ms = user.snapshot.now_ms - 3000;
  user.show();
  EXPECT_TRUE(user.has("Nobody answered yet, 4 links asked, 3 s")) << user.text();
  search.state = api::SearchState::finished;
  search.why = "refused: too many searches";
  user.show();
  EXPECT_TRUE(user.has("The server refused: too many searches")) << user.text();
  user.snapshot.networks[0].online = false;
  user.snapshot.networks[0].state = "retry in 5 s";
  user.show();
  EXPECT_TRUE(user.has("No link is up: 5 Network")) << user.text();
}

TEST(Search, ShowsAClaimedRateAsAClaim) {
  User user;
  api::ResultRow& row = user.add("claimed.flac", "", 1000, {"zoe"});
  row.sources[0].rate_bps = 3'200'000;
  row.sources[0].claims = true;
  row.sources[0].hops = 1;
  user.show();
  EXPECT_TRUE(user.has("≈3.1M/s")) << user.text();
  user.press("sr");
  EXPECT_LT(user.line_of("claimed.flac"), user.line_of("Free Jazz Live")) << user.text();
  user.press("kkkkkk");
  EXPECT_TRUE(user.has("zoe, queue 2, 1 hop away, says ")) << user.text();
}

}  // namespace
}  // namespace p2p::tui
