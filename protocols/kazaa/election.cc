#include "protocols/kazaa/election.h"

namespace p2p::kazaa {

bool should_promote(const OrdinaryStanding& standing) {
  const bool is_fast = standing.link_speed == 0 || standing.link_speed >= kLeastSpeed;
  if (!standing.is_reachable || !is_fast) return false;
  // Nobody is there to reach us, and nobody to be taken in by.
  if (!standing.has_parent && !standing.knows_others)
    return standing.without_parent >= standing.patience;
  if (standing.up < standing.proven_uptime) return false;
  if (!standing.has_parent) return standing.without_parent >= kStranded;
  return standing.was_reached && standing.parent_load >= kFullLoad;
}

bool should_step_down(const SupernodeStanding& standing) {
  return standing.children == 0 && standing.without_child >= kNotNeeded &&
         standing.others >= kLeastOthers;
}

}  // namespace p2p::kazaa
