// Who is there of a real network: nodes come and go, are killed and come back, at the questions at
// which simulated ones would (population.h). Times are since the first question.
#pragma once

#include <cstddef>
#include <cstdint>
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
  // All outlive it. `say` is told what is done.
  RealPresence(RealNetwork& network, const Plan& plan, const Setup& setup, std::uint64_t seed,
               RealNetwork::Say say);

  // Of a network that has started: who is away at first leaves. Errc::io, Errc::malformed: of the
  // trace.
  Result<void> begin();
  // Somebody has come or gone by then.
  bool is_due(World::Ms now) const;
  // Lets them; returns when the others know.
  Result<void> follow(World::Ms now);

  bool changes() const;    // whether anybody ever comes or goes
  double online() const;   // the share of those who share and ask
  World::Ms blow() const;  // when the setup kills

 private:
  bool kills(World::Ms now) const;
  bool revives(World::Ms now) const;
  bool moves(World::Ms now) const;
  std::vector<NodeNumber> victims() const;
  Result<void> let_come_and_go();

  RealNetwork& network_;
  const Plan& plan_;
  const Setup& setup_;
  std::uint64_t seed_;
  RealNetwork::Say say_;
  std::vector<Move> moves_;
  std::size_t next_move_ = 0;
  std::vector<NodeNumber> dead_;  // killed, and not back yet
  bool has_killed_ = false;
  std::vector<bool> is_away_;
  std::vector<bool> is_killed_;
  std::vector<bool> is_out_;  // either of them, when it was looked at last
};

}  // namespace p2p::lab
