#include "protocols/gnutella/promotion.h"

#include "protocols/base/elapsed.h"

namespace p2p::gnutella {

namespace {

bool is_slow(const LeafStanding& standing) {
  return standing.link_speed != 0 && standing.link_speed < kLeastSpeed;
}

Duration patience_of(const LeafStanding& standing) {
  return standing.knows_hosts ? kStranded : standing.patience;
}

}  // namespace

bool should_promote(const LeafStanding& standing) {
  if (!standing.reachable) return false;
  if (is_slow(standing)) return false;
  if (standing.ultrapeers > 0)
    return standing.sent_away >= kSentAwayOften && standing.up >= kProvenUptime;
  if (standing.alone < standing.patience) return false;
  return !standing.knows_hosts || standing.alone >= kStranded;
}

std::string why_role(const LeafStanding& standing) {
  if (!standing.reachable) return "it does not listen, so it stays a leaf";
  if (is_slow(standing)) return "its line is too slow for an ultrapeer";
  if (standing.ultrapeers == 0)
    return "no ultrapeer for " + elapsed_text(standing.alone, patience_of(standing)) +
           ", then it becomes one";
  if (standing.up < kProvenUptime)
    return "ultrapeers take it in; up " + elapsed_text(standing.up, kProvenUptime);
  return "ultrapeers take it in; " + std::to_string(standing.sent_away) + " of " +
         std::to_string(kSentAwayOften) + " sent it away";
}

bool should_step_down(const UltrapeerStanding& standing) {
  return standing.leaves == 0 && standing.ultrapeers > 0 && standing.outranked &&
         standing.without_leaf >= kNotNeeded;
}

std::string why_role(const UltrapeerStanding& standing) {
  if (standing.leaves > 0)
    return standing.leaves == 1 ? "a leaf needs it"
                                : std::to_string(standing.leaves) + " leaves need it";
  if (standing.ultrapeers == 0) return "there is no ultrapeer whose leaf it could be";
  if (!standing.outranked) return "no leaf needs it; its neighbours step down first";
  return "no leaf for " + elapsed_text(standing.without_leaf, kNotNeeded) +
         ", then it is a leaf again";
}

}  // namespace p2p::gnutella
