#include "servent/lab/trace_command.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include <CLI/CLI.hpp>

#include "servent/lab/experiment.h"
#include "servent/lab/fault.h"
#include "servent/lab/scenario_files.h"

namespace p2p::lab {

namespace {

constexpr std::size_t kMostQueries = 1'000'000;
constexpr std::size_t kDeepest = 100'000;

Result<Trace> follow(const TraceAsked& asked) {
  const auto scenario = load(asked.scenario);
  if (!scenario) return tl::unexpected(scenario.error());
  std::array<Point, 1> point{std::move(points_of(*scenario).front())};
  Setup& setup = point.front().setup;
  setup.count = std::max(setup.count, asked.query);
  const auto graphs = Graphs::of(point);
  if (!graphs) return tl::unexpected(graphs.error());
  std::atomic<bool> stop = false;
  Tracer tracer(asked.query - 1, setup.wait_ms, stop);
  const std::uint64_t seed = asked.seed != 0 ? asked.seed : scenario->first_seed;
  const auto ran = run_once(setup, seed, graphs->find(setup), stop, {}, &tracer);
  if (!ran && ran.error().code != Errc::stopped) return tl::unexpected(ran.error());
  if (!tracer.trace()) return fail(Errc::refused, "nobody asked so often");
  return *tracer.trace();
}

}  // namespace

void add_trace(CLI::App& app, TraceAsked& asked) {
  CLI::App* const command =
      app.add_subcommand("trace", "follow one query of a scenario's first point");
  add_scenario(*command, asked.scenario);
  command->add_option("--query", asked.query, "which one, from 1")
      ->check(CLI::Range(std::size_t{1}, kMostQueries).description(""))
      ->type_name("N");
  command->add_option("--seed", asked.seed, "of the run; else the scenario's first")
      ->type_name("N");
  command->add_option("--depth", asked.look.depth, "hops that are shown")
      ->check(CLI::Range(std::size_t{1}, kDeepest).description(""))
      ->type_name("N");
  command->add_option("--most", asked.look.most, "nodes that are shown")
      ->check(CLI::Range(std::size_t{1}, kMostCopies).description(""))
      ->type_name("N");
  command->add_flag("--json", asked.as_json, "all of it, for programs");
}

int trace(const TraceAsked& asked) {
  const auto followed = follow(asked);
  if (!followed) return fault(2, followed.error().detail);
  const std::string text = asked.as_json ? to_json(*followed) : to_text(*followed, asked.look);
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace p2p::lab
