// How long nodes stay, and how long they stay away (workload.toml, [churn]).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "protocols/base/rng.h"

namespace p2p::lab {

// A number above 0 and below 1, or 1.
inline double unit(Rng& rng) {
  return static_cast<double>((rng() >> 11U) + 1) * 0x1p-53;
}

// Weibull by its median and shape: below 1 many leave soon and some stay very long, as was measured
// (Stutzbach and Rejaie 2006); 1 is exponential.
struct Lifetime {
  double median_s = 3'600;
  double shape = 0.5;

  double scale_s() const { return median_s / std::pow(std::log(2.0), 1 / shape); }
  double mean_s() const { return scale_s() * std::tgamma(1 + 1 / shape); }
  // Milliseconds, at least one.
  std::uint64_t draw(Rng& rng) const {
    const double seconds = scale_s() * std::pow(-std::log(unit(rng)), 1 / shape);
    return static_cast<std::uint64_t>(std::clamp(seconds * 1'000, 1.0, 1e15));
  }
};

}  // namespace p2p::lab
