// One run in the simulated world: a setup and a seed in, numbers out. The network is built with
// links that have greeted, settles, is left alone for its upkeep to be counted, and is then asked
// one question after the other.
#pragma once

#include <atomic>
#include <cstdint>

#include "protocols/base/result.h"

#include "servent/lab/demand.h"
#include "servent/lab/graph.h"
#include "servent/lab/onlooker.h"
#include "servent/lab/outcome.h"
#include "servent/lab/placement.h"
#include "servent/lab/pulse.h"
#include "servent/lab/setup.h"
#include "servent/lab/world.h"

namespace p2p::lab {

// `graph` is the file that the setup names, where it names one. Errc::stopped when `stop` was set;
// Errc::refused when the setup makes no network (no node but one, no super-peer). `onlooker` sees
// what happens; null: nobody looks on.
// Every run is a world of its own: several may run at a time, each in its thread.
Result<Outcome> run_once(const Setup& setup, std::uint64_t seed, const Graph* graph,
                         const std::atomic<bool>& stop, const Told& told = {},
                         Onlooker* onlooker = nullptr);

// When its first question is asked: it has settled, and its upkeep was counted.
World::Ms asking_begins(const Setup& setup);

// When the setup kills, since the first question.
World::Ms blow_after(const Setup& setup);

// Who of these users shares what, and who asks for what.
PlacementSetup placement_setup(const Setup& setup, std::size_t users, std::uint64_t seed);
DemandSetup demand_setup(const Setup& setup, std::uint64_t seed);

}  // namespace p2p::lab
