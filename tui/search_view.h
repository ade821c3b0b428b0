// The Search screen: the results of one search, one row a digest, and what is known of the
// selected one. The order is made anew only when answers, order or filter changed.
#pragma once

#include <string>
#include <vector>

#include "servent/api/snapshot.h"

#include "tui/view.h"

namespace p2p::tui {

class SearchView {
 public:
  // Orders: 'c' free slots, then sources, then rate, then name (the first one); 'n' name,
  // 's' size, 'r' rate, 't' type, 'd' digest. Lends the snapshot and itself.
  ListView list(const api::Snapshot& snapshot, const std::string& filter, Order order, int width);
  // The row at a place of the list made last; null when there is none.
  const api::ResultRow* row(const api::Snapshot& snapshot, std::size_t place) const;

 private:
  struct Known {  // what comparing needs of a row, made once
    std::string name, folded;
    std::size_t sources = 0, free = 0;
    std::uint64_t rate_bps = 0;
  };
  void learn(const api::Snapshot& snapshot);
  void sort(const api::Snapshot& snapshot, Order order);

  std::uint32_t search_ = 0;
  std::uint64_t revision_ = 0;
  std::size_t results_ = 0, sources_ = 0;
  Order order_;
  std::string filter_;
  std::vector<Known> known_;         // one a result, in order of arrival
  std::vector<std::size_t> sorted_;  // places in the results
  std::vector<std::size_t> shown_;   // those of them that pass the filter
  std::vector<std::uint64_t> keys_;
};

// "① free jazz 214 ⠹   ② live set 38 ✓": the open searches, the one that is shown first if there is
// not room for all.
std::string search_chips(const api::Snapshot& snapshot, int room);
// "12 s, 31 answers" of the search that is shown; empty without one.
std::string search_age(const api::Snapshot& snapshot);
void draw_result(Surface& out, const Rect& in, const api::ResultRow& row);

}  // namespace p2p::tui
