#include "protocols/kazaa/cube.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <span>

namespace p2p::kazaa {

namespace {

constexpr std::size_t kLimbs = 64;  // of 32 bits, the lowest first
constexpr unsigned kLimbBits = 32;

using Limbs = std::array<std::uint32_t, kLimbs>;
using Product = std::array<std::uint32_t, 2 * kLimbs>;

// The modulus of FastTrack's cipher: a number without which nobody understands the other. Taken
// from vectors/fasttrack.json, which was checked against a live client (fasttrack.md, section 3).
// Its highest bit is set, which remainder() needs.
constexpr Limbs kModulus = {
    0xeb96841d, 0x31c4a05e, 0x193bbd8f, 0xbf77b6d6, 0x96d7f927, 0xe569c5fc, 0x5efa55ff, 0xba1519a1,
    0x1b32a36f, 0xe84b25f8, 0x8d5b5eb2, 0xc11f00e3, 0x19d2974d, 0xe7ee26ad, 0xbc8c0457, 0x91fd3a9e,
    0x6e37192e, 0xe475aa9e, 0x72f554fc, 0x695b3ca2, 0xf97bb445, 0x69f29f9a, 0xb15e2216, 0x390a5a36,
    0x2c0054b3, 0x363dc15e, 0xd238b5b8, 0xe957a9b5, 0x0032a3df, 0x8781ab21, 0x0a7703d8, 0x5250e6fe,
    0xb42d2df0, 0x10a931f8, 0x1e4970e5, 0xc3741ca7, 0x8606342a, 0xd61a7055, 0x18e4dd48, 0x0829ee6d,
    0x8443fd05, 0xe9db6341, 0xde3c6725, 0xa4037cdb, 0x96e537a7, 0xed64060a, 0xda2d7944, 0x51be98b0,
    0x315d5780, 0xb6a31787, 0x4d23ffc1, 0xdbd26bb0, 0xde7aa2fe, 0x71a157ac, 0x19288512, 0x0d7a0050,
    0x522f69d1, 0xdd331dd5, 0x96e62735, 0xc6f2dc0e, 0xae08473d, 0x0a532f6a, 0x34eb20ca, 0xd453ec0a};

Product multiply(const Limbs& a, const Limbs& b) {
  Product out{};
  for (std::size_t i = 0; i < kLimbs; ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < kLimbs; ++j) {
      carry += std::uint64_t{a[i]} * b[j] + out[i + j];
      out[i + j] = static_cast<std::uint32_t>(carry);
      carry >>= kLimbBits;
    }
    out[i + kLimbs] = static_cast<std::uint32_t>(carry);
  }
  return out;
}

// `part` has one limb more than the modulus: is it the modulus or more?
bool is_reducible(std::span<const std::uint32_t> part) {
  if (part[kLimbs] != 0) return true;
  return !std::lexicographical_compare(part.rbegin() + 1, part.rend(), kModulus.rbegin(),
                                       kModulus.rend());
}

// part -= times * kModulus; the difference is not negative.
void subtract(std::span<std::uint32_t> part, std::uint64_t times) {
  std::uint64_t borrow = 0;
  for (std::size_t i = 0; i < kLimbs; ++i) {
    borrow += times * kModulus[i];
    const std::uint64_t low = borrow & 0xffffffffU;
    borrow = (borrow >> kLimbBits) + (part[i] < low ? 1 : 0);
    part[i] = static_cast<std::uint32_t>(part[i] - low);
  }
  part[kLimbs] = static_cast<std::uint32_t>(part[kLimbs] - borrow);
}

// Long division in base 2^32. Each digit is guessed from the two highest limbs, never too large
// and, as the modulus is at least 2^2047, at most two too small.
Limbs remainder(Product product) {
  for (std::size_t at = kLimbs; at-- > 0;) {
    const auto part = std::span(product).subspan(at, kLimbs + 1);
    const std::uint64_t top = std::uint64_t{part[kLimbs]} << kLimbBits | part[kLimbs - 1];
    subtract(part, top / (std::uint64_t{kModulus.back()} + 1));
    while (is_reducible(part))
      subtract(part, 1);
  }
  Limbs out{};
  std::copy_n(product.begin(), kLimbs, out.begin());
  return out;
}

}  // namespace

std::array<std::uint8_t, kCubeBytes> cube(const std::array<std::uint8_t, kCubeBytes>& number) {
  Limbs x{};
  for (std::size_t i = 0; i < number.size(); ++i)
    x[i / 4] |= std::uint32_t{number[i]} << (8 * (i % 4));
  assert(x.back() <= kModulus.back());
  const Limbs y = remainder(multiply(remainder(multiply(x, x)), x));
  std::array<std::uint8_t, kCubeBytes> out{};
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<std::uint8_t>(y[i / 4] >> (8 * (i % 4)));
  return out;
}

}  // namespace p2p::kazaa
