// `servent lab trace`: one query of a scenario's first point, followed through the network.
#pragma once

#include <cstddef>
#include <cstdint>

#include <CLI/App.hpp>

#include "servent/lab/scenario_asked.h"
#include "servent/lab/trace.h"

namespace p2p::lab {

struct TraceAsked {
  ScenarioAsked scenario;
  std::uint64_t seed = 0;  // 0: the scenario's first
  std::size_t query = 1;   // the first is 1
  TraceLook look;
  bool as_json = false;
};
void add_trace(CLI::App& app, TraceAsked& asked);
// The exit status (command.h).
int trace(const TraceAsked& asked);

}  // namespace p2p::lab
