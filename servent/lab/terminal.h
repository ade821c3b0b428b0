// Tables and small plots for a terminal, as text: no colours, no control characters, whatever the
// names in a scenario hold.
#pragma once

#include <cstddef>
#include <string>

#include "servent/lab/exhibits.h"

namespace p2p::lab {

// Letters that take one cell (ASCII and Latin) as they are, all else by its bytes.
std::string printable(const std::string& text);
// Of printable text.
std::size_t cells(const std::string& text);
// Printable text in `most` cells: what is longer ends with an ellipsis.
std::string shortened(const std::string& text, std::size_t most);

// Of standard output; 80 where it is none.
std::size_t terminal_width();

// `begin` and behind it the text, broken at its blanks into lines that begin below each other.
std::string wrapped(const std::string& begin, const std::string& text, std::size_t width);

// Columns as wide as they need, two spaces between; above them the title, and the units of those
// that have one. Numbers stand below each other by their intervals. What is wider than `width` is
// cut between two columns: the others follow below, each part with the table's first `keys`
// columns.
std::string to_terminal(const Table& table, std::size_t width = 80);

// A line a point: what it is of, a bar of blocks to an eighth of a cell, its value. `width` cells
// (40 at least), more where the labels are that long. Of more than two decades the bars are
// logarithmic and begin a decade below the least value; the title says so.
std::string to_terminal(const Chart& chart, std::size_t width = 80);

}  // namespace p2p::lab
