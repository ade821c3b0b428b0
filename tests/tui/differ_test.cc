// What the differ writes turns one surface into another, cell by cell, in a terminal.
#include "tui/differ.h"

#include <array>
#include <random>

#include <gtest/gtest.h>

#include "tui/theme.h"

#include "tests/support/screen_emulator.h"

namespace p2p::tui {
namespace {

using test::ScreenEmulator;

const Theme& colours() {
  static const Theme theme(ThemeName::terminal, Depth::sixteen);
  return theme;
}

Movement xterm() {
  Movement movement;
  movement.move = [](int x, int y) {
    return "\x1b[" + std::to_string(y + 1) + ';' + std::to_string(x + 1) + 'H';
  };
  movement.clear = "\x1b[H\x1b[2J";
  movement.right = [](int cells) { return "\x1b[" + std::to_string(cells) + 'C'; };
  movement.repeat = [](char what, int count) {
    return std::string(1, what) + "\x1b[" + std::to_string(count - 1) + 'b';
  };
  return movement;
}

Surface random_surface(std::mt19937& random, int width, int height) {
  static constexpr std::array kPieces{"a", "bc",       "自由", "é",  "e\u0301\u0302",
                                      "👍", "        ", "··",   "x ", "한글"};
  Surface surface(width, height);
  const auto pieces = random() % 60;
  for (auto i = pieces; i > 0; --i) {
    std::string text;
    for (auto k = random() % 12; k > 0; --k)
      text += kPieces[random() % kPieces.size()];
    surface.put(static_cast<int>(random() % static_cast<unsigned>(width)),
                static_cast<int>(random() % static_cast<unsigned>(height)), text,
                static_cast<Style>(random() % kStyles));
  }
  return surface;
}

void expect_same(const ScreenEmulator& seen, const Surface& wanted, const Theme& theme) {
  for (int y = 0; y < wanted.height(); ++y)
    for (int x = 0; x < wanted.width(); ++x) {
      const Cell& cell = wanted.at(x, y);
      ASSERT_EQ(seen.at(x, y).text, cell.text.view()) << x << ',' << y;
      ASSERT_EQ(seen.at(x, y).style, theme.sgr(cell.style)) << x << ',' << y;
    }
}

TEST(Differ, TurnsAnySurfaceIntoAnyOther) {
  std::mt19937 random(11);
  const Theme dark(ThemeName::dark, Depth::full);
  for (int round = 0; round < 300; ++round) {
    const Theme& theme = round % 3 == 0 ? dark : colours();
    const int width = 1 + static_cast<int>(random() % 50);
    const int height = 1 + static_cast<int>(random() % 9);
    Movement movement = xterm();
    if (round % 2 == 0) movement.repeat = {};
    if (round % 5 == 0) movement.right = {};
    ScreenEmulator seen(width, height);
    Surface last;
    for (int step = 0; step < 6; ++step) {
      const Surface next = random_surface(random, width, height);
      seen.feed(difference(last, next, movement, theme));
      expect_same(seen, next, theme);
      last = next;
    }
    ASSERT_TRUE(seen.faults().empty()) << seen.faults().front();
    ASSERT_EQ(seen.scrolled(), 0);
  }
}

TEST(Differ, LeavesTheLastCellAloneWhereItWouldScroll) {
  Surface surface(4, 2);
  surface.put(0, 1, "abcd", Style::text);
  Movement movement = xterm();
  EXPECT_NE(difference({}, surface, movement, colours()).find('d'), std::string::npos);
  movement.has_last_cell = false;
  EXPECT_EQ(difference({}, surface, movement, colours()).find('d'), std::string::npos);
}

TEST(Differ, WritesNothingWhenNothingChanged) {
  std::mt19937 random(5);
  const Surface surface = random_surface(random, 40, 10);
  EXPECT_EQ(difference(surface, surface, xterm(), colours()), "");
}

TEST(Differ, WritesOnlyWhatChanged) {
  Surface last(80, 24);
  last.put(0, 3, "Sun Dogs - Free Jazz Suite", Style::text);
  Surface next = last;
  next.put(11, 3, "f", Style::text);
  EXPECT_EQ(difference(last, next, xterm(), colours()), "\x1b[4;12Hf");
}

TEST(Differ, TakesTheShortestWayToTheNextCell) {
  Surface last(80, 24);
  last.put(0, 3, "Sun Dogs - Free Jazz Suite", Style::text);
  const auto changed = [&](const Surface& before, int x, int y) {
    Surface next = before;
    next.put(0, 3, "s", Style::text);
    next.put(x, y, "f", Style::text);
    return difference(before, next, xterm(), colours());
  };
  EXPECT_EQ(changed(last, 4, 3), "\x1b[4;1Hsun f") << "what is between, once more";
  EXPECT_EQ(changed(last, 60, 3), "\x1b[4;1Hs\x1b[59Cf");
  EXPECT_EQ(changed(last, 4, 4), "\x1b[4;1Hs\x1b[5;5Hf");
  Surface wide = last;
  wide.put(1, 3, "\u00e9", Style::text);
  EXPECT_EQ(changed(wide, 4, 3), "\x1b[4;1Hs\x1b[3Cf") << "ASCII alone is written again";
}

TEST(Differ, GoesByPlaceAfterWhatTerminalsSeeInTheirOwnWay) {
  const Surface last(80, 24);
  Surface next = last;
  next.put(0, 3, "\u4e00", Style::text);
  next.put(20, 3, "f", Style::text);
  EXPECT_EQ(difference(last, next, xterm(), colours()), "\x1b[4;1H\u4e00\x1b[4;21Hf");
}

TEST(Differ, LeavesTheCursorOnTheFocus) {
  Surface last(80, 24);
  Surface next = last;
  next.set_cursor(4, 2);
  EXPECT_EQ(difference(last, next, xterm(), colours()), "\x1b[3;5H");
  last = next;
  EXPECT_EQ(difference(last, next, xterm(), colours()), "");
  next.put(0, 0, "new", Style::text);
  EXPECT_EQ(difference(last, next, xterm(), colours()), "\x1b[1;1Hnew\x1b[3;5H");
  next.set_cursor(3, 0);
  EXPECT_EQ(difference(last, next, xterm(), colours()), "\x1b[1;1Hnew");
}

}  // namespace
}  // namespace p2p::tui
