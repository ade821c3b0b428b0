// The hosts that the networks may be entered by, in place of the Network screen's links. They are
// asked for when the list is seen, and again while it is.
//
//   toggle -> draw -> take_wanted() -> (the host asks) -> heard() -> draw
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tui/keymap.h"
#include "tui/plain_view.h"

namespace p2p::tui {

class HostList {
 public:
  bool is_open() const { return is_open_; }
  void toggle();
  Table& table() { return table_; }
  Prompt& filter() { return filter_; }
  // The one that is selected; null: none.
  const api::HostRow* selected() const;

  // It was drawn, and what it shows is old; once until heard().
  bool take_wanted();
  void heard(api::HostList list);

  // Lends this.
  ListView list(api::Millis now, int width, const KeyWords& keys);

 private:
  bool is_open_ = false;
  Table table_;
  Prompt filter_;
  bool is_known_ = false;
  bool is_asked_ = false;
  bool is_wanted_ = false;
  api::Millis asked_ms_ = 0;
  api::HostList list_;
  std::map<std::string, std::uint64_t> keys_;  // of rows, the same while they are there
  std::uint64_t last_key_ = 0;
  std::map<std::uint64_t, std::size_t> place_of_;
  PlainRows rows_;
};

}  // namespace p2p::tui
