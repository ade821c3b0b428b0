// The bytes that turn one surface into another on a terminal: changed cells only, one string.
#pragma once

#include <functional>
#include <string>

#include "tui/surface.h"
#include "tui/theme.h"

namespace p2p::tui {

struct Movement {
  std::function<std::string(int x, int y)> move;  // from terminfo
  std::string clear;                              // clears and homes
  // So many cells to the right; empty: the terminal has no such order.
  std::function<std::string(int cells)> right;
  // The same printable character `count` times; empty: the terminal has no such order.
  std::function<std::string(char what, int count)> repeat;
  bool has_last_cell = true;  // the cell at the bottom right can be written without a scroll
};

// `last` of another size (or empty) means that nothing on the terminal is known.
// The cursor of `next` is where the terminal's is left.
std::string difference(const Surface& last, const Surface& next, const Movement& movement,
                       const Theme& theme);

}  // namespace p2p::tui
