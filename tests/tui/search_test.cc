// The Search screen: groups, what is opened, marks, the filter's fields, and how it stays still
// while answers come in. SERVENT_GOLDEN=1 makes its golden screens anew.
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tui/tui.h"

namespace p2p::tui {
namespace {

const Key kEnter{KeyName::enter, "", false};
const Key kEscape{KeyName::escape, "", false};
const Key kRight{KeyName::right, "", false};
const Key kLeft{KeyName::left, "", false};

// A user on the list of a search for free jazz, as the specification draws it.
struct User {
  std::vector<api::ResultRow> results;
  api::Snapshot snapshot;
  Tui tui;
  int width = 100, height = 30;

  explicit User(bool ascii = false) : tui({Looks{ascii}}) {
    const api::SearchRow live{1,    "live set", api::SearchState::finished, 38, 40, 1000,
                              4000, "complete"};
    const api::SearchRow jazz{2,      "free jazz", api::SearchState::finished, 0, 0, 50'000,
                              62'000, "complete"};
    snapshot.searches = {live, jazz};
    snapshot.search = 2;
    snapshot.networks.resize(1);
    snapshot.networks[0].mode = "napster";
    snapshot.networks[0].role = "client";
    snapshot.networks[0].online = true;
    snapshot.networks[0].peer_count = 4;
    snapshot.now_ms = 62'000;
    add("Sun Dogs - Free Jazz Suite.flac", "music/sun dogs/1971/", 327'575'142,
        {"marge", "otto", "lena", "jun", "anna"});
    add("Free Jazz Live 1969.mp3", "live/", 88'080'384, {"marge", "ben"}).have = api::Have::have;
    add("free-jazz-anthology.zip", "", 1'288'490'188, {"otto"}).have = api::Have::queued;
    add("自由爵士 第一集.mkv", "live/", 736'205'209, {"lena", "jun", "anna"});
    add("invoice\u202Efdp.exe", "", 348'160, {"ben"}).digest = "";
    show();
    key(kEscape);
  }

  api::ResultRow& add(const std::string& name, const std::string& folder, std::uint64_t size,
                      const std::vector<std::string>& users) {
    api::ResultRow row;
    row.key = results.size() + 1;
    row.name = name;
    row.folder = folder;
    row.size_bytes = size;
    row.digest = "urn:sha1:" + std::string(8, static_cast<char>('A' + results.size() % 26));
    row.link = "magnet:?xt=" + std::to_string(row.key);
    for (const std::string& user : users)
      row.sources.push_back({"napster", user, folder + name,
                             user == "marge" ? "free slot" : "queue 2", user.size() * 100'000, 0});
    snapshot.searches[1].sources += users.size();
    results.push_back(row);
    snapshot.searches[1].results = results.size();
    return results.back();
  }

  const Surface& show() {
    ++snapshot.revision;
    snapshot.results = results;
    return tui.show(snapshot, width, height);
  }
  std::optional<api::Request> key(const Key& key) {
    if (tui.is_stale()) show();
    const auto asked = tui.key(key);
    show();
    return asked;
  }
  std::optional<api::Request> press(const std::string& letters) {
    std::optional<api::Request> last;
    for (const char letter : letters)
      last = key({KeyName::text, std::string(1, letter), false});
    return last;
  }
  std::string text() {
    std::string all;
    const Surface& surface = tui.show(snapshot, width, height);
    for (int y = 0; y < height; ++y)
      all += surface.row_text(y) + "\n";
    return all;
  }
  bool has(const std::string& words) { return text().find(words) != std::string::npos; }
  // The line on the screen where these words stand; -1: none.
  int line_of(const std::string& words) {
    const Surface& surface = tui.show(snapshot, width, height);
    for (int y = 0; y < height; ++y)
      if (surface.row_text(y).find(words) != std::string::npos) return y;
    return -1;
  }
  int selected_line() {
    const Surface& surface = tui.show(snapshot, width, height);
    for (int y = 0; y < height; ++y)
      if (surface.at(width / 2, y).style == Style::selection) return y;
    return -1;
  }
};

std::uint64_t fetched(const std::optional<api::Request>& request) {
  const auto* get = request ? std::get_if<api::GetResult>(&*request) : nullptr;
  return get == nullptr ? 0 : get->key;
}

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

TEST(Search, KeepsTheSelectedRowInItsPlaceWhileRowsComeInAboveIt) {
  User user;
  user.press("jj");
  const int line = user.selected_line();
  const std::uint64_t third = fetched(user.key(kEnter));
  for (int i = 0; i < 40; ++i) {
    user.add("better " + std::to_string(i), "", 1, {"marge", "marge2", "x", "y", "z", "w"});
    user.show();
    ASSERT_EQ(user.selected_line(), line) << i;
  }
  EXPECT_EQ(fetched(user.key(kEnter)), third);
}

TEST(Search, MarksWhatIsNewUntilAKeyOrForTwoSeconds) {
  User user;
  const auto is_new = [&] { return user.has("+  zz new") || user.has("+ zz new"); };
  user.snapshot.now_ms += 1000;
  user.add("zz new", "", 1, {"x"});
  user.show();
  EXPECT_TRUE(is_new()) << user.text();
  EXPECT_FALSE(user.has("+ Sun Dogs"));
  EXPECT_TRUE(user.tui.wants_tick());
  user.snapshot.now_ms += 2000;
  EXPECT_FALSE(is_new());
  EXPECT_FALSE(user.tui.wants_tick());
  user.add("zz newer", "", 1, {"x"});
  user.show();
  EXPECT_TRUE(is_new());
  user.press("k");
  EXPECT_FALSE(is_new());
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

TEST(Search, PutsLaterRowsWhereAFullSortWouldPutThem) {
  for (const char* order : {"sc", "sn", "ss", "sr", "st", "sd"}) {
    User grown;
    grown.height = 80;
    grown.press(order);
    for (std::size_t i = 0; i < 40; ++i) {
      const std::size_t number = i * 7919 % 41;
      grown.add("file " + std::to_string(number) + (i % 3 == 0 ? ".ogg" : ".mp3"), "", number,
                std::vector<std::string>(1 + number % 4, "u" + std::to_string(number)));
      if (i % 5 == 0) {
        grown.results[number % 5].sources.push_back({"napster", "late", "", "", 1, 0});
        ++grown.snapshot.searches[1].sources;
      }
      grown.show();
    }
    User whole;
    whole.height = 80;
    whole.results = grown.results;
    whole.snapshot.searches = grown.snapshot.searches;
    whole.press(order);
    grown.press("gg");
    whole.press("gg");
    EXPECT_TRUE(grown.has("file 40.")) << grown.text();
    EXPECT_EQ(grown.text(), whole.text()) << order;
  }
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

}  // namespace
}  // namespace p2p::tui
