#include "servent/lab/real/real_presence.h"

#include <algorithm>
#include <string>
#include <utility>

#include "servent/lab/experiment.h"
#include "servent/lab/population.h"

namespace p2p::lab {

RealPresence::RealPresence(RealNetwork& network, const Plan& plan, const Setup& setup,
                           std::uint64_t seed, World::Ms lead, RealNetwork::Say say,
                           Leaving leaving)
    : network_(network),
      plan_(plan),
      setup_(setup),
      seed_(seed),
      lead_(lead),
      say_(std::move(say)),
      leaving_(std::move(leaving)),
      is_away_(plan.roles.size()),
      is_killed_(plan.roles.size()),
      is_out_(plan.roles.size()),
      changed_(plan.roles.size()) {}

// The simulated run's clock begins longer before it asks.
Result<void> RealPresence::begin() {
  const World::Ms asking = asking_begins(setup_);
  auto moves = moves_of(plan_, setup_, seed_, asking + World::Ms{setup_.gap_ms} * setup_.count);
  if (!moves) return tl::unexpected(moves.error());
  for (Move& move : *moves)
    move.at = std::max(move.at + lead_, asking) - asking;
  moves_ = std::move(*moves);
  return follow(0);
}

bool RealPresence::changes() const {
  return setup_.kill != "none" || !moves_.empty();
}

double RealPresence::online() const {
  double up = 0;
  for (NodeNumber node = 0; node < plan_.users; ++node)
    up += network_.is_up(node) ? 1 : 0;
  return up / static_cast<double>(plan_.users);
}

World::Ms RealPresence::blow() const {
  return lead_ + blow_after(setup_);
}

bool RealPresence::kills(World::Ms now) const {
  return setup_.kill != "none" && !has_killed_ && now >= blow();
}

bool RealPresence::revives(World::Ms now) const {
  const auto back = blow() + static_cast<World::Ms>(setup_.back_s * 1'000);
  return !dead_.empty() && setup_.back_s > 0 && now >= back;
}

bool RealPresence::moves(World::Ms now) const {
  return next_move_ < moves_.size() && moves_[next_move_].at <= now;
}

bool RealPresence::is_due(World::Ms now) const {
  return kills(now) || revives(now) || moves(now);
}

Result<void> RealPresence::follow(World::Ms now) {
  if (kills(now)) {
    has_killed_ = true;
    auto victims = this->victims();
    if (!victims) return tl::unexpected(victims.error());
    dead_ = std::move(*victims);
    for (const NodeNumber node : dead_)
      is_killed_[node] = true;
  }
  if (revives(now))
    for (const NodeNumber node : std::exchange(dead_, {}))
      is_killed_[node] = false;
  for (; moves(now); ++next_move_)
    is_away_[moves_[next_move_].node] = !moves_[next_move_].is_up;
  return let_come_and_go(now);
}

Result<RealPresence::Nodes> RealPresence::victims() const {
  if (!plan_.repairs) return victims_of(setup_, seed_, network_.links_planned());
  const auto links = network_.links_up();
  if (!links) return tl::unexpected(links.error());
  return victims_of(setup_, seed_, *links);
}

// One that crashed stays away until it would come.
Result<void> RealPresence::let_come_and_go(World::Ms now) {
  Nodes leaving;
  Nodes coming;
  for (NodeNumber node = 0; node < is_out_.size(); ++node) {
    const bool is_out = is_away_[node] || is_killed_[node];
    if (is_out == is_out_[node]) continue;
    is_out_[node] = is_out;
    changed_[node] = now;
    (is_out ? leaving : coming).push_back(node);
  }
  if (!leaving.empty()) {
    if (auto told = leaving_(leaving); !told) return told;
    say_("killing " + std::to_string(leaving.size()) + " nodes");
    // Who is away at first never was there.
    const bool is_silent = setup_.departure == "silent" && now > 0;
    if (auto gone = is_silent ? network_.halt(leaving) : network_.kill(leaving); !gone) return gone;
  }
  if (coming.empty()) return {};
  say_("starting " + std::to_string(coming.size()) + " nodes again");
  return network_.restart(coming);
}

}  // namespace p2p::lab
