// The screens that are plain lists so far: Uploads, Shares and Network.
#pragma once

#include <string>
#include <vector>

#include "servent/api/snapshot.h"

#include "tui/view.h"

namespace p2p::tui {

// The rows are made at once, for lists that are short.
class PlainList {
 public:
  ListView uploads(const api::Snapshot& snapshot, const std::string& filter);
  ListView shares(const api::Snapshot& snapshot, const std::string& filter);
  ListView network(const api::Snapshot& snapshot, const std::string& filter);

 private:
  void clear();
  void add(std::uint64_t key, std::vector<std::string> cells, Style style = Style::text);
  ListView view(const std::string& title, std::string empty, std::vector<Column> columns,
                const std::string& filter);

  std::vector<TableRow> rows_;
  std::vector<std::uint64_t> keys_;
};

}  // namespace p2p::tui
