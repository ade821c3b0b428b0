#include "servent/lab/schedule.h"

#include <algorithm>
#include <cmath>

namespace p2p::lab {

namespace {

constexpr std::size_t kFewestSeeds = 3;  // fewer say nothing of how tight a mean is

}  // namespace

Schedule::Schedule(const Scenario& scenario)
    : scenario_(scenario),
      points_(points_of(scenario).size()) {}

std::optional<Schedule::Run> Schedule::next() {
  while (point_ < points_.size()) {
    if (place_ == scenario_.seeds || points_[point_].is_tight) {
      ++point_;
      place_ = 0;
      continue;
    }
    const std::uint64_t place = place_++;
    if (!done_.contains({point_, place})) return Run{point_, scenario_.first_seed + place};
  }
  return {};
}

void Schedule::add(Outcome outcome) {
  const std::size_t point = outcome.point;
  const std::uint64_t place = outcome.seed - scenario_.first_seed;  // of an earlier seed it wraps
  if (point >= points_.size() || place >= scenario_.seeds) return;
  done_.insert_or_assign({point, place}, std::move(outcome));
  extend(point);
}

void Schedule::extend(std::size_t point) {
  Known& known = points_[point];
  while (!known.is_tight) {
    const auto next = done_.find({point, known.seeds});
    if (next == done_.end()) return;
    ++known.seeds;
    if (scenario_.tight <= 0) continue;
    if (const auto value = next->second.find(scenario_.tight_number))
      known.values.push_back(*value);
    const Estimate met = estimate(known.values);
    known.is_tight = met.count >= kFewestSeeds && met.half <= scenario_.tight * std::abs(met.mean);
  }
}

bool Schedule::is_complete() const {
  return std::ranges::all_of(points_, [this](const Known& known) {
    return known.is_tight || known.seeds == scenario_.seeds;
  });
}

std::vector<Outcome> Schedule::outcomes() const {
  std::vector<Outcome> out;
  for (const auto& [place, outcome] : done_) {
    const Known& known = points_[place.first];
    if (!known.is_tight || place.second < known.seeds) out.push_back(outcome);
  }
  return out;
}

}  // namespace p2p::lab
