// Ascending lists in two arrays: 4 bytes an item, 4 a row. Who has what is one such, and another
// turned round.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace p2p::lab {

// Ascending lists one after another: those of `row` are items[first[row]] up to
// items[first[row + 1]]. At most 2^32 - 1 items.
struct Lists {
  std::vector<std::uint32_t> first{0};
  std::vector<std::uint32_t> items;

  std::size_t rows() const { return first.size() - 1; }
  std::span<const std::uint32_t> of(std::size_t row) const {
    return std::span(items).subspan(first[row], first[row + 1] - first[row]);
  }
  void end_row() { first.push_back(static_cast<std::uint32_t>(items.size())); }
};

// For each item from 0 to `count` the rows that hold it.
inline Lists turned(const Lists& lists, std::size_t count) {
  Lists turned;
  turned.first.assign(count + 1, 0);
  for (const std::uint32_t item : lists.items)
    ++turned.first[item + 1];
  for (std::size_t item = 0; item < count; ++item)
    turned.first[item + 1] += turned.first[item];
  turned.items.resize(lists.items.size());
  std::vector<std::uint32_t> at(turned.first.begin(), turned.first.end() - 1);
  for (std::uint32_t row = 0; row < lists.rows(); ++row)
    for (const std::uint32_t item : lists.of(row))
      turned.items[at[item]++] = row;
  return turned;
}

}  // namespace p2p::lab
