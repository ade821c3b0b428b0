#include "protocols/gnutella/promotion.h"

namespace p2p::gnutella {

bool should_promote(const LeafStanding& standing) {
  if (!standing.reachable) return false;
  if (standing.link_speed != 0 && standing.link_speed < kLeastSpeed) return false;
  if (standing.ultrapeers > 0) return standing.sent_away >= 3 && standing.up >= kProvenUptime;
  if (standing.alone < standing.patience) return false;
  return !standing.knows_hosts || standing.alone >= kStranded;
}

bool should_step_down(const UltrapeerStanding& standing) {
  return standing.leaves == 0 && standing.ultrapeers > 0 && standing.outranked &&
         standing.without_leaf >= kNotNeeded;
}

}  // namespace p2p::gnutella
