// The questions that are asked of a real network, and what became of each: the same demand as in
// the simulated world, and the same counts (crowd.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocols/base/result.h"

#include "servent/lab/crowd.h"
#include "servent/lab/demand.h"
#include "servent/lab/network.h"
#include "servent/lab/outcome.h"
#include "servent/lab/placement.h"
#include "servent/lab/pollution.h"
#include "servent/lab/real/real_network.h"
#include "servent/lab/real/real_presence.h"
#include "servent/lab/setup.h"

namespace p2p::lab {

class RealQuestions {
 public:
  // All outlive it. The first question is asked `lead` after the presence began.
  RealQuestions(RealNetwork& network, const RealPresence& presence, Placement& placement,
                const Plan& plan, const Setup& setup, std::uint64_t seed, World::Ms lead);

  // What is asked next, by a node that is up. Nothing: nobody is there who lacks anything.
  std::optional<Wish> next();
  // Begins it, so long after the first one.
  Result<void> ask(const Wish& wish, World::Ms when);
  // Those that run and are over end, and what they found until now counts.
  Result<void> end(const std::function<bool(const AskedQuery&)>& is_over);

  std::size_t running() const { return running_.size(); }
  std::size_t asked() const { return asked_.size(); }
  void add_to(Outcome& outcome) const;  // the numbers of all

 private:
  struct Running {
    std::size_t place = 0;  // in asked_
    std::set<Copy> copies;  // that there were, less those that were found
    RealNetwork::Begun search;
  };

  std::set<Copy> existing(NodeNumber asker, const Query& query);
  void found(Running& running, const Json& moment);
  std::optional<Copy> copy_of(const Json& source, const std::string& name) const;
  std::optional<NodeNumber> node_of_nick(const std::string& nick) const;

  RealNetwork& network_;
  const RealPresence& presence_;
  Placement& placement_;
  const Plan& plan_;
  const Setup& setup_;
  World::Ms lead_;
  Demand demand_;
  Pollution pollution_;
  Rng fetching_;
  std::vector<AskedQuery> asked_;
  std::vector<Running> running_;
  std::vector<std::uint64_t> answers_;  // by node
  std::vector<std::string> notes_;
  double online_ = 0;  // its sum over the questions
};

}  // namespace p2p::lab
