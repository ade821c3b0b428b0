#include "tui/host_list.h"

#include <algorithm>
#include <utility>

#include "tui/format.h"

namespace p2p::tui {

namespace {

constexpr api::Millis kAgain = 3000;  // until a list that is looked at is asked for anew

std::string ago(std::optional<std::uint64_t> seconds) {
  return seconds ? time_text(*seconds) : "-";
}

Style host_style(const api::HostRow& row) {
  if (row.state == "up") return Style::good;
  return row.failures > 0 ? Style::dim : Style::text;
}

}  // namespace

void HostList::toggle() {
  is_open_ = !is_open_;
  is_known_ = false;
}

const api::HostRow* HostList::selected() const {
  const auto at = place_of_.find(table_.selected_key());
  return table_.empty() || at == place_of_.end() ? nullptr : &list_.rows[at->second];
}

bool HostList::take_wanted() {
  if (is_asked_ || !std::exchange(is_wanted_, false)) return false;
  is_asked_ = true;
  return true;
}

void HostList::heard(api::HostList list) {
  is_asked_ = false;
  is_known_ = true;
  list_ = std::move(list);
  std::map<std::string, std::uint64_t> keys;
  place_of_.clear();
  for (std::size_t i = 0; i < list_.rows.size(); ++i) {
    const std::string name = list_.rows[i].network + ' ' + list_.rows[i].endpoint;
    const auto known = keys_.find(name);
    const std::uint64_t key = known == keys_.end() ? ++last_key_ : known->second;
    if (keys.emplace(name, key).second) place_of_[key] = i;
  }
  keys_ = std::move(keys);
}

ListView HostList::list(api::Millis now, int width, const KeyWords& keys) {
  if (!is_asked_ && (!is_known_ || now - asked_ms_ >= kAgain)) {
    is_wanted_ = true;
    asked_ms_ = now;
  }
  rows_.clear();
  for (const auto& row : list_.rows) {
    const auto key = keys_.find(row.network + ' ' + row.endpoint);
    if (key == keys_.end()) continue;
    rows_.add(
        key->second,
        {row.endpoint, row.role.empty() ? "-" : row.role, row.network, row.told_by,
         row.state.empty() ? "-" : row.state, row.failures == 0 ? "-" : count_text(row.failures),
         ago(row.heard_s), ago(row.tried_s), ago(row.good_s)},
        host_style(row));
  }
  ListView out = rows_.made(
      filter_.text(), "Host cache · " + count_text(list_.rows.size()),
      is_known_ ? keys("No host is known: {connect} in the links calls one, Esc goes back")
                : "Asking the node",
      {{"Address"},
       {"Role", width < 40 ? 6 : 9, 6, true},
       {"Network", 8, 3, true},
       {"Told by", 8, 2, true},
       {"State", 7, 5, true},
       {"Failed", 6, 7},
       {"Heard", 8, 8},
       {"Tried", 8, 4},
       {"Good", 8, 1}});
  out.foot = keys("{connect} connects · Esc goes back");
  return out;
}

}  // namespace p2p::tui
