#include "servent/lab/real/real_presence.h"

#include <algorithm>
#include <string>
#include <utility>

#include "servent/lab/experiment.h"
#include "servent/lab/population.h"

namespace p2p::lab {

RealPresence::RealPresence(RealNetwork& network, const Plan& plan, const Setup& setup,
                           std::uint64_t seed, RealNetwork::Say say)
    : network_(network),
      plan_(plan),
      setup_(setup),
      seed_(seed),
      say_(std::move(say)),
      is_away_(plan.roles.size()),
      is_killed_(plan.roles.size()),
      is_out_(plan.roles.size()) {}

// The simulated run's clock begins long before it asks.
Result<void> RealPresence::begin() {
  const World::Ms asking = asking_begins(setup_);
  auto moves = moves_of(plan_, setup_, seed_, asking + World::Ms{setup_.gap_ms} * setup_.count);
  if (!moves) return tl::unexpected(moves.error());
  for (Move& move : *moves)
    move.at = std::max(move.at, asking) - asking;
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
  return static_cast<World::Ms>(setup_.at_s * 1'000);
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
    dead_ = victims();
    for (const NodeNumber node : dead_)
      is_killed_[node] = true;
  }
  if (revives(now))
    for (const NodeNumber node : std::exchange(dead_, {}))
      is_killed_[node] = false;
  for (; moves(now); ++next_move_)
    is_away_[moves_[next_move_].node] = !moves_[next_move_].is_up;
  return let_come_and_go();
}

std::vector<NodeNumber> RealPresence::victims() const {
  std::vector<std::size_t> links(plan_.roles.size());
  for (const auto& [from, to] : network_.planned()) {
    ++links[from];
    ++links[to];
  }
  return victims_of(setup_, seed_, links);
}

// One that crashed stays away until it would come.
Result<void> RealPresence::let_come_and_go() {
  std::vector<NodeNumber> leaving;
  std::vector<NodeNumber> coming;
  for (NodeNumber node = 0; node < is_out_.size(); ++node) {
    const bool is_out = is_away_[node] || is_killed_[node];
    if (is_out == is_out_[node]) continue;
    is_out_[node] = is_out;
    (is_out ? leaving : coming).push_back(node);
  }
  if (!leaving.empty()) {
    say_("killing " + std::to_string(leaving.size()) + " nodes");
    if (auto killed = network_.kill(leaving); !killed) return killed;
  }
  if (coming.empty()) return {};
  say_("starting " + std::to_string(coming.size()) + " nodes again");
  return network_.restart(coming);
}

}  // namespace p2p::lab
