#include "protocols/gnutella/settings.h"

namespace p2p::gnutella {

namespace {

// Of a graph that was drawn every link is taken in.
Limits as_drawn(Limits limits) {
  constexpr std::uint32_t kAny = 100'000;
  for (std::uint32_t* most : {&limits.max_ultrapeers, &limits.max_leaves, &limits.max_plain})
    if (*most > 0) *most = kAny;
  return limits;
}

}  // namespace

Limits limits_of(Role role) {
  switch (role) {
    // Four are what stock leaves keep; three are enough when one dies.
    case Role::leaf: return {3, 4, 0, 0, 0};
    // The public network has 30 and more; on a LAN every one of them costs each query a copy.
    case Role::ultrapeer: return {8, 32, 300, 0, 8};
    // 2000's: four dialled, and as many that call.
    case Role::plain: return {0, 0, 0, 4, 8};
  }
  return {};
}

Settings::Settings(const ModeConfig& config, Role as)
    : agent(config.agent),
      limits(config.only_connect ? as_drawn(limits_of(as)) : limits_of(as)),
      link_speed(config.link_speed),
      role(as),
      compresses(config.compresses),
      allow_public(config.allow_public),
      only_connect(config.only_connect),
      changes_role(config.changes_role),
      upkeep(config.upkeep),
      tallies(config.tallies),
      flat(config.flat) {}

}  // namespace p2p::gnutella
