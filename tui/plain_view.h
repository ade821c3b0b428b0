// PlainView: a screen whose rows are made at once from the snapshot, for lists that are short.
#pragma once

#include <string>
#include <vector>

#include "tui/view.h"

namespace p2p::tui {

class PlainView : public View {
 protected:
  void clear();
  void add(std::uint64_t key, std::vector<std::string> cells, Style style = Style::text);
  // Of the rows added those whose first cell passes the filter. `empty` is why there are none.
  ListView made(const std::string& title, std::string empty, std::vector<Column> columns);

 private:
  std::vector<TableRow> rows_;
  std::vector<std::uint64_t> keys_;
};

}  // namespace p2p::tui
