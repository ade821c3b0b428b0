// All runs of a scenario: each point with each seed, whoever runs them (simulated or real nodes).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "protocols/base/result.h"

#include "servent/lab/outcome.h"

namespace p2p::lab {

// One run; Errc::stopped when it was told to stop.
using RunOne = std::function<Result<Outcome>(const Setup&, std::uint64_t seed)>;

// Fills `results` of their scenario: the outcomes in the order of points and seeds, partial when
// `stop` was set before all were done. A point ends early where the scenario's number is tight.
Result<void> run_campaign(Results& results, const RunOne& run_one, const std::atomic<bool>& stop);

}  // namespace p2p::lab
