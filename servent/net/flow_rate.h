// FlowRate: bytes a second of late, in sixteen bytes: there are ten thousand links. What came is
// forgotten by halves each kHalf. Time is handed in.
#pragma once

#include <cmath>
#include <cstdint>

#include "protocols/base/time.h"

namespace p2p::net {

class FlowRate {
 public:
  static constexpr Duration kHalf = std::chrono::seconds(4);

  void add(std::uint64_t bytes, Time now) {
    kept_ = left(now) + static_cast<double>(bytes);
    at_ = now;
  }
  std::uint64_t rate(Time now) const {
    constexpr double kSeconds = std::chrono::duration<double>(kHalf).count();
    constexpr double kLn2 = 0.693147180559945;
    return static_cast<std::uint64_t>(left(now) * kLn2 / kSeconds);
  }

 private:
  double left(Time now) const {
    const double halves = std::chrono::duration<double>(now - at_) / kHalf;
    return kept_ * std::exp2(-halves);
  }
  double kept_ = 0;
  Time at_{};
};

// Both ways of a link, or of all.
struct Flows {
  FlowRate down, up;
};

}  // namespace p2p::net
