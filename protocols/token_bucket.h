// How often something may happen: so many a second, so many at once after a pause.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "protocols/base/time.h"

namespace p2p {

struct Rate {
  double per_second = 0;
  double burst = 0;
};

// A bucket whose rate its owner knows; small. After a pause of 49 days it may be filled too little.
class Tokens {
 public:
  // Takes one; false when there is none.
  bool take(const Rate& rate, Time now) {
    const auto at = static_cast<std::uint32_t>(now.time_since_epoch().count());
    const double seconds = static_cast<double>(at - std::exchange(last_ms_, at)) / 1000;
    const double missing = std::max(0.0, static_cast<double>(missing_) - seconds * rate.per_second);
    const bool is_there = rate.burst - missing >= 1;
    missing_ = static_cast<float>(is_there ? missing + 1 : missing);
    return is_there;
  }
  void owe(double more) { missing_ += static_cast<float>(more); }

 private:
  float missing_ = 0;          // of the burst
  std::uint32_t last_ms_ = 0;  // when it was looked at; wraps
};

class TokenBucket {
 public:
  TokenBucket(double per_second, double burst) : rate_{per_second, burst} {}

  bool take(Time now) { return tokens_.take(rate_, now); }
  // What was taken turned out to be worth more: nothing is left until the debt has run off.
  void owe(double more) { tokens_.owe(more); }

 private:
  Rate rate_;
  Tokens tokens_;
};

}  // namespace p2p
