#include "servent/lab/zipf.h"

#include <algorithm>
#include <cmath>

namespace p2p::lab {

Zipf::Zipf(std::size_t ranks, double exponent, double shift)
    : columns_(std::max<std::size_t>(ranks, 1)),
      up_to_(columns_.size()) {
  const std::size_t count = columns_.size();
  // How full each column is, where one is full.
  std::vector<double> level(count);
  double sum = 0;
  for (std::size_t rank = 0; rank < count; ++rank) {
    level[rank] = std::pow(static_cast<double>(rank + 1) + shift, -exponent);
    up_to_[rank] = sum += level[rank];
  }
  for (double& share : up_to_)
    share /= sum;
  std::vector<std::uint32_t> low;
  std::vector<std::uint32_t> high;
  for (std::uint32_t rank = 0; rank < count; ++rank) {
    level[rank] *= static_cast<double>(count) / sum;
    columns_[rank].other = rank;
    (level[rank] < 1 ? low : high).push_back(rank);
  }
  // What a column lacks is filled by one that has too much. Those left over are full but for
  // rounding.
  while (!low.empty() && !high.empty()) {
    const std::uint32_t lacks = low.back();
    const std::uint32_t gives = high.back();
    low.pop_back();
    columns_[lacks] = {static_cast<std::uint32_t>(level[lacks] * 0x1p32), gives};
    level[gives] -= 1 - level[lacks];
    if (level[gives] >= 1) continue;
    high.pop_back();
    low.push_back(gives);
  }
}

double Zipf::share(std::size_t first) const {
  return first == 0 ? 0 : up_to_[std::min(first, up_to_.size()) - 1];
}

}  // namespace p2p::lab
