// Polluted copies: they claim the name and the digest of a file and are something else (Liang et
// al. 2005). Who fetches one and does not check keeps it; who checks tries the next.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "protocols/base/rng.h"

#include "servent/lab/lifetimes.h"
#include "servent/lab/placement.h"

namespace p2p::lab {

using Copy = std::pair<FileNumber, NodeNumber>;  // a file at a node

class Pollution {
 public:
  // `share` of the copies of the most popular hundredth of the files (at least one) is polluted.
  Pollution(double share, std::size_t distinct, std::uint64_t seed)
      : share_(share),
        targets_(std::max<std::size_t>(1, distinct / 100)),
        seed_(seed) {}

  bool is_target(FileNumber file) const { return share_ > 0 && file < targets_; }
  bool is_bad(const Copy& copy) const {
    Rng rng(seed_ ^ (std::uint64_t{copy.first} << 32U | copy.second));
    return is_target(copy.first) && unit(rng) <= share_;
  }

 private:
  double share_;
  std::size_t targets_;
  std::uint64_t seed_;
};

// One user's fetching of a file from those who offer it, one after the other.
struct Fetched {
  std::uint32_t tries = 0;  // copies fetched
  bool is_got = false;      // one was kept
  bool is_bad = false;      // a polluted one
};
// In an order drawn from `rng`. `checks`: what is fetched is held against the digest.
inline Fetched fetch(std::vector<Copy> offers, const Pollution& pollution, bool checks, Rng& rng) {
  Fetched out;
  for (std::size_t left = offers.size(); left > 0 && !out.is_got; --left) {
    std::swap(offers[rng.below(left)], offers[left - 1]);
    ++out.tries;
    const bool is_bad = pollution.is_bad(offers[left - 1]);
    out.is_got = !is_bad || !checks;
    out.is_bad = is_bad && out.is_got;
  }
  return out;
}

}  // namespace p2p::lab
