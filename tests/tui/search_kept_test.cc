// What the Search screen hands to the node to be kept, and has from it: wishes, ignored users,
// downloads; and how its list was ordered.
#include <gtest/gtest.h>

#include "tests/tui/search_user.h"

namespace p2p::tui {
namespace {

TEST(Search, KeepsTheFilterAndTheGroupsOfAWish) {
  User user;
  user.press("gf");
  user.press("/ext:flac");
  user.key(kEnter);
  const auto kept = user.press("W");
  ASSERT_TRUE(kept && std::holds_alternative<api::AddWish>(*kept));
  const auto& wish = std::get<api::AddWish>(*kept);
  EXPECT_EQ(wish.text, "free jazz");
  EXPECT_EQ(wish.filter, "ext:flac");
  EXPECT_EQ(wish.group, "folder");
  EXPECT_TRUE(wish.download);
  EXPECT_FALSE(std::get<api::AddWish>(*user.press("w")).download);
}

TEST(Search, ASearchOfAWishHasItsFilterAndGroups) {
  User user;
  api::WishRow wish;
  wish.id = 7;
  wish.filter = "ext:mp3";
  wish.group = "none";
  user.snapshot.wishes = {wish};
  user.snapshot.searches.push_back(user.snapshot.searches[1]);
  user.snapshot.searches[2].id = user.snapshot.search = 3;
  user.snapshot.searches[2].wish = 7;
  user.show();
  user.press("]");
  EXPECT_TRUE(user.has("1969.mp3")) << user.text();
  EXPECT_FALSE(user.has("Sun Dogs"));
  EXPECT_TRUE(user.has("/ext:mp3"));
  EXPECT_TRUE(user.has("group: none"));
  user.key(kEscape);
  user.show();
  EXPECT_TRUE(user.has("Sun Dogs")) << "it is put on once";
}

TEST(Search, TellsWhatAWishFound) {
  User user;
  api::WishRow wish;
  wish.id = 7;
  wish.text = "coltrane\x1b";
  wish.unseen = 3;
  user.snapshot.wishes = {wish};
  user.show();
  EXPECT_FALSE(user.tui.take_news().empty()) << "a new one, which has found something";
  user.snapshot.wishes[0].unseen = 4;
  user.snapshot.now_ms += 9000;
  user.show();
  EXPECT_TRUE(user.tui.take_news().empty()) << "answers come one by one";
  user.snapshot.now_ms += 1000;
  user.show();
  EXPECT_TRUE(user.has("Wish found: coltrane⟨ESC⟩, +4 new")) << user.text();
  EXPECT_EQ(user.tui.take_news(), std::vector<std::string>{"Wish found: coltrane\x1b, +4 new"});
  user.snapshot.wishes[0].unseen = 0;  // it was looked at
  user.show();
  user.snapshot.wishes[0].unseen = 1;
  user.snapshot.now_ms += 10'000;
  user.show();
  EXPECT_EQ(user.tui.take_news().size(), 1U);
}

TEST(Search, TellsWhichDownloadItBecameAndSelectsIt) {
  User user;
  user.press("j");
  const auto asked = user.key(kEnter);
  ASSERT_TRUE(fetched(asked));
  user.tui.told(*asked, {"", 5});
  EXPECT_TRUE(user.has("This is download 5: 2 Downloads shows how far it is")) << user.text();
  for (const std::uint32_t id : {3U, 4U, 5U, 6U}) {
    api::DownloadRow row;
    row.id = id;
    row.name = "download " + std::to_string(id);
    user.snapshot.downloads.push_back(row);
  }
  user.show();
  user.press("2");
  EXPECT_EQ(user.selected_line(), user.line_of("‖ download 5")) << user.text();
  user.press("j1");
  user.tui.told(*user.key(kEnter), {"", 3});
  EXPECT_TRUE(user.has("It is download 3 already: 2 Downloads"));
  user.press("2");
  EXPECT_EQ(user.selected_line(), user.line_of("‖ download 3")) << user.text();
  user.press("k1");
  user.tui.told(*user.key(kEnter), {"this cannot be fetched", 0});
  EXPECT_TRUE(user.has("this cannot be fetched"));
  user.press("2j12");
  EXPECT_EQ(user.selected_line(), user.line_of("‖ download 4")) << "the user's own choice stays";
}

TEST(Search, KeepsIgnoredUsersWithTheNode) {
  User user;
  user.press("gni");
  const auto asked = user.tui.more();
  ASSERT_TRUE(asked && std::holds_alternative<api::IgnoreUser>(*asked));
  const auto& ignored = std::get<api::IgnoreUser>(*asked);
  EXPECT_EQ(ignored.network, "napster");
  EXPECT_TRUE(user.has("1 user ignored"));
  user.snapshot.unwanted = {{1, api::Unwanted::ignored, "napster", ignored.user},
                            {2, api::Unwanted::ignored, "napster", "lena"},
                            {3, api::Unwanted::blocked, "", "napster:otto"}};
  user.show();
  EXPECT_TRUE(user.has("2 users ignored")) << user.text();
  const auto back = user.press("I");
  EXPECT_TRUE(back && std::holds_alternative<api::ForgetIgnored>(*back));
  user.snapshot.unwanted.clear();
  user.show();
  EXPECT_FALSE(user.has("users ignored")) << user.text();
}

TEST(Search, IsOrderedAndGroupedAsTheLastTime) {
  User user;
  EXPECT_EQ(user.tui.habits(), "Search c+\nDownloads t+\n");
  user.press("gu");
  user.press("snsn");
  user.press("2sp1");
  const std::string kept = user.tui.habits();
  EXPECT_EQ(kept, "Search n-user\nDownloads p+\n");
  User later;
  EXPECT_TRUE(later.tui.take_habits(kept));
  later.show();
  EXPECT_TRUE(later.has("group: user · sort: name ▲")) << later.text();
  EXPECT_TRUE(later.tui.take_habits(""));
  for (const char* broken : {"Search", "Search x+", "Search n", "Search n+house", "Log n+", "a b\n",
                             "\n", "Downloads p+x", " "})
    EXPECT_FALSE(later.tui.take_habits(broken)) << broken;
  EXPECT_EQ(later.tui.habits(), kept);
  EXPECT_FALSE(later.tui.take_habits("Search\nDownloads s-\n"));
  EXPECT_EQ(later.tui.habits(), "Search n-user\nDownloads s-\n") << "as far as it makes sense";
}

}  // namespace
}  // namespace p2p::tui
