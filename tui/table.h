// A list with a selection that belongs to a row's key, not to its place.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tui/key.h"
#include "tui/surface.h"

namespace p2p::tui {

struct Column {
  std::string_view title;
  int width = 0;       // 0: takes what is left (exactly one column)
  int importance = 0;  // the lowest is dropped first; the one that takes the rest never is
};

struct TableRow {
  std::uint64_t key = 0;
  std::vector<std::string> cells;  // one a column, untrusted
  Style style = Style::text;
};

class Table {
 public:
  bool key(const Key& key);  // moves the selection; false: not for a list
  // `row` is asked for visible rows only; `key_of` for any.
  void draw(Surface& surface, Rect body, const std::vector<Column>& columns, std::size_t count,
            const std::function<std::uint64_t(std::size_t)>& key_of,
            const std::function<TableRow(std::size_t)>& row);
  std::size_t selected() const { return place_; }
  std::uint64_t selected_key() const { return keys_.empty() ? 0 : keys_[place_]; }
  bool empty() const { return keys_.empty(); }

 private:
  void move_to(std::size_t place);
  std::vector<std::uint64_t> keys_;
  std::size_t place_ = 0, top_ = 0, page_ = 1;
};

}  // namespace p2p::tui
