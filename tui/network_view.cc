#include "tui/network_view.h"

#include "tui/format.h"

namespace p2p::tui {

ListView NetworkView::list(const api::Snapshot& snapshot, int /*width*/) {
  clear();
  std::uint64_t key = 0;
  for (const api::NetworkRow& network : snapshot.networks) {
    add(++key,
        {network.mode + " · " + network.role + " · " + network.state, count_text(network.users)},
        network.online ? Style::header : Style::warn);
    for (const api::NetworkPeerRow& peer : network.peers)
      add(++key,
          {"  " + peer.endpoint + " " + peer.name + " " + peer.agent + " " + peer.state, ""});
  }
  return made("Network", "No network is set up", {{"Link"}, {"Users", 8, 1}});
}

}  // namespace p2p::tui
