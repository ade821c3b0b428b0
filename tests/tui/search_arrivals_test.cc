// The Search screen while answers come in.
#include <gtest/gtest.h>

#include "tests/tui/search_user.h"

namespace p2p::tui {
namespace {

TEST(SearchArrivals, KeepsTheSelectedRowInItsPlaceWhileRowsComeInAboveIt) {
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

TEST(SearchArrivals, MarksWhatIsNewUntilAKeyOrForTwoSeconds) {
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

TEST(SearchArrivals, PutsLaterRowsWhereAFullSortWouldPutThem) {
  for (const std::string keys :
       {"sc", "sn", "ss", "sr", "st", "sd", "/user:late", "/size>20 -ogg", "/have:no src>2"}) {
    User grown;
    grown.height = 80;
    grown.press(keys);
    grown.key(kEnter);
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
    whole.press(keys);
    whole.key(kEnter);
    for (User* user : {&grown, &whole}) {
      user->press("ggG");  // what was said is seen, and all groups start from the same row
      user->press("gg");
      user->snapshot.now_ms += 5000;
      user->show();
    }
    EXPECT_TRUE(grown.has("file 40.") || keys[0] == '/') << grown.text();
    EXPECT_EQ(grown.text(), whole.text()) << keys;
  }
}

}  // namespace
}  // namespace p2p::tui
