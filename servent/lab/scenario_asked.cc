#include "servent/lab/scenario_asked.h"

#include <utility>

#include <CLI/CLI.hpp>

#include "servent/lab/scenario_files.h"

namespace p2p::lab {

void add_scenario(CLI::App& command, ScenarioAsked& asked) {
  command.add_option("SCENARIO", asked.name, "a file, or a name of `servent lab list`")
      ->required()
      ->type_name("FILE");
  command.add_option("--set", asked.set, "FIELD=VALUE for what the scenario says; expects nothing")
      ->type_name("FIELD=VALUE")
      ->allow_extra_args(false);
  command.add_option("--graph", asked.graph, "links of the overlay: a file of two columns")
      ->type_name("FILE");
}

Result<Scenario> load(const ScenarioAsked& asked) {
  auto scenario = load_scenario(asked.name);
  for (const std::string& assignment : asked.set)
    if (scenario) scenario = change(std::move(*scenario), assignment);
  if (!scenario || asked.graph.empty()) return scenario;
  scenario->setup.overlay = "file";
  scenario->setup.graph = asked.graph;
  return scenario;
}

}  // namespace p2p::lab
