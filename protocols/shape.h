// Shape: how far queries have come and how far they may still go, as they are when they arrive, and
// how far hits have come. Shown by the Network screen, of networks in which messages are passed on.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace p2p {

class Shape {
 public:
  void query(std::uint8_t hops, std::uint8_t ttl) {
    ++hops_[std::min<std::size_t>(hops, kMost)];
    ++ttl_[std::min<std::size_t>(ttl, kMost)];
  }
  void hit(std::uint8_t hops) { ++hit_hops_[std::min<std::size_t>(hops, kMost)]; }
  // "hops 1", 12; "ttl 3", 4; "hit hops 2", 7; those that are zero are left out, the last ones are
  // "or more".
  std::vector<std::pair<std::string, std::uint64_t>> rows() const {
    std::vector<std::pair<std::string, std::uint64_t>> out;
    for (const auto& [name, counts] :
         {std::pair{"hops ", &hops_}, {"ttl ", &ttl_}, {"hit hops ", &hit_hops_}})
      for (std::size_t i = 0; i < counts->size(); ++i)
        if ((*counts)[i] > 0) out.emplace_back(name + std::to_string(i), (*counts)[i]);
    return out;
  }

 private:
  static constexpr std::size_t kMost = 8;
  using Counts = std::array<std::uint64_t, kMost + 1>;
  Counts hops_{};
  Counts ttl_{};
  Counts hit_hops_{};
};

}  // namespace p2p
