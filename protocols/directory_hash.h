// Keyed hashing for the directory's tables. Peers choose names and words, so an unkeyed hash would
// let them choose collisions too.
// Source: SipHash-1-3 by J.-P. Aumasson and D. J. Bernstein (2012), public domain.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace p2p {

using SipKey = std::array<std::uint64_t, 2>;

static_assert(std::endian::native == std::endian::little);

inline std::uint64_t sip_hash(const SipKey& key, std::string_view text) {
  std::uint64_t a = key[0] ^ 0x736f6d6570736575U;
  std::uint64_t b = key[1] ^ 0x646f72616e646f6dU;
  std::uint64_t c = key[0] ^ 0x6c7967656e657261U;
  std::uint64_t d = key[1] ^ 0x7465646279746573U;
  const auto round = [&] {
    a += b, b = std::rotl(b, 13) ^ a, a = std::rotl(a, 32);
    c += d, d = std::rotl(d, 16) ^ c;
    a += d, d = std::rotl(d, 21) ^ a;
    c += b, b = std::rotl(b, 17) ^ c, c = std::rotl(c, 32);
  };
  const auto absorb = [&](std::uint64_t word) { d ^= word, round(), a ^= word; };
  const std::size_t whole = text.size() / 8 * 8;
  for (std::size_t at = 0; at < whole; at += 8) {
    std::uint64_t eight = 0;  // little-endian, as the processors are that this runs on
    std::memcpy(&eight, text.data() + at, sizeof eight);
    absorb(eight);
  }
  std::uint64_t word = 0;
  for (std::size_t i = whole; i < text.size(); ++i)
    word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * (i % 8));
  absorb(word | (std::uint64_t{text.size()} << 56U));
  c ^= 0xff;
  round(), round(), round();
  return a ^ b ^ c ^ d;
}

// push_back with at most a quarter of slack: std::vector's doubling would cost a third of the
// directory's budget.
template <class T>
void push_tight(std::vector<T>& to, const T& value) {
  if (to.size() == to.capacity()) to.reserve(to.size() + to.size() / 4 + 2);
  to.push_back(value);
}

}  // namespace p2p
