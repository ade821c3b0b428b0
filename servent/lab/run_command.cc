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

#include <unistd.h>

#include "servent/lab/campaign.h"
#include "servent/lab/exhibits.h"
#include "servent/lab/experiment.h"
#include "servent/lab/fault.h"
#include "servent/lab/large_pages.h"
#include "servent/lab/real/real_run.h"
#include "servent/lab/report.h"
#include "servent/lab/run_folder.h"
#include "servent/lab/scenario_files.h"
#include "servent/lab/terminal.h"

namespace p2p::lab {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kManyNodes = 10'000;  // of a simulated network that no cache holds

std::atomic<bool> g_stop = false;

Result<Scenario> scenario_of(const RunAsked& asked) {
  auto scenario = load(asked.scenario);
  if (scenario && asked.seeds != 0) scenario->seeds = asked.seeds;
  return scenario;
}

// A second one ends the program at once.
void stop_at(int signal) {
  std::signal(signal, [](int again) {
    g_stop = true;
    std::signal(again, SIG_DFL);
  });
}

std::size_t jobs_of(const RunAsked& asked) {
  return asked.jobs != 0 ? asked.jobs : std::max(1U, std::thread::hardware_concurrency());
}

// The options of real nodes that were asked for.
Result<RealOptions> real_options(const RunAsked& asked) {
  RealOptions options;
  options.keep = asked.keep;
  if (!asked.hosts.empty()) {
    const auto text = read_text(asked.hosts);
    if (!text) return tl::unexpected(text.error());
    auto hosts = read_hosts(*text, asked.hosts);
    if (!hosts) return tl::unexpected(hosts.error());
    options.hosts = std::move(*hosts);
  }
  if (::isatty(STDERR_FILENO) == 1)
    options.say = [](const std::string& words) {
      std::fprintf(stderr, "\r\x1b[K%s", words.c_str());
      std::fflush(stderr);
    };
  return options;
}

// All runs of one driver.
Result<void> run_driver(Results& results, const RunAsked& asked, Journal& journal) {
  const std::vector<Point> points = points_of(results.scenario);
  const auto graphs = Graphs::of(points);
  if (!graphs) return tl::unexpected(graphs.error());
  const auto options = real_options(asked);
  if (!options) return tl::unexpected(options.error());
  const auto run_one = [&](const Setup& setup, std::uint64_t seed,
                           const Told& told) -> Result<Outcome> {
    const Graph* const graph = graphs->find(setup);
    if (results.is_real) return run_real(setup, seed, graph, *options, g_stop, told);
    return run_once(setup, seed, graph, g_stop, told);
  };
  const auto keep = [&](const Outcome& outcome, const Effort& so_far) {
    return journal.add(outcome, so_far);
  };
  // Real nodes share the processors already.
  return run_campaign(results, {run_one, keep, results.is_real ? 1 : jobs_of(asked)}, g_stop);
}

// What is expected of, or else what most ask first.
bool is_shown(const Chart& chart, const Scenario& scenario) {
  if (scenario.expect.empty()) return chart.name == "messages" || chart.name == "recall";
  return std::ranges::count(scenario.expect, chart.name, &Expectation::number) > 0;
}

void print_notes(std::span<const Results> all) {
  for (const Results& results : all)
    for (const Outcome& outcome : results.outcomes)
      for (const std::string& note : outcome.notes)
        std::printf("%s\n", note.c_str());
}

bool holds(const Results& results) {
  return std::ranges::all_of(judge(results), &Verdict::holds);
}

// Why it may be that something does not hold: --real and --sim say another size than the scenario.
void print_other_size(const Results& results, const Setup& written) {
  const bool is_varied =
      std::ranges::count(results.scenario.vary, "overlay.nodes", &Variation::field) > 0;
  if (is_varied || results.scenario.setup.nodes == written.nodes || holds(results)) return;
  std::printf(
      "The scenario was written for %zu nodes and run with %zu: what it expects may be of\n"
      "that size only.\n\n",
      written.nodes, results.scenario.setup.nodes);
}

void print(std::span<const Results> all, const Setup& written) {
  for (const Table& table : tables_of(all))
    std::printf("%s\n", to_terminal(table, terminal_width()).c_str());
  for (const Chart& chart : charts_of(all))
    if (is_shown(chart, all[0].scenario))
      std::printf("%s\n", to_terminal(chart, terminal_width()).c_str());
  if (const Table verdicts = verdicts_of(all); !verdicts.rows.empty())
    std::printf("%s\n", to_terminal(verdicts, terminal_width()).c_str());
  for (const Results& results : all)
    print_other_size(results, written);
  print_notes(all);
}

// What a fault leaves.
std::string kept_in(const fs::path& folder) {
  const auto kept = load_results(folder);
  if (!kept || std::ranges::all_of(*kept, [](const Results& one) { return one.outcomes.empty(); }))
    return {};
  return "\nservent lab: what was done is kept in " + folder.string() + ": --resume goes on";
}

// How many nodes a graph of a file has is not known yet.
bool simulates_many(const Scenario& scenario, const RunAsked& asked) {
  if (asked.real != 0) return false;
  if (asked.sim != 0) return asked.sim >= kManyNodes;
  return std::ranges::any_of(points_of(scenario), [](const Point& point) {
    return point.setup.nodes >= kManyNodes || point.setup.overlay == "file";
  });
}

// What is to be run: with real nodes, simulated, or both.
std::vector<Results> drivers_of(const Scenario& scenario, const RunAsked& asked,
                                std::string_view version) {
  std::vector<Results> all;
  const auto add = [&](bool is_real, std::size_t nodes) {
    Results& results = all.emplace_back();
    results.version = version;
    results.scenario = scenario;
    results.is_real = is_real;
    if (nodes != 0) results.scenario.setup.nodes = nodes;
  };
  if (asked.real != 0) add(true, asked.real);
  if (asked.real == 0 || asked.sim != 0) add(false, asked.sim);
  return all;
}

// Every driver with its journal; those behind one that fails or is stopped are not begun.
Result<void> run_all(std::vector<Results>& all, const fs::path& folder, const RunAsked& asked) {
  std::vector<Journal> journals;
  for (const Results& results : all) {
    auto journal = Journal::begin(folder, results);
    if (!journal) return tl::unexpected(journal.error());
    journals.push_back(std::move(*journal));
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    if (auto done = run_driver(all[i], asked, journals[i]); !done) return done;
  if (auto written = write_report(folder, all); !written) return written;
  for (Journal& journal : journals)
    journal.remove();
  return {};
}

}  // namespace

int run(const RunAsked& asked, std::string_view version) {
  const auto scenario = scenario_of(asked);
  if (!scenario) return fault(2, scenario.error().detail);
  if (simulates_many(*scenario, asked)) go_on_with_large_pages();
  const fs::path folder =
      asked.into.empty() ? fs::path("lab-" + scenario->name) : fs::path(asked.into);
  std::vector<Results> all = drivers_of(*scenario, asked, version);
  if (asked.resume)
    for (Results& results : all)
      if (const auto taken = take_up(folder, results); !taken)
        return fault(2, taken.error().detail);
  g_stop = false;
  stop_at(SIGINT);
  stop_at(SIGTERM);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a fault to be told
  const auto done = run_all(all, folder, asked);
  if (!done) return fault(1, done.error().detail + kept_in(folder));
  print(all, scenario->setup);
  for (const Results& results : all)
    std::printf("%s\n", effort_line(results.effort).c_str());
  std::printf("%s\n", (folder / "report.html").string().c_str());
  if (std::ranges::any_of(all, &Results::is_partial)) {
    std::printf("PARTIAL: stopped before all runs were done; --resume goes on\n");
    return 130;
  }
  return std::ranges::all_of(all, holds) ? 0 : 1;
}

}  // namespace p2p::lab
