#include "servent/lab/run_command.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "servent/lab/campaign.h"
#include "servent/lab/exhibits.h"
#include "servent/lab/experiment.h"
#include "servent/lab/fault.h"
#include "servent/lab/report.h"
#include "servent/lab/run_folder.h"
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

// A second one ends the program at once.
void stop_at(int signal) {
  std::signal(signal, [](int again) {
    stop = true;
    std::signal(again, SIG_DFL);
  });
}

std::size_t jobs_of(const RunAsked& asked) {
  return asked.jobs != 0 ? asked.jobs : std::max(1U, std::thread::hardware_concurrency());
}

Result<void> run_simulated(Results& results, const RunAsked& asked, Journal& journal) {
  const std::vector<Point> points = points_of(results.scenario);
  const auto graphs = Graphs::of(points);
  if (!graphs) return tl::unexpected(graphs.error());
  const auto run_one = [&](const Setup& setup, std::uint64_t seed, const Told& told) {
    return run_once(setup, seed, graphs->find(setup), stop, told);
  };
  const auto keep = [&](const Outcome& outcome, const Effort& so_far) {
    return journal.add(outcome, so_far);
  };
  return run_campaign(results, {run_one, keep, jobs_of(asked)}, stop);
}

// What is expected of, or else what most ask first.
bool is_shown(const Chart& chart, const Scenario& scenario) {
  if (scenario.expect.empty()) return chart.name == "messages" || chart.name == "recall";
  return std::ranges::count(scenario.expect, chart.name, &Expectation::number) > 0;
}

void print(std::span<const Results> all) {
  for (const Table& table : tables_of(all))
    std::printf("%s\n", to_terminal(table, terminal_width()).c_str());
  for (const Chart& chart : charts_of(all))
    if (is_shown(chart, all[0].scenario))
      std::printf("%s\n", to_terminal(chart, terminal_width()).c_str());
  if (const Table verdicts = verdicts_of(all); !verdicts.rows.empty())
    std::printf("%s\n", to_terminal(verdicts, terminal_width()).c_str());
}

// What a fault leaves.
std::string kept_in(const fs::path& folder) {
  return "\nservent lab: what was done is kept in " + folder.string() + ": --resume goes on";
}

}  // namespace

int run(const RunAsked& asked, std::string_view version) {
  auto scenario = load_scenario(asked.scenario);
  if (!scenario) return fault(2, scenario.error().detail);
  change(*scenario, asked);
  const fs::path folder =
      asked.into.empty() ? fs::path("lab-" + scenario->name) : fs::path(asked.into);
  Results results;
  results.version = version;
  results.scenario = std::move(*scenario);
  if (asked.resume)
    if (const auto taken = take_up(folder, results); !taken) return fault(2, taken.error().detail);
  stop = false;
  stop_at(SIGINT);
  stop_at(SIGTERM);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a fault to be told
  auto journal = Journal::begin(folder, results);
  if (!journal) return fault(1, journal.error().detail);
  if (const auto done = run_simulated(results, asked, *journal); !done)
    return fault(1, done.error().detail + kept_in(folder));
  const std::span<const Results> all(&results, 1);
  print(all);
  if (const auto written = write_report(folder, all); !written)
    return fault(1, written.error().detail + kept_in(folder));
  journal->remove();
  std::printf("%s\n%s\n", effort_line(results.effort).c_str(),
              (folder / "report.html").string().c_str());
  if (results.is_partial) {
    std::printf("PARTIAL: stopped before all runs were done; --resume goes on\n");
    return 130;
  }
  return std::ranges::all_of(judge(results), &Verdict::holds) ? 0 : 1;
}

}  // namespace p2p::lab
