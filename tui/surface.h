// A grid of cells that the views draw into and the terminal compares with the last one. Pure: it
// knows no colours, only styles by meaning. A surface made for ASCII turns every sign of ours into
// its twin and every other letter into '?'.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
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
  hot,
  bar1,  // the sources of a download, in turn
  bar2,
  bar3,
  bar4,
  bar5,
  bar6,
  bar7,
  bar8
};
constexpr std::size_t kStyles = static_cast<std::size_t>(Style::bar8) + 1;
// The style of the source with this place: after eight they come again.
constexpr Style bar_style(std::size_t place) {
  return static_cast<Style>(static_cast<std::size_t>(Style::bar1) + place % 8);
}

enum class Border : std::uint8_t { none, ascii, light, rounded };
Border border_named(std::string_view name);  // rounded when there is none of that name

// What of the look the views draw; colours are the theme's.
struct Looks {
  bool ascii = false;  // the terminal shows no other letters
  Border border = Border::rounded;
  bool plain = false;  // for screen readers: no boxes, sparklines or spinner; states as words
  bool motion = true;  // a spinner turns, a toast goes by itself
};

// The text of one cell, in place: every key clears, copies and compares thousands of them.
class Sign {
 public:
  // A cluster has a base and four marks at most (sanitize.cc), of four bytes each.
  static constexpr std::size_t kMaxBytes = 29;

  constexpr explicit Sign(std::string_view text)
      : size_(static_cast<std::uint8_t>(std::min(text.size(), kMaxBytes))) {
    assert(text.size() <= kMaxBytes);
    std::copy_n(text.begin(), size_, bytes_.begin());
  }
  constexpr std::string_view view() const { return {bytes_.data(), size_}; }
  constexpr std::size_t size() const { return size_; }
  constexpr char front() const { return bytes_[0]; }
  bool operator==(const Sign&) const = default;

 private:
  std::array<char, kMaxBytes> bytes_{};
  std::uint8_t size_ = 0;
};

struct Cell {
  Sign text{" "};
  Style style = Style::text;
  std::uint8_t width = 1;  // 0: the right half of a wide one

  bool operator==(const Cell& other) const {
    using Words = std::array<std::uint64_t, 4>;  // far cheaper than byte by byte
    return std::bit_cast<Words>(*this) == std::bit_cast<Words>(other);
  }
};
static_assert(sizeof(Cell) == 32 && std::has_unique_object_representations_v<Cell>);

struct Rect {
  int x = 0, y = 0, width = 0, height = 0;
  bool empty() const { return width <= 0 || height <= 0; }
  bool operator==(const Rect&) const = default;
};

// What a press of the mouse in this place does. The views name it while they draw.
struct Zone {
  Rect where;
  std::string_view command;    // of the key map; lent by it. Or "row", "column", "prompt"
  std::uint64_t number = 0;    // of the screen, of the uppermost row, the column's letter
  const void* list = nullptr;  // the table that it belongs to
};

struct Spot {
  int x = -1, y = -1;
  bool operator==(const Spot&) const = default;
};

class Surface {
 public:
  Surface() = default;
  Surface(int width, int height, Looks looks = {});

  int width() const { return width_; }
  int height() const { return height_; }
  const Cell& at(int x, int y) const;
  bool is_ascii() const { return looks_.ascii; }
  const Looks& looks() const { return looks_; }
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
  // Where the terminal's cursor is to be: on the focus, so that what reads the screen aloud
  // follows. Outside of the surface: nowhere in particular.
  Spot cursor() const { return cursor_; }
  void set_cursor(int x, int y) { cursor_ = {x, y}; }
  void add(const Zone& zone) { zones_.push_back(zone); }
  const Zone* zone_at(int x, int y) const;  // the last that was added there, or null

 private:
  void set(int x, int y, const Cluster& cluster, Style style);
  Cell& cell(int x, int y);
  int width_ = 0, height_ = 0;
  Looks looks_;
  Spot cursor_;
  std::vector<Zone> zones_;
  std::vector<Cell> cells_;
};

}  // namespace p2p::tui
