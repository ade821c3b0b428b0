// Who is there of a real network: nodes come and go, are killed and come back, at the questions at
// which simulated ones would (population.h). Times are since begin(), which is `lead` before the
// first question.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "protocols/base/result.h"

#include "servent/lab/network.h"
#include "servent/lab/presence.h"
#include "servent/lab/real/real_network.h"
#include "servent/lab/setup.h"
#include "servent/lab/world.h"

namespace p2p::lab {

class RealPresence {
 public:
  using Nodes = std::vector<NodeNumber>;
  // Told of those that leave, just before.
  using Leaving = std::function<Result<void>(const Nodes&)>;

  // All outlive it. `say` is told what is done.
  RealPresence(RealNetwork& network, const Plan& plan, const Setup& setup, std::uint64_t seed,
               World::Ms lead, RealNetwork::Say say, Leaving leaving);

  // Of a network that has started: who is away at first leaves. Errc::io, Errc::malformed: of the
  // trace.
  Result<void> begin();
  // Somebody has come or gone by then.
  bool is_due(World::Ms now) const;
  // Lets them; returns when the others know.
  Result<void> follow(World::Ms now);

  bool changes() const;   // whether anybody ever comes or goes
  double online() const;  // the share of those who share and ask
  // Of a time so short ago that it came or went once since at most.
  bool was_up(NodeNumber node, World::Ms when) const {
    return network_.is_up(node) != (changed_[node] > when);
  }

 private:
  World::Ms blow() const;  // when the setup kills
  bool kills(World::Ms now) const;
  bool revives(World::Ms now) const;
  bool moves(World::Ms now) const;
  Result<Nodes> victims() const;
  Result<void> let_come_and_go(World::Ms now);

  RealNetwork& network_;
  const Plan& plan_;
  const Setup& setup_;
  std::uint64_t seed_;
  World::Ms lead_;
  RealNetwork::Say say_;
  Leaving leaving_;
  std::vector<Move> moves_;
  std::size_t next_move_ = 0;
  Nodes dead_;  // killed, and not back yet
  bool has_killed_ = false;
  std::vector<bool> is_away_;
  std::vector<bool> is_killed_;
  std::vector<bool> is_out_;  // either of them, when it was looked at last
  std::vector<World::Ms> changed_;
};

}  // namespace p2p::lab
