// Shape: how far queries have come and how far they may still go, as they are when they arrive.
// Shown by the Network screen.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "protocols/gnutella/message.h"

namespace p2p::gnutella {

class Shape {
 public:
  void count(const Header& header) {
    if (header.type != Type::query) return;
    ++hops_[std::min<std::size_t>(header.hops, kMost)];
    ++ttl_[std::min<std::size_t>(header.ttl, kMost)];
  }
  // "hops 1", 12; "ttl 3", 4; those that are zero are left out, the last ones are "or more".
  std::vector<std::pair<std::string, std::uint64_t>> rows() const {
    std::vector<std::pair<std::string, std::uint64_t>> out;
    for (const auto& [name, counts] : {std::pair{"hops ", &hops_}, {"ttl ", &ttl_}})
      for (std::size_t i = 0; i < counts->size(); ++i)
        if ((*counts)[i] > 0) out.emplace_back(name + std::to_string(i), (*counts)[i]);
    return out;
  }

 private:
  static constexpr std::size_t kMost = 8;
  using Counts = std::array<std::uint64_t, kMost + 1>;
  Counts hops_{};
  Counts ttl_{};
};

}  // namespace p2p::gnutella
