// How long bytes are on their way, drawn anew for each sending (workload.toml, [latency]): in the
// simulated world, and between real nodes of the laboratory.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "protocols/base/rng.h"

namespace p2p {

struct Latency {
  enum class Model : std::uint8_t {
    constant,     // `least_ms`
    uniform_int,  // whole milliseconds, both ends included
    lognormal,    // half a round trip of median_rtt_ms and sigma; least_ms at least
  };
  Model model = Model::uniform_int;
  std::uint32_t least_ms = 10;
  std::uint32_t most_ms = 100;
  double median_rtt_ms = 140;
  double sigma = 0.824;

  std::uint32_t draw(Rng& rng) const {
    switch (model) {
      case Model::constant: return least_ms;
      case Model::uniform_int:
        return least_ms + static_cast<std::uint32_t>(rng.below(most_ms - least_ms + 1U));
      case Model::lognormal: break;
    }
    // Box and Muller's, one of the pair; 1 - u is never 0.
    const double u = static_cast<double>(rng() >> 11U) * 0x1p-53;
    const double v = static_cast<double>(rng() >> 11U) * 0x1p-53;
    const double normal =
        std::sqrt(-2 * std::log(1 - u)) * std::cos(2 * 3.14159265358979323846 * v);
    const double one_way = median_rtt_ms / 2 * std::exp(sigma * normal);
    // Beyond a minute nothing is a latency any more.
    const double bounded = std::min(std::max(one_way, static_cast<double>(least_ms)), 60'000.0);
    return static_cast<std::uint32_t>(std::lround(bounded));
  }
};

}  // namespace p2p
