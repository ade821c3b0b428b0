#include "protocols/kazaa/cipher.h"

#include <algorithm>

#include "protocols/kazaa/cube.h"

namespace p2p::kazaa {

namespace {

std::uint32_t step(std::uint32_t state) {
  return state * 0x10dcdU + 0x4271U;
}

// Mixing begins at one of this many places, so that the five bytes it sorts are inside the pad.
constexpr unsigned kMixPlaces = 59;
constexpr std::uint8_t kMixPosition = 7;  // where the stream may mix the pad once more

}  // namespace

Cipher::Cipher(std::uint32_t seed) {
  std::array<std::uint8_t, kCubeBytes> number{};
  std::uint32_t state = seed;
  for (std::uint8_t& byte : std::span(number).first(kCubeBytes - 1)) {
    state = step(state);
    byte = static_cast<std::uint8_t>((state >> 17U) % 224);
  }
  number.back() = 1;
  const auto cubed = cube(number);
  std::copy_n(cubed.begin(), kPadBytes, pad_.begin());
  if (std::ranges::all_of(pad_, [](std::uint8_t byte) { return byte % 2 == 0; })) pad_[0] |= 0x71U;
  position_ = static_cast<std::uint8_t>((step(state) >> 16U) * kPadBytes >> 16U);
  mix(position_);
}

void Cipher::mix(unsigned square_of) {
  const std::size_t at = (square_of * square_of + 2) % kMixPlaces;
  std::ranges::sort(std::span(pad_).subspan(at, 5), {},
                    [](std::uint8_t byte) { return static_cast<std::uint8_t>(byte ^ 0x20U); });
  for (unsigned i = 5; i < kPadBytes; i += 3)
    pad_[i] = static_cast<std::uint8_t>(((~unsigned{pad_[i]} + i) & 0xffU) | 1U);
}

std::uint8_t Cipher::next() {
  std::uint8_t& here = pad_[position_];
  const unsigned before = pad_[position_ == 0 ? kPadBytes - 1 : position_ - 1U];
  const auto out = static_cast<std::uint8_t>(here + before);
  here = out;
  if (position_ == kMixPosition && (out & 0x70U) == 0) mix(unsigned{out} + pad_[2]);
  position_ =
      position_ + 1U == kPadBytes ? std::uint8_t{0} : static_cast<std::uint8_t>(position_ + 1U);
  return out;
}

void Cipher::apply(std::span<std::byte> bytes) {
  for (std::byte& b : bytes)
    b ^= static_cast<std::byte>(next());
}

}  // namespace p2p::kazaa
