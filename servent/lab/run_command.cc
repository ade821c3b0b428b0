#include "servent/lab/run_command.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <span>
#include <utility>
#include <vector>

#include "servent/lab/campaign.h"
#include "servent/lab/exhibits.h"
#include "servent/lab/experiment.h"
#include "servent/lab/fault.h"
#include "servent/lab/report.h"
#include "servent/lab/scenario_files.h"
#include "servent/lab/terminal.h"

namespace p2p::lab {

namespace {

namespace fs = std::filesystem;

std::atomic<bool> stop = false;

void change(Scenario& scenario, const RunAsked& asked) {
  if (asked.seeds != 0) scenario.seeds = asked.seeds;
  if (asked.graph.empty()) return;
  scenario.setup.overlay = "file";
  scenario.setup.graph = asked.graph;
}

Result<void> run_simulated(Results& results) {
  const std::vector<Point> points = points_of(results.scenario);
  const auto graphs = Graphs::of(points);
  if (!graphs) return tl::unexpected(graphs.error());
  const auto run_one = [&](const Setup& setup, std::uint64_t seed) {
    return run_once(setup, seed, graphs->find(setup), stop);
  };
  return run_campaign(results, run_one, stop);
}

void print(std::span<const Results> all) {
  for (const Table& table : tables_of(all))
    std::printf("%s\n", to_terminal(table).c_str());
  if (const Table verdicts = verdicts_of(all); !verdicts.rows.empty())
    std::printf("%s\n", to_terminal(verdicts).c_str());
}

}  // namespace

int run(const RunAsked& asked, std::string_view version) {
  auto scenario = load_scenario(asked.scenario);
  if (!scenario) return fault(2, scenario.error().detail);
  change(*scenario, asked);
  std::signal(SIGINT, [](int) { stop = true; });
  Results results;
  results.version = version;
  results.scenario = std::move(*scenario);
  if (const auto done = run_simulated(results); !done) return fault(1, done.error().detail);
  const std::span<const Results> all(&results, 1);
  print(all);
  const fs::path folder =
      asked.into.empty() ? fs::path("lab-" + results.scenario.name) : fs::path(asked.into);
  if (const auto written = write_report(folder, all); !written)
    return fault(1, written.error().detail);
  std::printf("%s\n", (folder / "report.html").string().c_str());
  if (stop) return 130;
  return std::ranges::all_of(judge(results), &Verdict::holds) ? 0 : 1;
}

}  // namespace p2p::lab
