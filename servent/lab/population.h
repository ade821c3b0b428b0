// Population: who is in the network when. Nodes come and go by the setup's churn or a trace, and
// some are killed at a time; who comes gets the links that were drawn for it, to those who are
// there, or looks for its own (overlay.repair).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocols/base/result.h"

#include "servent/lab/network.h"
#include "servent/lab/presence.h"
#include "servent/lab/setup.h"
#include "servent/lab/world.h"

namespace p2p::lab {

// Whether anybody ever comes, goes or is killed.
bool is_lively(const Setup& setup);

// Whom the setup kills: at random by the seed, or those with the most links, each node with so
// many.
std::vector<NodeNumber> victims_of(const Setup& setup, std::uint64_t seed,
                                   const std::vector<std::size_t>& links);

// Who comes and goes from the start until `end`, in the order of time, by chance or as a trace
// tells; who is away at first leaves at 0. Errc::io, Errc::malformed: of the trace.
Result<std::vector<Move>> moves_of(const Plan& plan, const Setup& setup, std::uint64_t seed,
                                   World::Ms end);

class Population {
 public:
  // All outlive it, and it outlives the world's run.
  Population(World& world, const Plan& plan, const Setup& setup, std::uint64_t seed);

  // At the world's start: they come and go until `end`, by moves_of().
  Result<void> begin(World::Ms end);
  // Kills whom the setup says, at this time; and brings them back.
  void strike(World::Ms at);

  // Whether anybody ever comes or goes.
  bool changes() const { return !is_away_.empty(); }
  double online() const;  // the share of those who share and ask

 private:
  void move(const Move& move, bool is_silent);
  std::vector<NodeNumber> victims();
  // As it should be by `is_away_` and `is_killed_`.
  void settle(NodeNumber node, bool is_silent);
  void start(NodeNumber node);

  World& world_;
  const Plan& plan_;
  const Setup& setup_;
  std::uint64_t seed_;
  std::size_t up_;  // of those who share and ask
  std::vector<bool> is_away_;
  std::vector<bool> is_killed_;
  std::vector<Move> moves_;
  std::vector<NodeNumber> dead_;
  // Of each node its places in the plan's links: those from first_[node] to first_[node + 1].
  std::vector<std::uint32_t> first_;
  std::vector<std::uint32_t> links_;
};

}  // namespace p2p::lab
