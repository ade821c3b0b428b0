// What each screen shows of a snapshot: columns, rows in order, and words when there are none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "servent/api/snapshot.h"

#include "tui/keymap.h"
#include "tui/table.h"

namespace p2p::tui {

struct ListView {
  std::string title, empty;
  std::vector<Column> columns;
  std::vector<std::uint64_t> keys;  // of the rows shown, in order
  std::function<TableRow(std::size_t)> row;
};

enum class Sort : std::uint8_t { sources, name, size };

// Lends the snapshot: the view must not outlive it.
ListView view_of(Screen screen, const api::Snapshot& snapshot, const std::string& filter,
                 Sort sort);

}  // namespace p2p::tui
