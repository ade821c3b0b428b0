#include "servent/lab/command.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

#include "servent/lab/diff_command.h"
#include "servent/lab/fault.h"
#include "servent/lab/real/agent.h"
#include "servent/lab/run_command.h"
#include "servent/lab/scenario.h"
#include "servent/lab/scenario_asked.h"
#include "servent/lab/scenario_files.h"
#include "servent/lab/setup.h"
#include "servent/lab/terminal.h"
#include "servent/lab/trace_command.h"

namespace p2p::lab {

namespace {

constexpr std::size_t kMostJobs = 1'024;
constexpr std::size_t kMostReal = 1'000;
constexpr std::size_t kMostSimulated = 1'000'000;

int show(const ScenarioAsked& asked) {
  const auto scenario = load(asked);
  if (!scenario) return fault(2, scenario.error().detail);
  std::fputs(to_toml(*scenario).c_str(), stdout);
  return 0;
}

int list_scenarios() {
  std::size_t names = 0;
  for (const ScenarioFile& file : scenario_files())
    names = std::max(names, file.name.size());
  for (const ScenarioFile& file : scenario_files()) {
    const auto scenario = read_scenario(file.text, std::string(file.name));
    if (!scenario) return fault(2, scenario.error().detail);
    const std::string begin =
        std::string(file.name) + std::string(names - file.name.size() + 2, ' ');
    std::fputs(wrapped(begin, scenario->claim, terminal_width()).c_str(), stdout);
  }
  return 0;
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text + ' ';
}

int list_fields() {
  const Setup setup;
  for (const Field& field : fields()) {
    const std::string begin =
        padded(std::string(field.name), 21) + padded(to_text(field.get(setup)), 11);
    const std::string about = std::string(field.about) + " (" + wanted(field) + ")";
    std::fputs(wrapped(begin, about, terminal_width()).c_str(), stdout);
  }
  return 0;
}

// What was asked, by the command that was given.
struct LabAsked {
  RunAsked run;
  DiffAsked diff;
  TraceAsked trace;
  ScenarioAsked shown;
};

void add_run(CLI::App& app, RunAsked& asked) {
  CLI::App* const command = app.add_subcommand("run", "run a scenario and write its report");
  add_scenario(*command, asked.scenario);
  command->add_option("--into", asked.into, "folder of the report; else lab-NAME")
      ->type_name("DIR");
  command->add_option("--seeds", asked.seeds, "runs of each point; else as the scenario says")
      ->check(CLI::Range(1U, kMostSeeds).description(""))
      ->type_name("N");
  command->add_option("--jobs", asked.jobs, "runs side by side; 0: as many as there are cores")
      ->check(CLI::Range(std::size_t{0}, kMostJobs).description(""))
      ->type_name("N");
  command->add_flag("--resume", asked.resume, "go on with the runs that the folder has");
  command->add_option("--real", asked.real, "with N real nodes, processes of their own")
      ->check(CLI::Range(std::size_t{1}, kMostReal).description(""))
      ->type_name("N");
  command->add_option("--sim", asked.sim, "with N simulated nodes; beside --real: those too")
      ->check(CLI::Range(std::size_t{1}, kMostSimulated).description(""))
      ->type_name("N");
  command
      ->add_option("--hosts", asked.hosts, "real nodes on these: `user@host [address] [program]`")
      ->needs("--real")
      ->type_name("FILE");
  command->add_option("--keep", asked.keep, "homes and logs of real nodes stay, in this folder")
      ->needs("--real")
      ->type_name("DIR");
}

void add_diff(CLI::App& app, DiffAsked& asked) {
  CLI::App* const command =
      app.add_subcommand("diff", "compare two runs number by number, with significance");
  command->add_option("A", asked.a, "folder of a run, or its results.json")
      ->required()
      ->type_name("DIR");
  command->add_option("B", asked.b, "the other")->required()->type_name("DIR");
  command->add_flag("--types", asked.types, "the numbers of each type of message too");
  command->add_flag("--json", asked.json, "one JSON document");
}

std::unique_ptr<CLI::App> table(LabAsked& asked) {
  auto app = std::make_unique<CLI::App>("ask simulated networks what a scenario asks, and report",
                                        "servent lab");
  app->require_subcommand(1);
  app->set_help_flag("-h,--help", "print this");
  app->add_subcommand("list", "the scenarios that the program brings, and what each claims");
  add_run(*app, asked.run);
  add_scenario(*app->add_subcommand("show", "a scenario with all its fields, as it would be run"),
               asked.shown);
  app->add_subcommand("fields", "what a scenario can set and vary");
  app->add_subcommand("agent", "starts nodes for a laboratory elsewhere")->group("");  // agent.h
  add_diff(*app, asked.diff);
  add_trace(*app, asked.trace);
  app->footer(
      "\nExit status: 0 done and all expectations met (diff: no difference is significant),\n"
      "1 an expectation missed or a run failed (diff: some difference is), 2 wrong usage or a\n"
      "wrong scenario, 130 Ctrl-C: what was done is written, marked as partial.");
  return app;
}

}  // namespace

void show_options(const std::function<void(const CLI::App&)>& look) {
  LabAsked unused;
  look(*table(unused));
}

int run_command(int argc, char** argv, std::string_view version) {
  LabAsked asked;
  const auto app = table(asked);
  try {
    app->parse(argc - 1, argv + 1);  // without the program's name: "lab" is ours
  } catch (const CLI::ParseError& error) {
    return app->exit(error) == 0 ? 0 : 2;
  }
  if (app->got_subcommand("agent")) return run_agent();
  if (app->got_subcommand("run")) return run(asked.run, version);
  if (app->got_subcommand("trace")) return trace(asked.trace);
  if (app->got_subcommand("show")) return show(asked.shown);
  if (app->got_subcommand("diff")) return diff(asked.diff);
  return app->got_subcommand("list") ? list_scenarios() : list_fields();
}

}  // namespace p2p::lab
