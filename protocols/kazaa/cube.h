// The cube of a number modulo FastTrack's constant of 2048 bits: the only big-number arithmetic of
// the network, and of a fixed size (docs/decisions/0011). Numbers are little-endian bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace p2p::kazaa {

inline constexpr std::size_t kCubeBytes = 256;

// `number` is below the modulus, which begins with d453ec0a.
std::array<std::uint8_t, kCubeBytes> cube(const std::array<std::uint8_t, kCubeBytes>& number);

}  // namespace p2p::kazaa
