// Content of files that says nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

namespace p2p::test {

// The same bytes on every run, and no two blocks alike.
inline std::string noise(std::size_t size_bytes, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string out;
  out.reserve(size_bytes + 8);
  while (out.size() < size_bytes) {
    std::uint64_t word = random();
    for (int i = 0; i < 8; ++i, word >>= 8U)
      out.push_back(static_cast<char>(word & 0xFFU));
  }
  out.resize(size_bytes);
  return out;
}

}  // namespace p2p::test
