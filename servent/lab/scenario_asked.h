// The scenario that a command of `servent lab` is about, as its words name it.
#pragma once

#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "servent/lab/scenario.h"

namespace p2p::lab {

struct ScenarioAsked {
  std::string name;              // a file, or a name of scenario_files()
  std::vector<std::string> set;  // "FIELD=VALUE"
  std::string graph;             // a file; empty: as the scenario says
};
void add_scenario(CLI::App& command, ScenarioAsked& asked);
// Errors of load_scenario() and change().
Result<Scenario> load(const ScenarioAsked& asked);

}  // namespace p2p::lab
