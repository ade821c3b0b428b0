#include "tui/network_view.h"

#include <algorithm>
#include <array>
#include <utility>

#include "tui/format.h"
#include "tui/node_pane.h"
#include "tui/readmit.h"

namespace p2p::tui {

namespace {

constexpr std::array kLinkSigns{Word{"●", "up"}, Word{"◌", "comes"}, Word{"○", "down"}};

const char* link_sign(const api::NetworkPeerRow& peer) {
  return peer.state == "up" ? "●" : peer.state.empty() ? "○" : "◌";
}

// "▼1.2K ▲0.3K", of a link that is up; else how far it is.
std::string rate_of(const api::NetworkPeerRow& peer) {
  if (peer.state != "up") return peer.state;
  if (peer.down_bps + peer.up_bps == 0) return "-";
  return "▼" + size_short(peer.down_bps) + " ▲" + size_short(peer.up_bps);
}

std::string who(const api::NetworkPeerRow& peer) {
  return peer.name.empty() ? peer.endpoint : peer.endpoint + ' ' + peer.name;
}

}  // namespace

void NetworkView::learn(const api::Snapshot& snapshot, Desk& /*desk*/) {
  counts_.learn(snapshot);
  modes_ = snapshot.modes;
  banned_ = unwanted_of(snapshot, api::Unwanted::banned);
}

const NetworkView::Row* NetworkView::selected() {
  const auto at = by_key_.find(View::table().selected_key());
  return View::table().empty() || at == by_key_.end() ? nullptr : &at->second;
}

const api::NetworkRow* NetworkView::network_of(const api::Snapshot& snapshot) {
  if (snapshot.networks.empty()) return nullptr;
  const Row* const row = selected();
  const std::size_t place = row == nullptr ? 0 : row->network;
  return place < snapshot.networks.size() ? &snapshot.networks[place] : nullptr;
}

int NetworkView::details_height(int height) const {
  return height < 30 ? 7 : std::min(height * 2 / 5, 16);
}

bool NetworkView::moves(const api::Snapshot& snapshot) const {
  return hosts_.is_open() || std::ranges::any_of(snapshot.networks, [](const api::NetworkRow& row) {
           return !row.peers.empty();
         });
}

std::string NetworkView::look() {
  return View::look() + (hosts_.is_open() ? 'h' : 'l');
}

bool NetworkView::back() {
  if (!hosts_.is_open()) return false;
  hosts_.toggle();
  return true;
}

std::string NetworkView::chosen_endpoint() {
  if (hosts_.is_open()) {
    const api::HostRow* const host = hosts_.selected();
    return host == nullptr ? "" : host->endpoint;
  }
  const Row* const row = selected();
  return row == nullptr ? "" : row->endpoint;
}

std::optional<api::Request> NetworkView::connect(Desk& desk) {
  if (hosts_.is_open()) {
    const api::HostRow* const host = hosts_.selected();
    if (host == nullptr) return std::nullopt;
    desk.say("Calling " + host->endpoint);
    return api::ConnectTo{host->endpoint, host->network};
  }
  desk.type({"Connect to (HOST or HOST:PORT): ", "",
             [&desk](const std::string& text) -> std::optional<api::Request> {
               if (text.find_first_not_of(' ') != std::string::npos) return api::ConnectTo{text};
               desk.say("Type an address like 192.0.2.7:6346");
               return std::nullopt;
             }});
  return std::nullopt;
}

std::optional<api::Request> NetworkView::command(std::string_view command, Desk& desk) {
  if (command == "traffic-table") shows_table_ = !shows_table_;
  if (command == "host-cache") hosts_.toggle();
  if (command == "connect") return connect(desk);
  if (command == "switch-mode") choose_mode(desk);
  if (command == "unban-host") type_readmission(desk, "Banned", banned_);
  if (command != "drop-peer" && command != "ban-host") return std::nullopt;
  const std::string endpoint = chosen_endpoint();
  if (endpoint.empty() || (command == "drop-peer" && hosts_.is_open())) {
    desk.say("Go to a link first");
    return std::nullopt;
  }
  if (command == "drop-peer") return api::DropPeer{endpoint};
  desk.ask({"Ban ", endpoint, "? y/N", api::BanHost{endpoint}});
  return std::nullopt;
}

// By their first letters; `a` is all of them.
void NetworkView::choose_mode(Desk& desk) {
  std::string words = "be in:";
  std::string letters;
  for (const std::string& mode : modes_) {
    words += ' ' + mode.substr(0, 1) + ' ' + mode + ' ';
    letters += mode.substr(0, 1);
  }
  desk.choose({words + " a all", letters + 'a',
               [modes = modes_](char letter) -> std::optional<api::Request> {
                 if (letter == 'a') return api::SwitchMode{modes, {}};
                 const auto at = std::ranges::find_if(
                     modes, [letter](const std::string& mode) { return mode[0] == letter; });
                 return api::SwitchMode{{*at}, {}};
               }});
}

ListView NetworkView::list(const api::Snapshot& snapshot, int width) {
  rows_.clear();
  by_key_.clear();
  std::map<std::string, std::uint64_t> keys;
  const auto add = [&](const std::string& name, Row row, std::vector<std::string> cells,
                       Style style) {
    const auto known = keys_.find(name);
    const std::uint64_t key = known == keys_.end() ? ++last_key_ : known->second;
    if (!keys.emplace(name, key).second) return;  // twice the same: one line
    by_key_[key] = std::move(row);
    rows_.add(key, std::move(cells), style);
  };
  const bool several = snapshot.networks.size() > 1;
  std::size_t up = 0;
  std::size_t all = 0;
  for (std::size_t i = 0; i < snapshot.networks.size(); ++i) {
    const api::NetworkRow& network = snapshot.networks[i];
    if (several)
      add(network.mode, {i, "", ""},
          {network.online ? "●" : "○", network.mode + " · " + network.state, network.role, "", ""},
          network.online ? Style::header : Style::warn);
    for (const api::NetworkPeerRow& peer : network.peers) {
      ++all;
      if (peer.state == "up") ++up;
      add(network.mode + ' ' + peer.endpoint, {i, peer.endpoint, peer.agent},
          {link_sign(peer), who(peer), peer.role, rate_of(peer),
           peer.since_ms > 0 ? time_text(seconds_between(peer.since_ms, snapshot.now_ms)) : "-"},
          peer.state == "up" ? Style::text : Style::dim);
    }
  }
  keys_ = std::move(keys);
  const api::NetworkRow* const network = network_of(snapshot);
  ListView out = rows_.made(
      View::filter().text(), "Links · " + count_text(up) + " of " + count_text(all) + " up",
      network == nullptr ? "No network is set up"
                         : "No link: " + network->state + key_words_(" · {connect} connects"),
      {{"", 1, 9, true, kLinkSigns},
       {"Peer"},
       {"Role", width < 40 ? 6 : 9, 3, true},
       {"Rate", 13, 2},
       {"Up for", 8, 4}});
  if (network != nullptr) out.brief = network->mode + " · " + network->state;
  if (const Row* const row = selected(); row != nullptr) out.foot = row->agent;
  return out;
}

void NetworkView::draw(Surface& out, const Layout& at, const api::Snapshot& snapshot) {
  constexpr int kTwoColumns = 90;
  const std::string& words = filter().text();
  Rect left = at.body;
  Rect right;
  if (at.boxes && at.body.width >= kTwoColumns) {
    left.width = at.body.width * 54 / 100;
    right = {left.x + left.width, left.y, at.body.width - left.width, left.height};
  } else if (at.boxes && at.body.height >= 12) {
    left.height = (at.body.height + 1) / 2;
    right = {left.x, left.y + left.height, left.width, at.body.height - left.height};
  }
  if (hosts_.is_open()) {
    const int width = at.boxes ? at.body.width - 2 : at.body.width;
    draw_list(out, at.body, at.title, at.boxes, hosts_.list(snapshot.now_ms, width, key_words_),
              table(), words);
    right = {};
  } else {
    const int width = at.boxes ? left.width - 2 : left.width;
    draw_list(out, left, at.title, at.boxes, list(snapshot, width), table(), words);
  }
  const api::NetworkRow* const network = network_of(snapshot);
  if (network == nullptr) return;
  if (!right.empty()) draw_node(out, right, at.boxes, *network, counts_, snapshot, seconds_east_);
  if (at.details.empty()) return;
  if (shows_table_)
    draw_counters(out, at.details, at.boxes, *network, counts_, key_words_);
  else
    draw_traffic(out, at.details, at.boxes, *network, snapshot, seconds_east_);
}

}  // namespace p2p::tui
