// The mouse: its bytes, and what a press of it means on what was drawn.
#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "tui/key_decoder.h"

#include "tests/tui/world.h"

namespace p2p::tui {
namespace {

std::vector<Key> decode(std::string_view bytes) {
  KeyDecoder decoder;
  return decoder.decode(bytes);
}

Key at(KeyName name, int x, int y) {
  Key key;
  key.name = name;
  key.x = x;
  key.y = y;
  return key;
}

TEST(Mouse, TellsPressesAndTheWheel) {
  EXPECT_EQ(decode("\x1b[<0;12;5M"), std::vector{at(KeyName::press, 11, 4)});
  EXPECT_EQ(decode("\x1b[<16;1;1M"), std::vector{at(KeyName::press, 0, 0)});  // with Ctrl
  EXPECT_EQ(decode("\x1b[<64;3;2M"), std::vector{at(KeyName::wheel_up, 2, 1)});
  EXPECT_EQ(decode("\x1b[<65;300;2M"), std::vector{at(KeyName::wheel_down, 299, 1)});
}

TEST(Mouse, IgnoresWhatItDoesNotUse) {
  for (const char* bytes :
       {"\x1b[<0;12;5m", "\x1b[<2;12;5M", "\x1b[<32;12;5M", "\x1b[<0;0;5M", "\x1b[<M", "\x1b[<;;M",
        "\x1b[<0;1;2;3M", "\x1b[<0;99999999;5M", "\x1b[<0:1;1M"})
    EXPECT_TRUE(decode(bytes).empty()) << bytes + 1;
}

TEST(Mouse, TakesTheOldBytesForNoKeys) {
  KeyDecoder decoder;
  EXPECT_TRUE(decoder.decode("\x1b[M q").empty());
  const auto keys = decoder.decode("qx");
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_TRUE(keys[0].is("x"));
}

class MouseTest : public testing::Test {
 protected:
  MouseTest() {
    for (std::uint64_t i = 1; i <= 60; ++i) {
      api::ResultRow row;
      row.key = i;
      row.name = "file " + std::to_string(100 + i);
      row.size_bytes = i * 1000;
      rows.push_back(row);
    }
    snapshot.searches = {{1, "file", api::SearchState::finished, 60, 60, 1000, 4000, "complete"}};
    snapshot.search = 1;
    snapshot.revision = 1;
    snapshot.results = rows;
    show();
    tui.key({KeyName::escape, "", false});
    show();
  }
  const Surface& show() { return tui.show(snapshot, 80, 24); }
  // Where the words are, or nowhere.
  Spot find(const std::string& words) {
    const Surface& surface = show();
    for (int y = 0; y < 24; ++y)
      for (int x = 0; x + static_cast<int>(words.size()) <= 80; ++x) {
        std::string here;
        for (int i = 0; i < static_cast<int>(words.size()); ++i)
          here += surface.at(x + i, y).text.view();
        if (here == words) return {x, y};
      }
    return {};
  }
  std::optional<api::Request> press(const std::string& words, KeyName how = KeyName::press) {
    const Spot spot = find(words);
    EXPECT_GE(spot.x, 0) << words;
    auto asked = tui.key(at(how, spot.x, spot.y));
    show();
    return asked;
  }
  bool is_selected(const std::string& words) {
    const Spot spot = find(words);
    return spot.x >= 0 && show().at(spot.x, spot.y).style == Style::selection;
  }

  std::vector<api::ResultRow> rows;
  api::Snapshot snapshot;
  Tui tui{Tui::Options{}};
};

TEST_F(MouseTest, SelectsTheRowUnderIt) {
  EXPECT_TRUE(is_selected("file 101"));
  EXPECT_FALSE(press("file 104"));
  EXPECT_TRUE(is_selected("file 104"));
  const Spot below = find("file 107");
  tui.key(at(KeyName::press, 70, below.y));  // anywhere in the row
  EXPECT_TRUE(is_selected("file 107"));
}

TEST_F(MouseTest, DoesWhatEnterDoesWhenPressedTwice) {
  const auto asked = press("file 105", KeyName::double_press);
  ASSERT_TRUE(asked && std::holds_alternative<api::GetResult>(*asked));
  EXPECT_EQ(std::get<api::GetResult>(*asked).key, 5U);
}

TEST_F(MouseTest, OpensTheScreenOfATab) {
  press("3 Uploads");
  EXPECT_GE(find("[3 Uploads]").x, 0);
  press("1 Search", KeyName::double_press);
  EXPECT_GE(find("[1 Search]").x, 0);
}

TEST_F(MouseTest, PressesAHint) {
  press("help");
  EXPECT_GE(find("Here: Search").x, 0);
}

TEST_F(MouseTest, SortsByTheTitleOfAColumn) {
  press("Size");
  EXPECT_TRUE(find("Size\u25bc").x < 0);  // three bytes in one cell
  EXPECT_GE(find("sort: size").x, 0);
  EXPECT_LT(find("file 160").y, find("file 159").y);
  press("Size");
  EXPECT_LT(find("file 101").y, find("file 102").y);
  press("Digest");
  EXPECT_GE(find("sort: digest").x, 0);
}

TEST_F(MouseTest, ScrollsWhatIsUnderIt) {
  const Spot first = find("file 101");
  tui.key(at(KeyName::wheel_down, first.x, first.y));
  show();
  EXPECT_EQ(find("file 104").y, first.y);
  EXPECT_TRUE(is_selected("file 104"));
  tui.key(at(KeyName::wheel_down, first.x, first.y));
  tui.key(at(KeyName::wheel_up, first.x, first.y));
  show();
  EXPECT_EQ(find("file 104").y, first.y);
  EXPECT_FALSE(is_selected("file 104"));
  for (int i = 0; i < 50; ++i)
    tui.key(at(KeyName::wheel_down, 0, 0));
  EXPECT_GE(find("file 160").x, 0);
}

TEST_F(MouseTest, TypesWhereThePromptIs) {
  press(">");
  tui.key({KeyName::text, "q", false});
  EXPECT_FALSE(tui.quit());
  EXPECT_GE(find("> q").x, 0);
}

TEST_F(MouseTest, DoesNothingWhileAQuestionIsAsked) {
  snapshot.uploads.resize(1);
  snapshot.uploads[0].state = "running";
  ++snapshot.revision;
  show();
  tui.key({KeyName::text, "q", false});
  EXPECT_GE(find("Quit? y/N").x, 0);
  press("3 Uploads");
  EXPECT_GE(find("Quit? y/N").x, 0);
}

TEST_F(MouseTest, HitsNothingOutside) {
  for (const auto& [x, y] : {std::pair{-1, -1}, {500, 2}, {2, 500}, {40, 22}})
    EXPECT_FALSE(tui.key(at(KeyName::press, x, y)));
  EXPECT_TRUE(is_selected("file 101"));
}

// A user with a mouse on a large screen, whose views have all their lists side by side.
struct Pointer {
  World world;
  Tui tui{Tui::Options{}};

