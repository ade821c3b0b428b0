// A grid of cells that the views draw into and the terminal compares with the last one. Pure: it
// knows no colours, only styles by meaning. A surface made for ASCII turns every sign of ours into
// its twin and every other letter into '?'.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tui/sanitize.h"

namespace p2p::tui {

enum class Style : std::uint8_t {
  text,
  dim,
  accent,
  selection,
  header,
  border,
  good,
  warn,
  bad,
  mark,
  bar,
  spark,
  hot
};

struct Cell {
  std::string text = " ";
  Style style = Style::text;
  std::uint8_t width = 1;  // 0: the right half of a wide one
  bool operator==(const Cell&) const = default;
};

struct Rect {
  int x = 0, y = 0, width = 0, height = 0;
  bool empty() const { return width <= 0 || height <= 0; }
  bool operator==(const Rect&) const = default;
};

class Surface {
 public:
  Surface() = default;
  Surface(int width, int height, bool ascii = false);

  int width() const { return width_; }
  int height() const { return height_; }
  const Cell& at(int x, int y) const;
  bool is_ascii() const { return ascii_; }
  Shown shown(std::string_view text) const;  // as it would be drawn
  // These draw at most `room` cells from (x, y), clipped to the surface, and return the cells
  // used. Text that does not fit is cut at its end, a name in its middle.
  int put(int x, int y, const Shown& what, Style style, int room);
  int put(int x, int y, std::string_view what, Style style, int room = 1 << 16);
  int put_name(int x, int y, std::string_view name, Style style, int room);
  int right(int x_end, int y, std::string_view what, Style style, int room);  // up to x_end
  void fill(const Rect& rect, std::string_view sign, Style style);            // a sign of one cell
  void style_row(const Rect& row, Style style);  // one style over cells already drawn
  std::string row_text(int y) const;             // trailing blanks removed

 private:
  void set(int x, int y, const Cluster& cluster, Style style);
  Cell& cell(int x, int y);
  int width_ = 0, height_ = 0;
  bool ascii_ = false;
  std::vector<Cell> cells_;
};

}  // namespace p2p::tui
