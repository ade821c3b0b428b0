// A list with a selection that belongs to a row's key, not to its place.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tui/surface.h"

namespace p2p::tui {

// The title of a column, and the letter that sorts by it; 0: nothing does.
struct Title {
  // NOLINTBEGIN(google-explicit-constructor): most titles are only words
  Title(const char* words) : text(words) {}
  Title(std::string words, char letter = 0) : text(std::move(words)), sorts_by(letter) {}
  // NOLINTEND(google-explicit-constructor)
  std::string text;
  char sorts_by = 0;
};

// A sign, and what is said instead where signs are not seen.
struct Word {
  std::string_view sign, word;
};

struct Column {
  Title title;
  int width = 0;         // 0: takes what is left (exactly one column), cut as a name
  int importance = 0;    // the lowest is dropped first; the one that takes the rest never is
  bool at_left = false;  // text; numbers stand at the right
  std::span<const Word> words{};  // of the signs in it: on a plain screen it is so wide
  int gap = 1;                    // cells between it and the next one
  bool segments = false;          // letters of sources, each in its style
};

struct TableRow {
  std::vector<std::string> cells;  // one a column, untrusted
  Style style = Style::text;
  std::vector<Style> styles{};  // of single cells, from the first on, where theirs is another
  std::string lead{}, tail{};   // around the cell that takes the rest; ours, never cut
  bool is_wide = false;         // that cell takes all that is right of it, too
};

class Table {
 public:
  // Moves the selection: "down", "page-up", "last"; false: the command is another one.
  bool command(std::string_view command);
  void select(std::uint64_t key);
  // This row as soon as the list that is drawn has it, unless the user moves before.
  void aim(std::uint64_t key);
  // Rows come in while the user looks: the selected one stays where it is on the screen, even if
  // the list then ends above the end of its place. Until the user moves, or it is unset.
  void hold(bool held) { held_ = held; }
  void select_place(std::size_t place);  // from 0; nothing where there is no row
  void scroll(int rows);                 // what is seen; the selection comes along
  // `row` is asked for visible rows only. With `heads` the titles of the columns take a row. While
  // `follows`, a selection of the first row stays with the first row. Without
  // `has_focus` the selection is there and not seen.
  void draw(Surface& surface, Rect body, std::vector<Column> columns,
            std::span<const std::uint64_t> keys, const std::function<TableRow(std::size_t)>& row,
            bool heads, bool follows, bool has_focus = true);
  std::size_t selected() const { return place_; }
  std::uint64_t selected_key() const { return selected_; }  // 0: the list is empty
  bool empty() const { return keys_.empty(); }
  std::size_t first() const { return top_; }  // of the rows drawn
  std::size_t count() const { return keys_.size(); }
  std::size_t shown() const { return std::min(page_, keys_.size() - top_); }

 private:
  void touched();  // by the user
  void settle(std::span<const std::uint64_t> keys, bool follows);
  void move_to(std::size_t place);
  std::vector<std::uint64_t> keys_;  // as they were last drawn: what the user sees
  std::uint64_t selected_ = 0;
  std::size_t place_ = 0, top_ = 0, page_ = 1;
  std::uint64_t aimed_ = 0;  // the row that is still to come; 0: none
  bool touched_ = false;     // the user has moved in it
  bool held_ = false;
};

}  // namespace p2p::tui
