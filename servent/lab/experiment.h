// One run in the simulated world: a setup and a seed in, numbers out. The network is built with
// links that have greeted, settles, is left alone for its upkeep to be counted, and is then asked
// one question after the other.
#pragma once

#include <atomic>
#include <cstdint>

#include "protocols/base/result.h"

#include "servent/lab/graph.h"
#include "servent/lab/onlooker.h"
#include "servent/lab/outcome.h"
#include "servent/lab/pulse.h"
#include "servent/lab/setup.h"

namespace p2p::lab {

// `graph` is the file that the setup names, where it names one. Errc::stopped when `stop` was set;
// Errc::refused when the setup makes no network (no node but one, no super-peer). `onlooker` sees
// what happens; null: nobody looks on.
// Every run is a world of its own: several may run at a time, each in its thread.
Result<Outcome> run_once(const Setup& setup, std::uint64_t seed, const Graph* graph,
                         const std::atomic<bool>& stop, const Told& told = {},
                         Onlooker* onlooker = nullptr);

}  // namespace p2p::lab
