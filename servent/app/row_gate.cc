#include "servent/app/row_gate.h"

#include <algorithm>

namespace p2p::app {

std::vector<std::size_t> RowGate::open_for(std::span<const api::ResultRow> rows, api::Millis now,
                                           bool all) {
  std::vector<std::size_t> out;
  rows_.resize(std::max(rows_.size(), rows.size()), Row{now});
  for (std::size_t i = 0; i < rows.size() && !is_full(); ++i) {
    Row& row = rows_[i];
    const std::size_t sources = rows[i].sources.size();
    if (row.sent || (row.judged == sources && row.had == rows[i].have)) continue;
    if (!all && now - row.came < kGather) continue;
    row.judged = sources;
    row.had = rows[i].have;
    if (!filter_.passes(facts_of(rows[i]))) continue;
    row.sent = true;
    ++sent_;
    out.push_back(i);
  }
  return out;
}

}  // namespace p2p::app
