// Counts: how fast the counters of the networks go, by what snapshots said of them before. Pure:
// the time is the snapshots'.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "servent/api/snapshot.h"

namespace p2p::tui {

class Counts {
 public:
  static constexpr std::size_t kSteps = 10;  // that are remembered, a second each or longer

  void learn(const api::Snapshot& snapshot);
  // Of the counter in this network, in hundredths a second: the mean of what is remembered.
  std::uint64_t hundredths(const std::string& network, std::string_view counter) const;
  // How much it grew in each step, the newest last.
  std::vector<std::uint64_t> steps(const std::string& network, std::string_view counter) const;

 private:
  struct Moment {
    api::Millis ms = 0;
    std::map<std::string, std::uint64_t, std::less<>> values;
  };
  using Moments = std::deque<Moment>;

  std::map<std::string, Moments> networks_;
};

// What it counts, or 0.
std::uint64_t counter_of(const std::vector<std::pair<std::string, std::uint64_t>>& counters,
                         std::string_view name);
// "12.4/s", "-" for nothing.
std::string per_second(std::uint64_t hundredths);

}  // namespace p2p::tui
