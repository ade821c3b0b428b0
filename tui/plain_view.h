// PlainRows: a short list whose rows are made at once from the snapshot.
#pragma once

#include <string>
#include <vector>

#include "tui/view.h"

namespace p2p::tui {

class PlainRows {
 public:
  void clear();
  void add(std::uint64_t key, std::vector<std::string> cells, Style style = Style::text);
  std::size_t size() const { return rows_.size(); }
  // Of the rows added those of which a cell passes the filter; lends this. `empty` is why there are
  // none.
  ListView made(const std::string& filter, const std::string& title, std::string empty,
                std::vector<Column> columns);

 private:
  std::vector<TableRow> rows_;
  std::vector<std::uint64_t> keys_;
};

}  // namespace p2p::tui
