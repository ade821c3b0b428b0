#include "protocols/kazaa/cipher.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "protocols/kazaa/cube.h"

namespace p2p::kazaa {

namespace {

std::uint32_t step(std::uint32_t state) {
  return state * 0x10dcdU + 0x4271U;
}

// Mixing begins at one of this many places, so that the five bytes it sorts are inside the pad.
constexpr unsigned kMixPlaces = 59;
constexpr std::uint8_t kMixPosition = 7;  // where the stream may mix the pad once more

static_assert(std::endian::native == std::endian::little);

// Eight sums of two bytes each, none of which touches its neighbour.
std::uint64_t sums(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t kHigh = 0x8080808080808080U;
  return ((a & ~kHigh) + (b & ~kHigh)) ^ ((a ^ b) & kHigh);
}

// Eight bytes of the pad become sums, each of all before it and `sum`, and go over eight bytes of
// the stream. The last of them.
std::uint8_t add_eight(std::span<std::uint8_t, 8> pad, std::span<std::byte, 8> bytes,
                       std::uint8_t sum) {
  constexpr std::uint64_t kEach = 0x0101010101010101U;
  std::uint64_t word = 0;
  std::memcpy(&word, pad.data(), sizeof word);
  word = sums(word, word << 8U);
  word = sums(word, word << 16U);
  word = sums(word, word << 32U);
  word = sums(word, sum * kEach);
  std::memcpy(pad.data(), &word, sizeof word);
  std::uint64_t text = 0;
  std::memcpy(&text, bytes.data(), sizeof text);
  text ^= word;
  std::memcpy(bytes.data(), &text, sizeof text);
  return static_cast<std::uint8_t>(word >> 56U);
}

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

// The stream is the sums of the pad, which replace it, one pass after the other. A pass is made in
// two parts, because the pad may be mixed where the first one ends.
std::size_t Cipher::apply_part(std::span<std::byte> bytes) {
  const std::size_t end = position_ <= kMixPosition ? kMixPosition + 1U : kPadBytes;
  const std::size_t count = std::min(end - position_, bytes.size());
  const auto part = std::span(pad_).subspan(position_, count);
  std::uint8_t sum = pad_[position_ == 0 ? kPadBytes - 1 : position_ - 1U];
  std::size_t at = 0;
  for (; at + sizeof(std::uint64_t) <= count; at += sizeof(std::uint64_t))
    sum = add_eight(part.subspan(at).first<8>(), bytes.subspan(at).first<8>(), sum);
  for (; at < count; ++at) {
    part[at] = sum = static_cast<std::uint8_t>(sum + part[at]);
    bytes[at] ^= static_cast<std::byte>(sum);
  }
  position_ = static_cast<std::uint8_t>((position_ + count) % kPadBytes);
  if (position_ == kMixPosition + 1U && (sum & 0x70U) == 0) mix(unsigned{sum} + pad_[2]);
  return count;
}

void Cipher::apply(std::span<std::byte> bytes) {
  while (!bytes.empty())
    bytes = bytes.subspan(apply_part(bytes));
}

}  // namespace p2p::kazaa
