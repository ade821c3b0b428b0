// How much of a wait is over, for the user: "3 of 10 min", "4 of 15 s".
#pragma once

#include <chrono>
#include <string>

#include "protocols/base/time.h"

namespace p2p {

// In whole minutes where all of it is one or more, else in whole seconds; rounded down.
inline std::string elapsed_text(Duration gone, Duration all) {
  const bool is_long = all >= std::chrono::minutes(1);
  const auto count = [&](Duration time) {
    return std::to_string(is_long ? std::chrono::duration_cast<std::chrono::minutes>(time).count()
                                  : std::chrono::duration_cast<std::chrono::seconds>(time).count());
  };
  return count(gone) + " of " + count(all) + (is_long ? " min" : " s");
}

}  // namespace p2p
