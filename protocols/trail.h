// Trail: what a node remembers of the queries that passed it and of their answers, for who follows
// one through a network of ours (servent search --trace). A mode keeps one only when it is told to
// (ModeConfig::keeps_trail).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "protocols/base/ids.h"
#include "protocols/base/time.h"

namespace p2p {

// One message of a query on one link, as one end of it saw it.
struct TrailStep {
  enum class What : std::uint8_t { query_in, query_out, answer_in, answer_out };
  Time at{};
  Guid query{};    // as the wire names it; all zeros where it does not
  Endpoint local;  // the ends of the link: those of the other side are these, exchanged
  Endpoint remote;
  What what = What::query_in;

  friend bool operator==(const TrailStep&, const TrailStep&) = default;
};

// The trail of one node of several.
struct NodeTrail {
  std::string name;
  std::vector<TrailStep> steps;  // oldest first
};

inline constexpr std::size_t kMostTrailSteps = 8'192;  // 64 bytes each; the oldest go first

class Trail {
 public:
  void add(const TrailStep& step) {
    if (steps_.size() < kMostTrailSteps)
      steps_.push_back(step);
    else
      steps_[next_++ % kMostTrailSteps] = step;
  }
  void add_all(const std::vector<TrailStep>& steps) {
    for (const TrailStep& step : steps)
      add(step);
  }
  // Oldest first.
  std::vector<TrailStep> steps() const {
    const auto first = steps_.begin() + static_cast<std::ptrdiff_t>(next_ % kMostTrailSteps);
    std::vector<TrailStep> all(first, steps_.end());
    all.insert(all.end(), steps_.begin(), first);
    return all;
  }

 private:
  std::vector<TrailStep> steps_;
  std::size_t next_ = 0;  // the oldest, once it is full
};

}  // namespace p2p
