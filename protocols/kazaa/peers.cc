#include "protocols/kazaa/peers.h"

#include <algorithm>

namespace p2p::kazaa {

Peer& Peers::add(LinkId link, const Endpoint& at) {
  Peer& peer = all_[link];
  peer.link = link;
  peer.at = at;
  return peer;
}

std::optional<Endpoint> Peers::remove(LinkId link) {
  std::erase_if(ways_, [link](const auto& way) { return way.second == link; });
  const auto at = all_.find(link);
  if (at == all_.end()) return {};
  const Endpoint gone = at->second.at;
  all_.erase(at);
  return gone;
}

Peer* Peers::find(LinkId link) {
  const auto at = all_.find(link);
  return at == all_.end() ? nullptr : &at->second;
}

std::optional<LinkId> Peers::find(const Endpoint& at) const {
  const auto found =
      std::ranges::find_if(all_, [&](const auto& item) { return item.second.at == at; });
  return found == all_.end() ? std::nullopt : std::optional(found->first);
}

void Peers::learn_way(const Endpoint& supernode, LinkId link) {
  if (ways_.size() >= kMostWays && !ways_.contains(supernode)) ways_.clear();
  ways_[supernode] = link;
}

std::optional<LinkId> Peers::way_to(const Endpoint& supernode) const {
  if (const auto itself = find(supernode)) return itself;
  const auto way = ways_.find(supernode);
  return way == ways_.end() ? std::nullopt : std::optional(way->second);
}

bool stays(const Link& fresh, const Link& old, const Endpoint& ours, const Endpoint& theirs) {
  if (fresh.inbound == old.inbound) return true;
  const Endpoint& caller = fresh.inbound ? theirs : ours;
  return caller == std::min(ours, theirs);
}

}  // namespace p2p::kazaa
