#include "tui/differ.h"

#include "tui/theme.h"

namespace p2p::tui {

std::string difference(const Surface& last, const Surface& next, const Movement& movement,
                       bool colour) {
  const bool fresh = last.width() != next.width() || last.height() != next.height();
  const Cell blank;
  std::string out;
  if (fresh) out = "\x1b[0m" + movement.clear;
  std::string_view style;  // every difference starts and ends in the terminal's own style
  int pen_x = -1;
  int pen_y = -1;
  for (int y = 0; y < next.height(); ++y) {
    for (int x = 0; x < next.width(); ++x) {
      const Cell& cell = next.at(x, y);
      if (cell.width == 0 || cell == (fresh ? blank : last.at(x, y))) {
        // A wide cell is equal only with its right half, which is drawn with it.
        continue;
      }
      // The last cell of the screen is left alone: some terminals scroll after it.
      if (y == next.height() - 1 && x + cell.width >= next.width() && next.height() > 1) continue;
      if (pen_x != x || pen_y != y) out += movement.move(x, y);
      if (const std::string_view wanted = sgr(cell.style, colour); wanted != style) {
        out += "\x1b[0";
        if (!wanted.empty()) out += ";" + std::string(wanted);
        out += "m";
        style = wanted;
      }
      out += cell.text;
      pen_x = x + cell.width;
      pen_y = y;
      if (pen_x >= next.width()) pen_x = -1;  // whether it wraps is the terminal's secret
    }
  }
  if (!style.empty()) out += "\x1b[0m";
  return out;
}

}  // namespace p2p::tui
