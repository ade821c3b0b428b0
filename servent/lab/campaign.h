// All runs of a scenario: each point with each seed, whoever runs them (simulated or real nodes).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "protocols/base/result.h"

#include "servent/lab/outcome.h"
#include "servent/lab/pulse.h"

namespace p2p::lab {

// One run; Errc::stopped when it was told to stop. With several jobs it is called by several
// threads at a time.
using RunOne = std::function<Result<Outcome>(const Setup&, std::uint64_t seed, const Told& told)>;
// A run is done, and what all took so far. Never by two threads at a time; a fault ends the
// campaign.
using Keep = std::function<Result<void>(const Outcome&, const Effort&)>;

struct Campaign {
  RunOne run_one;
  Keep keep;             // may be empty
  std::size_t jobs = 1;  // runs at a time, 1 and more
};

// Fills `results` of their scenario: the outcomes in the order of points and seeds, whatever the
// number of jobs; partial when `stop` was set before all were done. Outcomes that are in it already
// are not run again. A point ends early where the scenario's number is tight. After a fault `stop`
// is set, so that runs beside it end.
Result<void> run_campaign(Results& results, const Campaign& campaign, std::atomic<bool>& stop);

}  // namespace p2p::lab
