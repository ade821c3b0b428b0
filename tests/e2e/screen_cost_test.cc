// What the screen costs a terminal: bytes of the first frame, of a key, of fifty at once, and of
// doing nothing. The bounds are those that the screen is to hold everywhere; they are counts, so a
// slow machine changes nothing.
#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "tests/support/terminal_program.h"

namespace p2p {
namespace {

using test::Arguments;
using test::TerminalProgram;
using namespace std::chrono_literals;

constexpr std::size_t kFirstScreen = 6000;  // bytes, at 80x24
constexpr std::size_t kMove = 160;          // the median of a move of the cursor
constexpr std::size_t kFiftyKeys = 3000;
constexpr int kFolders = 60;  // rows to move over

struct ScreenCost : testing::Test {
  std::unique_ptr<TerminalProgram> start(std::map<std::string, std::string> settings = {},
                                         const Arguments& more = {}) {
    Arguments words{SERVENT_BINARY, "--home",   (folder.path() / "you").string(),
                    "--mode",       "napster",  "--nick",
                    "you",          "--listen", "127.0.0.1:0",
                    "--no-beacon"};
    for (int i = 0; i < kFolders; ++i) {
      const auto share = folder.path() / ("folder " + std::to_string(100 + i));
      std::filesystem::create_directories(share);
      words.insert(words.end(), {"--share", share.string()});
    }
    words.insert(words.end(), more.begin(), more.end());
    settings.insert({{"TERM", "xterm-256color"}, {"LC_ALL", "C.UTF-8"}, {"NO_COLOR", ""}});
    return std::make_unique<TerminalProgram>(words, 80, 24, settings);
  }
  // The Shares screen, when nothing is to come any more.
  std::unique_ptr<TerminalProgram> on_a_list(std::map<std::string, std::string> settings = {}) {
    auto you = start(std::move(settings));
    EXPECT_TRUE(you->sees("1 Search"));
    you->type("\x1b");
    EXPECT_TRUE(you->sees("help"));
    you->type("4");
    EXPECT_TRUE(you->sees("folder 100"));
    EXPECT_TRUE(is_quiet(*you));
    return you;
  }
  // A whole second without a byte, within ten.
  static bool is_quiet(TerminalProgram& you) {
    for (int i = 0; i < 10; ++i) {
      const std::size_t before = you.bytes().size();
      if (!you.draw_until([&] { return you.bytes().size() > before; }, 1s)) return true;
    }
    return false;
  }

  test::TempDir folder;
};

TEST_F(ScreenCost, OfTheFirstFrameIsSmall) {
  const auto you = start();
  ASSERT_TRUE(you->sees("F1 help"));
  EXPECT_LE(you->bytes().size(), kFirstScreen);
}

TEST_F(ScreenCost, OfDoingNothingIsNothing) {
  const auto you = on_a_list();
  const std::size_t before = you->bytes().size();
  EXPECT_FALSE(you->draw_until([&] { return you->bytes().size() > before; }, 3s));
}

TEST_F(ScreenCost, OfAMoveIsTwoRows) {
  for (const char* colours : {"", "truecolor"}) {
    const auto you = on_a_list({{"COLORTERM", colours}});
    std::vector<std::size_t> costs;
    for (int i = 0; i < 20; ++i) {
      const std::size_t before = you->bytes().size();
      you->type(i % 2 == 0 ? "\x1b[B" : "\x1b[A");
      ASSERT_TRUE(you->draw_until([&] { return you->bytes().size() > before; }));
      costs.push_back(you->bytes().size() - before);
    }
    std::ranges::nth_element(costs, costs.begin() + 10);
    EXPECT_LE(costs[10], kMove);
    you->type("q");
    EXPECT_EQ(you->wait(10s), 0);
  }
}

TEST_F(ScreenCost, OfFiftyKeysAtOnceIsThatOfAFew) {
  const auto you = on_a_list();
  const std::size_t before = you->bytes().size();
  std::string keys;
  for (int i = 0; i < 50; ++i)
    keys += "\x1b[B";
  you->type(keys);
  ASSERT_TRUE(you->sees("folder 150"));  // none is lost: the fifty-first row is selected
  ASSERT_TRUE(is_quiet(*you));
  EXPECT_LE(you->bytes().size() - before, kFiftyKeys);
  const auto [x, y] = you->screen.cursor();
  EXPECT_NE(you->screen.row(y).find("folder 150"), std::string::npos) << x << ',' << y;
}

TEST_F(ScreenCost, OfAColourIsNothingWithoutColour) {
  const auto you = on_a_list({{"NO_COLOR", "1"}});
  for (const char* screen : {"1", "2", "3", "5", "6", "7"}) {
    you->type(screen);
    ASSERT_TRUE(you->sees("[" + std::string(screen) + " "));
    you->type("\x1b");
  }
  const std::string& bytes = you->bytes();
  for (std::size_t at = bytes.find("\x1b[0"); at != std::string::npos;
       at = bytes.find("\x1b[0", at + 1)) {
    const std::string order = bytes.substr(at, bytes.find('m', at) + 1 - at);
    EXPECT_TRUE(order == "\x1b[0m" || order == "\x1b[0;1m" || order == "\x1b[0;7m") << order;
  }
}

TEST_F(ScreenCost, OfALocaleWithoutUtf8IsNoOtherByte) {
  const auto you = on_a_list({{"LC_ALL", "C"}});
  for (const char* screen : {"1", "2", "3", "5", "6", "7"}) {
    you->type(screen);
    ASSERT_TRUE(you->sees("[" + std::string(screen) + " "));
    you->type("\x1b");
  }
  EXPECT_TRUE(std::ranges::all_of(you->bytes(), [](char byte) { return byte >= 0; }));
}

}  // namespace
}  // namespace p2p
