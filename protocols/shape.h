// Shape: how far queries have come and how far they may still go, as they are when they arrive, and
// how far hits have come. Shown by the Network screen, of networks in which messages are passed on.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "protocols/narrow_counters.h"

namespace p2p {

class Shape {
 public:
  void query(std::uint8_t hops, std::uint8_t ttl) {
    count(kHops, hops);
    count(kTtl, ttl);
  }
  void hit(std::uint8_t hops) { count(kHitHops, hops); }
  // "hops 1", 12; "ttl 3", 4; "hit hops 2", 7; those that are zero are left out, the last ones are
  // "or more".
  std::vector<std::pair<std::string, std::uint64_t>> rows() const {
    std::vector<std::pair<std::string, std::uint64_t>> out;
    for (const auto& [name, of] :
         {std::pair{"hops ", kHops}, {"ttl ", kTtl}, {"hit hops ", kHitHops}})
      for (unsigned i = 0; i < kCounts; ++i)
        if (counts_[of + i] > 0) out.emplace_back(name + std::to_string(i), counts_[of + i]);
    return out;
  }

 private:
  static constexpr unsigned kMost = 8;
  static constexpr unsigned kCounts = kMost + 1;
  // The places of the counters.
  static constexpr unsigned kHops = 0;
  static constexpr unsigned kTtl = kCounts;
  static constexpr unsigned kHitHops = 2 * kCounts;
  static_assert(3 * kCounts <= NarrowCounters::kMost);

  void count(unsigned of, std::uint8_t value) {
    counts_.add(of + std::min<unsigned>(value, kMost), 1);
  }

  NarrowCounters counts_;
};

}  // namespace p2p
