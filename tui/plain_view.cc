#include "tui/plain_view.h"

#include <algorithm>
#include <utility>

#include "servent/filter/filter.h"

namespace p2p::tui {

void PlainRows::clear() {
  rows_.clear();
  keys_.clear();
}

void PlainRows::add(std::uint64_t key, std::vector<std::string> cells, Style style) {
  rows_.push_back({std::move(cells), style});
  keys_.push_back(key);
}

ListView PlainRows::made(const std::string& filter, const std::string& title, std::string empty,
                         std::vector<Column> columns) {
  const Filter words(filter);
  const std::size_t all = rows_.size();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < all; ++i) {
    if (!std::ranges::any_of(rows_[i].cells,
                             [&](const std::string& cell) { return words.passes(cell); }))
      continue;
    if (kept != i) {
      rows_[kept] = std::move(rows_[i]);
      keys_[kept] = keys_[i];
    }
    ++kept;
  }
  rows_.resize(kept);
  keys_.resize(kept);
  ListView out;
  out.title = out.brief = title;
  out.empty = all == 0 ? std::move(empty) : hides_all(all);
  out.columns = std::move(columns);
  out.keys = keys_;
  out.row = [this](std::size_t i) { return rows_[i]; };
  return out;
}

}  // namespace p2p::tui
