// Stands in for Tiger where only the shape of a tree matters: as many bytes, and no two pairs the
// same by chance.
#pragma once

#include <cstdint>
#include <vector>

#include "protocols/base/digest.h"

namespace p2p::test {

inline TigerRoot joined_hash(const TigerRoot& left, const TigerRoot& right) {
  TigerRoot out;
  std::uint32_t state = 1;
  for (std::size_t i = 0; i < out.bytes.size(); ++i) {
    state = state * 31 + std::to_integer<std::uint32_t>(left.bytes[i]);
    state = state * 37 + std::to_integer<std::uint32_t>(right.bytes[i]);
    out.bytes[i] = static_cast<std::byte>(state >> 8U);
  }
  return out;
}

// No two the same.
inline std::vector<TigerRoot> leaf_hashes(std::size_t count) {
  std::vector<TigerRoot> leaves(count);
  for (std::size_t i = 0; i < count; ++i) {
    leaves[i].bytes[0] = static_cast<std::byte>(i & 255U);
    leaves[i].bytes[1] = static_cast<std::byte>(i >> 8U);
  }
  return leaves;
}

}  // namespace p2p::test
