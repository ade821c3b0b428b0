#include "protocols/kazaa/election.h"

#include "protocols/base/elapsed.h"

namespace p2p::kazaa {

namespace {

bool is_fast(const OrdinaryStanding& standing) {
  return standing.link_speed == 0 || standing.link_speed >= kLeastSpeed;
}

}  // namespace

bool should_promote(const OrdinaryStanding& standing) {
  if (!standing.is_reachable || !is_fast(standing)) return false;
  // Nobody is there to reach us, and nobody to be taken in by.
  if (!standing.has_parent && !standing.knows_others)
    return standing.without_parent >= standing.patience;
  if (standing.up < standing.proven_uptime) return false;
  if (!standing.has_parent) return standing.without_parent >= kStranded;
  return standing.was_reached && standing.parent_load >= kFullLoad;
}

std::string why_role(const OrdinaryStanding& standing) {
  if (!standing.is_reachable) return "it does not listen, so it stays ordinary";
  if (!is_fast(standing)) return "its line is too slow for a supernode";
  if (!standing.has_parent && !standing.knows_others)
    return "no supernode for " + elapsed_text(standing.without_parent, standing.patience) +
           ", then it becomes one";
  if (standing.up < standing.proven_uptime)
    return "up " + elapsed_text(standing.up, standing.proven_uptime) +
           " that a supernode should be";
  if (!standing.has_parent)
    return "no supernode takes it in for " + elapsed_text(standing.without_parent, kStranded) +
           ", then it becomes one";
  if (!standing.was_reached) return "nobody has called it yet";
  return "its supernode is " + std::to_string(standing.parent_load) + " % full, " +
         std::to_string(kFullLoad) + " would call for another";
}

bool should_step_down(const SupernodeStanding& standing) {
  return standing.children == 0 && standing.without_child >= kNotNeeded &&
         standing.others >= kLeastOthers;
}

std::string why_role(const SupernodeStanding& standing) {
  if (standing.children > 0)
    return standing.children == 1 ? "a child needs it"
                                  : std::to_string(standing.children) + " children need it";
  if (standing.others < kLeastOthers) return "fewer than two others are there to be it instead";
  return "no child for " + elapsed_text(standing.without_child, kNotNeeded) +
         ", then it is ordinary again";
}

}  // namespace p2p::kazaa
