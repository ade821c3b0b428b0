// Which runs a scenario has, in which order they are begun, and when a point has enough of them.
// What comes out depends on what the runs found alone, not on how many ran side by side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "servent/lab/outcome.h"

namespace p2p::lab {

class Schedule {
 public:
  struct Run {
    std::size_t point = 0;
    std::uint64_t seed = 0;
  };

  // `scenario` outlives it.
  explicit Schedule(const Scenario& scenario);

  // The next run to begin, by points and then seeds: none that was done or begun before, none of a
  // point that is tight. With several at a time one may be begun that a point turns out not to
  // need.
  std::optional<Run> next();
  // It is done, now or in a campaign before; one that the scenario has not is left out.
  void add(Outcome outcome);

  std::size_t runs() const { return points_.size() * scenario_.seeds; }  // at most
  std::size_t done() const { return done_.size(); }
  // All points have all their seeds, or are tight.
  bool is_complete() const;
  // By points and seeds. Of a tight point those that made it so: a later one was not needed.
  std::vector<Outcome> outcomes() const;

 private:
  // What is known of the seeds of a point from the first on, without a gap.
  struct Known {
    std::uint64_t seeds = 0;
    std::vector<double> values;  // of the number that is to be tight
    bool is_tight = false;
  };

  void extend(std::size_t point);

  const Scenario& scenario_;
  std::vector<Known> points_;
  std::map<std::pair<std::size_t, std::uint64_t>, Outcome> done_;  // by point and place of the seed
  std::size_t point_ = 0;                                          // of the next to begin
  std::uint64_t place_ = 0;
};

}  // namespace p2p::lab
