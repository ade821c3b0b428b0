#include "servent/lab/command.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "servent/lab/exhibits.h"
#include "servent/lab/experiment.h"
#include "servent/lab/graph.h"
#include "servent/lab/outcome.h"
#include "servent/lab/real/agent.h"
#include "servent/lab/real/real_run.h"
#include "servent/lab/report.h"
#include "servent/lab/scenario.h"
#include "servent/lab/terminal.h"

namespace p2p::lab {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kFewestSeeds = 3;  // fewer say nothing of how tight a mean is

std::atomic<bool> stop = false;

struct Asked {
  std::string scenario;
  std::string into;
  std::string graph;
  std::uint32_t seeds = 0;  // 0: as the scenario says
  std::size_t real = 0;     // so many real nodes; 0: none
  std::size_t sim = 0;      // so many simulated ones; 0: as the scenario says, or none beside real
  std::string hosts;
  std::string keep;
};

int fault(int status, const std::string& words) {
  std::fprintf(stderr, "servent lab: %s\n", words.c_str());
  return status;
}

Result<std::string> text_of_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(Errc::io, file + " cannot be read");
  std::string text(kMostScenarioBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

Result<Scenario> scenario_of(const std::string& file) {
  const auto text = text_of_file(file);
  if (!text) return tl::unexpected(text.error());
  return read_scenario(*text, file);
}

// The graph of this file, its largest part: a flood reaches no other.
Result<Graph> graph_of(const std::string& file) {
  std::ifstream in(file);
  if (!in) return fail(Errc::io, file + " cannot be read");
  auto read = read_graph(in);
  if (!read) return fail(read.error().code, file + ": " + read.error().detail);
  return largest_component(read->graph);
}

std::string time_text(double seconds) {
  const auto whole = static_cast<long>(seconds);
  const std::string rest = std::to_string(whole % 60);
  return std::to_string(whole / 60) + (rest.size() == 1 ? ":0" : ":") + rest;
}

// How far it is, on one line that is written over; nothing where nobody looks.
class Progress {
 public:
  explicit Progress(std::size_t runs) : runs_(runs), is_shown_(::isatty(STDERR_FILENO) == 1) {}

  void done(const Scenario& scenario, const Point& point, std::uint64_t seed) {
    ++done_;
    if (!is_shown_) return;
    const double each = elapsed() / static_cast<double>(done_);
    std::fprintf(stderr, "\r\x1b[K%zu of %zu runs, %s left: %s seed %llu", done_, runs_,
                 time_text(each * static_cast<double>(runs_ - done_)).c_str(),
                 label_of(scenario, point).c_str(), static_cast<unsigned long long>(seed));
    std::fflush(stderr);
  }
  void end() const {
    if (is_shown_) std::fputs("\r\x1b[K", stderr);
  }
  double elapsed() const { return std::chrono::duration<double>(Clock::now() - started_).count(); }

 private:
  std::size_t runs_;
  std::size_t done_ = 0;
  bool is_shown_;
  Clock::time_point started_ = Clock::now();
};

// The graphs that setups name, each read once.
class Graphs {
 public:
  // Null: the setup names none.
  Result<const Graph*> of(const Setup& setup) {
    if (setup.graph.empty()) return nullptr;
    const auto known = read_.find(setup.graph);
    if (known != read_.end()) return &known->second;
    auto read = graph_of(setup.graph);
    if (!read) return tl::unexpected(read.error());
    return &read_.emplace(setup.graph, std::move(*read)).first->second;
  }

 private:
  std::map<std::string, Graph> read_;
};

// The mean of the scenario's number is known well enough at this point.
bool is_tight(const Results& results, std::size_t point) {
  const Scenario& scenario = results.scenario;
  if (scenario.tight <= 0) return false;
  const Estimate met = estimate(results.values(point, scenario.tight_number));
  return met.count >= kFewestSeeds && met.half <= scenario.tight * std::abs(met.mean);
}

// All seeds of one point; those done so far when it was stopped.
Result<void> run_point(Results& results, std::size_t place, const Point& point, Graphs& graphs,
                       Progress& progress) {
  const Scenario& scenario = results.scenario;
  const auto graph = graphs.of(point.setup);
  if (!graph) return tl::unexpected(graph.error());
  for (std::uint32_t i = 0; i < scenario.seeds && !stop && !is_tight(results, place); ++i) {
    const std::uint64_t seed = scenario.first_seed + i;
    auto outcome = run_once(point.setup, seed, *graph, stop);
    if (!outcome && outcome.error().code == Errc::stopped) break;
    if (!outcome) return tl::unexpected(outcome.error());
    outcome->point = place;
    results.outcomes.push_back(std::move(*outcome));
    progress.done(scenario, point, seed);
  }
  return {};
}

Result<Results> run_all(Scenario scenario, const Asked& asked, std::string_view version) {
  if (asked.seeds != 0) scenario.seeds = asked.seeds;
  if (!asked.graph.empty()) {
    scenario.setup.overlay = "file";
    scenario.setup.graph = asked.graph;
  }
  Results results;
  results.version = version;
  results.scenario = std::move(scenario);
  const std::vector<Point> points = points_of(results.scenario);
  Progress progress(points.size() * results.scenario.seeds);
  Graphs graphs;
  for (std::size_t place = 0; place < points.size() && !stop; ++place)
    if (const auto done = run_point(results, place, points[place], graphs, progress); !done)
      return tl::unexpected(done.error());
  progress.end();
  results.is_partial = stop;
  results.wall_s = progress.elapsed();
  return results;
}

Result<Results> run_on_real_nodes(Scenario scenario, const Asked& asked, std::string_view version) {
  if (asked.seeds != 0) scenario.seeds = asked.seeds;
  scenario.setup.nodes = asked.real;
  if (!asked.graph.empty()) {
    scenario.setup.overlay = "file";
    scenario.setup.graph = asked.graph;
  }
  RealOptions options;
  options.keep = asked.keep;
  if (!asked.hosts.empty()) {
    const auto text = text_of_file(asked.hosts);
    if (!text) return tl::unexpected(text.error());
    auto hosts = read_hosts(*text, asked.hosts);
    if (!hosts) return tl::unexpected(hosts.error());
    options.hosts = std::move(*hosts);
  }
  const bool is_shown = ::isatty(STDERR_FILENO) == 1;
  if (is_shown)
    options.say = [](const std::string& words) {
      std::fprintf(stderr, "\r\x1b[K%s", words.c_str());
      std::fflush(stderr);
    };
  Graphs graphs;
  const auto graph_of_setup = [&](const Setup& setup) { return graphs.of(setup); };
  auto results = run_all_real(scenario, version, options, graph_of_setup, stop);
  if (is_shown) std::fputs("\r\x1b[K", stderr);
  return results;
}

// Simulated, with real nodes, or both.
Result<std::vector<Results>> run_asked(Scenario scenario, const Asked& asked,
                                       std::string_view version) {
  std::vector<Results> all;
  if (asked.real != 0) {
    auto real = run_on_real_nodes(scenario, asked, version);
    if (!real) return tl::unexpected(real.error());
    all.push_back(std::move(*real));
  }
  if (asked.real == 0 || asked.sim != 0) {
    if (asked.sim != 0) scenario.setup.nodes = asked.sim;
    auto simulated = run_all(std::move(scenario), asked, version);
    if (!simulated) return tl::unexpected(simulated.error());
    all.push_back(std::move(*simulated));
  }
  return all;
}

int run(const Asked& asked, std::string_view version) {
  auto scenario = scenario_of(asked.scenario);
  if (!scenario) return fault(2, scenario.error().detail);
  std::signal(SIGINT, [](int) { stop = true; });
  const std::string name = scenario->name;
  const auto all = run_asked(std::move(*scenario), asked, version);
  if (!all) return fault(1, all.error().detail);
  for (const Table& table : tables_of(*all))
    std::printf("%s\n", to_terminal(table).c_str());
  if (!all->front().scenario.expect.empty())
    std::printf("%s\n", to_terminal(verdicts_of(*all)).c_str());
  for (const Results& results : *all)
    for (const Outcome& outcome : results.outcomes)
      for (const std::string& note : outcome.notes)
        std::printf("%s\n", note.c_str());
  const fs::path folder = asked.into.empty() ? fs::path("lab-" + name) : fs::path(asked.into);
  if (const auto written = write_report(folder, *all); !written)
    return fault(1, written.error().detail);
  std::printf("%s\n", (folder / "report.html").string().c_str());
  if (stop) return 130;
  for (const Results& results : *all)
    for (const Verdict& verdict : judge(results))
      if (!verdict.holds) return 1;
  return 0;
}

int show(const Asked& asked) {
  const auto scenario = scenario_of(asked.scenario);
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

}  // namespace

int run_command(int argc, char** argv, std::string_view version) {
  Asked asked;
  CLI::App app("compare networks: simulated experiments", "servent lab");
  app.require_subcommand(1);
  CLI::App* const running = app.add_subcommand("run", "run a scenario and write its report");
  running->add_option("scenario", asked.scenario, "a file")->required();
  running->add_option("--into", asked.into, "folder of the report; else lab-NAME");
  running->add_option("--seeds", asked.seeds, "runs of each point")
      ->check(CLI::Range(1U, kMostSeeds));
  running->add_option("--graph", asked.graph, "links of the overlay: a file of two columns");
  running->add_option("--real", asked.real, "with so many real nodes, on this machine")
      ->check(CLI::Range(1, 1'000));
  running->add_option("--sim", asked.sim, "with so many simulated nodes, beside --real too")
      ->check(CLI::Range(1, 1'000'000));
  running
      ->add_option("--hosts", asked.hosts, "real nodes on these: `user@host [address] [program]`")
      ->needs("--real");
  running->add_option("--keep", asked.keep, "homes and logs of real nodes stay, in this folder")
      ->needs("--real");
  CLI::App* const showing = app.add_subcommand("show", "a scenario with all its fields");
  showing->add_option("scenario", asked.scenario, "a file")->required();
  CLI::App* const helping = app.add_subcommand("agent", "starts nodes for a laboratory elsewhere");
  helping->group("");  // not in the help: agent.h
  app.add_subcommand("fields", "what a scenario can set and vary");
  try {
    app.parse(argc - 1, argv + 1);  // without the program's name: "lab" is ours
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (*helping) return run_agent();
  if (*running) return run(asked, version);
  return *showing ? show(asked) : list_fields();
}

}  // namespace p2p::lab
