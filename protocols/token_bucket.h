// How often something may happen: so many a second, so many at once after a pause.
#pragma once

#include <algorithm>

#include "protocols/base/time.h"

namespace p2p {

class TokenBucket {
 public:
  TokenBucket(double per_second, double burst)
      : per_second_(per_second),
        burst_(burst),
        tokens_(burst) {}

  // Takes one; false when there is none.
  bool take(Time now) {
    const double seconds = std::chrono::duration<double>(now - last_).count();
    if (seconds > 0) {
      tokens_ = std::min(burst_, tokens_ + seconds * per_second_);
      last_ = now;
    }
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

  // What was taken turned out to be worth more: nothing is left until the debt has run off.
  void owe(double more) { tokens_ -= more; }

 private:
  double per_second_;
  double burst_;
  double tokens_;
  Time last_{};
};

}  // namespace p2p
