// The Search screen: the results of one search, one row a digest, and what is known of the
// selected one. The order is made anew only when answers, order or filter changed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "servent/api/snapshot.h"

#include "tui/view.h"

namespace p2p::tui {

class SearchView final : public View {
 public:
  // Orders: 'c' free slots, then sources, then rate, then name (the first one); 'n' name,
  // 's' size, 'r' rate, 't' type, 'd' digest.
  SearchView() { order_ = {'c', false}; }

  void learn(const api::Snapshot& snapshot, Desk& desk) override;
  std::optional<api::Request> command(std::string_view command, Desk& desk) override;
  int details_height(int height) const override;
  bool moves(const api::Snapshot& snapshot) const override;
  std::string look() override;
  Table& table() override { return places_[wanted_].table; }
  Prompt& filter() override { return places_[wanted_].filter; }

  std::uint32_t wanted() const { return wanted_; }  // the search to be shown; 0: the newest
  void want_newest() { wanted_ = 0; }

 protected:
  ListView list(const api::Snapshot& snapshot, int width) override;
  void draw_details(Surface& out, const Rect& box, bool boxes,
                    const api::Snapshot& snapshot) override;

 private:
  struct Place {  // where the user is in the results of one search
    Table table;
    Prompt filter;
  };
  struct Known {  // what comparing needs of a row, made once
    std::string name, folded;
    std::size_t sources = 0, free = 0;
    std::uint64_t rate_bps = 0;
  };
  void look_at(const api::Snapshot& snapshot);
  void sort(const api::Snapshot& snapshot, Order order);

  std::uint32_t wanted_ = 0;
  std::map<std::uint32_t, Place> places_;  // one a search; 0 before the first
  std::vector<api::SearchRow> searches_;

  // What the rows below were made from.
  std::uint32_t search_ = 0;
  std::uint64_t revision_ = 0;
  std::size_t results_ = 0, sources_ = 0;
  Order made_order_;
  std::string made_filter_;
  std::vector<Known> known_;         // one a result, in order of arrival
  std::vector<std::size_t> sorted_;  // places in the results
  std::vector<std::size_t> shown_;   // those of them that pass the filter
  std::vector<std::uint64_t> keys_;
};

// "① free jazz 214 ⠹   ② live set 38 ✓": the open searches, the one that is shown first if there is
// not room for all.
std::string search_chips(const api::Snapshot& snapshot, int room, const Looks& looks);
// "12 s, 31 answers" of the search that is shown; empty without one.
std::string search_age(const api::Snapshot& snapshot);

}  // namespace p2p::tui
