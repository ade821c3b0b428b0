// Zipf-Mandelbrot's law: rank r, from 1, is drawn in proportion to 1 / (r + shift)^exponent. Ranks
// are numbered from 0 here. A draw is O(1) by Walker's alias method, its table made in Vose's way
// (M. D. Vose, "A Linear Algorithm for Generating Random Numbers with a Given Distribution", 1991).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocols/base/rng.h"

namespace p2p::lab {

class Zipf {
 public:
  // `ranks` from 1 to 2^32 - 1; an exponent of 0 draws all alike. 16 bytes a rank.
  Zipf(std::size_t ranks, double exponent, double shift = 0);

  std::uint32_t draw(Rng& rng) const {
    const std::uint64_t bits = rng();
    const auto column = static_cast<std::uint32_t>(((bits >> 32U) * columns_.size()) >> 32U);
    const Column& at = columns_[column];
    return static_cast<std::uint32_t>(bits) < at.keep ? column : at.other;
  }

  std::size_t ranks() const { return columns_.size(); }
  // Of all draws those of the first so many ranks, from 0 to 1.
  double share(std::size_t first) const;
  double probability(std::size_t rank) const { return share(rank + 1) - share(rank); }

 private:
  struct Column {
    std::uint32_t keep = 0xffffffffU;  // of 2^32 draws of this column so many stay
    std::uint32_t other = 0;           // the rank of the rest
  };

  std::vector<Column> columns_;
  std::vector<double> up_to_;  // this rank and those before it
};

}  // namespace p2p::lab
