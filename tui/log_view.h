// The Log screen: newest first, from a level on.
#pragma once

#include <string>
#include <vector>

#include "servent/api/snapshot.h"

#include "tui/view.h"

namespace p2p::tui {

class LogView {
 public:
  // Lends the snapshot and itself.
  ListView list(const api::Snapshot& snapshot, const std::string& filter, api::LogLevel least,
                bool at_top, std::int32_t seconds_east_of_utc);
  const api::LogRow* row(const api::Snapshot& snapshot, std::size_t place) const;
  // The number of the first error older than `number` in the list made last; the newest one when
  // there is none older; 0 without any.
  std::uint64_t error_below(std::uint64_t number) const;

 private:
  std::vector<std::size_t> shown_;
  std::vector<std::uint64_t> keys_;
  std::vector<std::uint64_t> errors_;  // those of the keys that are errors
};

// The whole text of one line, folded into the rows of the pane.
void draw_log_row(Surface& out, const Rect& in, const api::LogRow& row);

}  // namespace p2p::tui
