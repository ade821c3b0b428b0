// What a screen gives to the frame: columns, rows in order, and words when there are none.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "tui/table.h"

namespace p2p::tui {

struct Order {
  char column = 0;
  bool reverse = false;
  bool operator==(const Order&) const = default;
};

struct ListView {
  std::string title, right;  // of the box
  std::string brief;         // instead of both where there is no box
  std::string empty;         // why there are no rows, and which key helps
  std::vector<Column> columns;
  std::span<const std::uint64_t> keys;  // of the rows shown, in order; lent by the view
  std::function<TableRow(std::size_t)> row;
};

// The title of a column, with the sign of the order if it is the one.
inline std::string head(const char* title, char column, Order order, bool falls) {
  if (order.column != column) return title;
  return std::string(title) + (falls != order.reverse ? "▼" : "▲");
}

}  // namespace p2p::tui