  explicit Pointer(const char* screen) {
    tui.show(world.snapshot, 120, 40);
    tui.key(escape_key());
    tui.key(letter(screen));
    show();
  }
  const Surface& show() {
    tui.show(world.snapshot, 120, 40);
    World::answer(tui);
    return tui.show(world.snapshot, 120, 40);
  }
  int line_of(const std::string& words) {
    for (int y = 0; y < 40; ++y)
      if (show().row_text(y).find(words) != std::string::npos) return y;
    return -1;
  }
  // What is selected, of the whole screen: one row of one list.
  std::string selected() {
    std::string text;
    const Surface& surface = show();
    for (int y = 0; y < 40; ++y)
      for (int x = 0; x < 120; ++x)
        if (surface.at(x, y).style == Style::selection) text += surface.at(x, y).text.view();
    return text;
  }
  bool has_selected(const std::string& words) {
    return selected().find(words) != std::string::npos;
  }
  void point(KeyName how, int x, const std::string& words) {
    const int y = line_of(words);
    ASSERT_GE(y, 0) << words << '\n' << all_text(show());
    tui.key(at(how, x, y));
  }
};

TEST(Pointer, GoesToTheFilesOfASharedFolderAndBack) {
  Pointer user("4");
  EXPECT_TRUE(user.has_selected("/home/you/Music")) << user.selected();
  user.point(KeyName::press, 90, "free jazz.ogg");
  EXPECT_TRUE(user.has_selected("free jazz.ogg")) << user.selected();
  EXPECT_FALSE(user.has_selected("/home/you/Music"));
  user.point(KeyName::press, 10, "/srv/iso");
  EXPECT_TRUE(user.has_selected("/srv/iso")) << user.selected();
  user.tui.key(letter("r"));
  user.point(KeyName::press, 90, "bad");
  EXPECT_TRUE(user.has_selected("has a name")) << user.selected();
}

TEST(Pointer, GoesToWhoWaitsForAnUploadAndBack) {
  Pointer user("3");
  EXPECT_TRUE(user.has_selected("user1")) << user.selected();
  user.point(KeyName::press, 60, "user5");
  EXPECT_TRUE(user.has_selected("user5")) << user.selected();
  EXPECT_FALSE(user.has_selected("user1"));
  user.point(KeyName::press, 60, "user2");
  EXPECT_TRUE(user.has_selected("user2")) << user.selected();
  EXPECT_FALSE(user.has_selected("user5"));
}

TEST(Pointer, SelectsALinkOfANetwork) {
  Pointer user("5");
  user.point(KeyName::press, 20, "192.0.2.120");
  EXPECT_TRUE(user.has_selected("192.0.2.120")) << user.selected();
  user.point(KeyName::press, 20, "192.0.2.40");
  EXPECT_TRUE(user.has_selected("192.0.2.40")) << user.selected();
}

TEST(Pointer, ScrollsTheListThatIsUnderItAndLeavesTheOther) {
  Pointer user("3");
  for (std::uint32_t i = 6; i <= 60; ++i) {
    api::UploadRow row = user.world.snapshot.uploads.back();
    row.id = i;
    row.user = "user" + std::to_string(i);
    row.place = i - 2;
    user.world.snapshot.uploads.push_back(row);
  }
  user.world.update();
  const int first = user.line_of("user9");
  user.point(KeyName::wheel_down, 60, "user9");
  EXPECT_EQ(user.line_of("user9"), first - 3);
  EXPECT_TRUE(user.has_selected("user1")) << user.selected();
  user.point(KeyName::wheel_down, 60, "user1");
  EXPECT_EQ(user.line_of("user9"), first - 3) << "nothing is below those who run";
}

}  // namespace
}  // namespace p2p::tui
