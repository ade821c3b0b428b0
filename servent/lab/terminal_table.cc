// Tables for a terminal.
#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "servent/lab/digits.h"
#include "servent/lab/terminal.h"

namespace p2p::lab {

namespace {

constexpr std::string_view kHalf = " ± ";
constexpr std::string_view kBetween = "  ";

// A column as it is printed: each cell of the same width.
struct Printed {
  std::string head;
  std::vector<std::string> cells;
  std::size_t width = 0;
};

std::string spaces(std::size_t count) {
  return std::string(count, ' ');
}

// To the left, as words are read.
void pad_words(Printed& column) {
  for (const std::string& cell : column.cells)
    column.width = std::max(column.width, cells(cell));
  for (std::string& cell : column.cells)
    cell += spaces(column.width - cells(cell));
  column.head += spaces(column.width - cells(column.head));
}

// To the right, the "±" below each other.
void pad_numbers(Printed& column) {
  const auto split = [](const std::string& cell) {
    return std::min(cell.find(kHalf), cell.size());
  };
  std::size_t means = 0;
  std::size_t halves = 0;
  for (const std::string& cell : column.cells) {
    means = std::max(means, cells(cell.substr(0, split(cell))));
    halves = std::max(halves, cells(cell.substr(split(cell))));
  }
  column.width = std::max(column.width, means + halves);
  for (std::string& cell : column.cells) {
    const std::string half = cell.substr(split(cell));
    const std::string mean = cell.substr(0, split(cell));
    cell = spaces(column.width - halves - cells(mean));
    cell.append(mean).append(half).append(spaces(halves - cells(half)));
  }
  column.head = spaces(column.width - cells(column.head)) + column.head;
}

std::vector<Printed> printed(const Table& table) {
  std::vector<Printed> columns;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    Printed& column = columns.emplace_back();
    column.head = printable(table.columns[i].name);
    column.width = cells(column.head);
    for (const auto& row : table.rows)
      column.cells.push_back(printable(row[i]));
    std::ranges::all_of(column.cells, is_number) ? pad_numbers(column) : pad_words(column);
  }
  return columns;
}

// "messages, bytes: a query; reach: nodes a query".
std::string units_of(const Table& table) {
  std::string out;
  std::string_view last;
  for (const Column& column : table.columns) {
    if (column.unit.empty()) continue;
    if (column.unit == last) {
      out.insert(out.rfind(": "), ", " + printable(column.name));
    } else {
      out += (out.empty() ? "" : "; ") + printable(column.name) + ": " + printable(column.unit);
    }
    last = column.unit;
  }
  return out;
}

// The keys and the columns from `first` on that there is room for, one at least; and how many.
std::pair<std::string, std::size_t> part(const std::vector<Printed>& columns, std::size_t keys,
                                         std::size_t first, std::size_t width) {
  std::vector<const Printed*> shown;
  std::size_t taken = 0;
  for (std::size_t i = 0; i < keys; ++i) {
    shown.push_back(&columns[i]);
    taken += kBetween.size() + columns[i].width;
  }
  std::size_t count = 0;
  for (; first + count < columns.size(); ++count) {
    const Printed& next = columns[first + count];
    taken += kBetween.size() + next.width;
    if (count > 0 && keys > 0 && taken > width) break;
    shown.push_back(&next);
  }
  std::string out;
  const std::size_t rows = columns.empty() ? 0 : columns[0].cells.size();
  for (std::size_t row = 0; row <= rows; ++row) {
    std::string line;
    for (const Printed* column : shown)
      line.append(kBetween).append(row == 0 ? column->head : column->cells[row - 1]);
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return {out, count};
}

}  // namespace

std::string to_terminal(const Table& table, std::size_t width) {
  std::string out = printable(table.title) + '\n';
  if (const std::string units = units_of(table); !units.empty()) out += wrapped("  ", units, width);
  const std::vector<Printed> columns = printed(table);
  for (std::size_t next = table.keys; next < columns.size();) {
    const auto [text, count] = part(columns, table.keys, next, width);
    out += (next == table.keys ? "" : "\n") + text;
    next += count;
  }
  return out;
}

}  // namespace p2p::lab
