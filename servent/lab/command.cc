#include "servent/lab/command.h"

#include <cstdio>
#include <string>

#include <CLI/CLI.hpp>

#include "servent/lab/fault.h"
#include "servent/lab/run_command.h"
#include "servent/lab/scenario.h"
#include "servent/lab/scenario_files.h"
#include "servent/lab/setup.h"
#include "servent/lab/trace_command.h"

namespace p2p::lab {

namespace {

int show(const std::string& name) {
  const auto scenario = load_scenario(name);
  if (!scenario) return fault(2, scenario.error().detail);
  std::fputs(to_toml(*scenario).c_str(), stdout);
  return 0;
}

int list_fields() {
  const Setup setup;
  for (const Field& field : fields())
    std::printf("%-22s %-14s %s\n", std::string(field.name).c_str(),
                to_text(field.get(setup)).c_str(), std::string(field.about).c_str());
  return 0;
}

void add_run(CLI::App& app, RunAsked& asked) {
  CLI::App* const command = app.add_subcommand("run", "run a scenario and write its report");
  command->add_option("scenario", asked.scenario, "a file")->required();
  command->add_option("--into", asked.into, "folder of the report; else lab-NAME");
  command->add_option("--seeds", asked.seeds, "runs of each point")
      ->check(CLI::Range(1U, kMostSeeds));
  command->add_option("--graph", asked.graph, "links of the overlay: a file of two columns");
}

}  // namespace

int run_command(int argc, char** argv, std::string_view version) {
  RunAsked asked;
  TraceAsked traced;
  std::string shown;
  CLI::App app("compare networks: simulated experiments", "servent lab");
  app.require_subcommand(1);
  add_run(app, asked);
  add_trace(app, traced);
  app.add_subcommand("show", "a scenario with all its fields")
      ->add_option("scenario", shown, "a file")
      ->required();
  app.add_subcommand("fields", "what a scenario can set and vary");
  try {
    app.parse(argc - 1, argv + 1);  // without the program's name: "lab" is ours
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (app.got_subcommand("run")) return run(asked, version);
  if (app.got_subcommand("trace")) return trace(traced);
  return app.got_subcommand("show") ? show(shown) : list_fields();
}

}  // namespace p2p::lab
