#include "servent/lab/campaign.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "servent/lab/exhibits.h"
#include "servent/lab/progress.h"

namespace p2p::lab {

namespace {

constexpr std::size_t kFewestSeeds = 3;  // fewer say nothing of how tight a mean is

// The mean of the scenario's number is known well enough at this point.
bool is_tight(const Results& results, std::size_t point) {
  const Scenario& scenario = results.scenario;
  if (scenario.tight <= 0) return false;
  const Estimate met = estimate(results.values(point, scenario.tight_number));
  return met.count >= kFewestSeeds && met.half <= scenario.tight * std::abs(met.mean);
}

// All seeds of one point; those done so far when it was stopped.
Result<void> run_point(Results& results, std::size_t place, const Point& point,
                       const RunOne& run_one, const std::atomic<bool>& stop, Progress& progress) {
  const Scenario& scenario = results.scenario;
  for (std::uint32_t i = 0; i < scenario.seeds && !stop && !is_tight(results, place); ++i) {
    const std::uint64_t seed = scenario.first_seed + i;
    auto outcome = run_one(point.setup, seed);
    if (!outcome && outcome.error().code == Errc::stopped) break;
    if (!outcome) return tl::unexpected(outcome.error());
    outcome->point = place;
    results.outcomes.push_back(std::move(*outcome));
    progress.done(label_of(scenario, point) + " seed " + std::to_string(seed));
  }
  return {};
}

}  // namespace

Result<void> run_campaign(Results& results, const RunOne& run_one, const std::atomic<bool>& stop) {
  const std::vector<Point> points = points_of(results.scenario);
  Progress progress(points.size() * results.scenario.seeds);
  for (std::size_t place = 0; place < points.size() && !stop; ++place)
    if (auto done = run_point(results, place, points[place], run_one, stop, progress); !done)
      return done;
  progress.end();
  results.is_partial = stop;
  results.wall_s = progress.elapsed();
  return {};
}

}  // namespace p2p::lab
