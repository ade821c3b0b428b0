// One run with real nodes: the same setup, placement and demand as in the simulated world
// (experiment.h), and the same numbers out of what the nodes counted, so that both stand in one
// table.
//
// Questions are not asked at the scenario's pace but as fast as the network settles, some side by
// side; how many messages one costs does not depend on it, unless latencies decide who answers
// first. Where nodes look for neighbours themselves, or go silently (is_paced), how long all takes
// is what is asked: there everything has its time, and a run lasts as long as it says. Latencies
// are drawn as in the simulated world, but for datagrams and the time that links take to come up.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "protocols/base/result.h"

#include "servent/lab/graph.h"
#include "servent/lab/outcome.h"
#include "servent/lab/pulse.h"
#include "servent/lab/real/machine.h"
#include "servent/lab/setup.h"

namespace p2p::lab {

struct RealOptions {
  std::vector<Host> hosts{this_machine()};
  std::string keep;  // homes stay, in this folder; empty: they go
  std::function<void(const std::string&)> say = [](const std::string&) {};  // how far it is
};

// As run_once(). Outcome::notes tells of nodes that crashed, and of questions that did not settle
// or were asked late; the number "crashed" counts the former. `told` hears of a paced run only.
// Errc::io and Errc::refused name the host or node that is not there.
Result<Outcome> run_real(const Setup& setup, std::uint64_t seed, const Graph* graph,
                         const RealOptions& options, const std::atomic<bool>& stop,
                         const Told& told = {});

}  // namespace p2p::lab
