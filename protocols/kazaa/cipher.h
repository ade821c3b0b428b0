// Cipher: FastTrack's stream cipher of type 01, one direction of a session (fasttrack.md, section
// 3). Its key crosses the wire in clear and it hides nothing: it is framing that FastTrack's
// clients insist on, and nothing may rely on it.
//
//   seed -> 256 bytes of a linear generator -> cube modulo a constant -> pad of 63 bytes
//   stream: each byte is a byte of the pad plus the one before, and replaces it
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "protocols/base/bytes.h"

namespace p2p::kazaa {

inline constexpr std::size_t kPadBytes = 63;

class Cipher {
 public:
  // Costs a cube of 2048 bits, some 20 microseconds; all else is cheap.
  explicit Cipher(std::uint32_t seed);

  // Enciphers or deciphers the bytes that come next, in place: both are XOR with the stream.
  void apply(std::span<std::byte> bytes);

  const std::array<std::uint8_t, kPadBytes>& pad() const { return pad_; }
  std::uint8_t position() const { return position_; }

 private:
  std::size_t apply_part(std::span<std::byte> bytes);
  void mix(unsigned square_of);

  std::array<std::uint8_t, kPadBytes> pad_{};
  std::uint8_t position_ = 0;  // in the pad
};

}  // namespace p2p::kazaa
