#include "protocols/kazaa/greeting.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <string>

#include "protocols/base/letters.h"

namespace p2p::kazaa {

namespace {

constexpr std::array<MaskedSeed, 16> kSeeds{{
    {0x00000000, 0x48a00a33},
    {0x00000001, 0x0a24408d},
    {0x00000002, 0x08280404},
    {0x00000003, 0x4908000a},
    {0x00000004, 0x55244a89},
    {0x00000005, 0x08008000},
    {0x00000006, 0x22025431},
    {0x00000007, 0x11063c4b},
    {0x00010000, 0x06000401},
    {0x12345678, 0x0a560342},
    {0x87654321, 0x5000a0c1},
    {0xa5a5a5a5, 0xb9101618},
    {0x5a5a5a5a, 0x060c3042},
    {0xc0ffee00, 0xa8100835},
    {0xfacb1238, 0x3209d21b},
    {0xffffffff, 0x3e8a5476},
}};

constexpr std::array<std::string_view, 3> kNames{"kazaa", "fileshare", "grokster"};

// The type whose one step is Cipher. Type 00 adds no step and means the same.
constexpr std::uint32_t kCipherType = 0x01;

void append_type(Buffer& out, std::uint32_t seed) {
  const auto mask = mask_of(seed);
  assert(mask);
  Writer(out).u32be(seed).u32be(mask.value_or(0) ^ kCipherType);
}

}  // namespace

std::span<const MaskedSeed> known_seeds() {
  return kSeeds;
}

std::optional<std::uint32_t> mask_of(std::uint32_t seed) {
  const auto* const found = std::ranges::find(kSeeds, seed, &MaskedSeed::seed);
  if (found == kSeeds.end()) return {};
  return found->mask;
}

void append_hello(Buffer& out, std::uint32_t seed) {
  Writer(out).u32be(kHelloWord);
  append_type(out, seed);
}

void append_answer(Buffer& out, std::uint32_t seed) {
  append_type(out, seed);
}

Result<std::uint32_t> decode_hello(Bytes hello) {
  Reader reader(hello);
  reader.skip(4);
  const std::uint32_t seed = reader.u32be();
  reader.skip(4);
  if (reader.failed()) return fail(Errc::malformed, "greeting cut short");
  return seed;
}

Result<std::uint32_t> decode_answer(Bytes answer) {
  Reader reader(answer);
  const std::uint32_t seed = reader.u32be();
  const std::uint32_t type = reader.u32be();
  if (reader.failed()) return fail(Errc::malformed, "answer cut short");
  const auto mask = mask_of(seed);
  if (!mask) return fail(Errc::unsupported, "a seed whose mask is not known");
  if (const std::uint32_t used = type ^ *mask; used > kCipherType)
    return fail(Errc::unsupported, "a cipher type that is not ours: " + std::to_string(used));
  return seed;
}

bool is_network_name(std::string_view name) {
  return std::ranges::any_of(
      kNames, [&](std::string_view known) { return equal_without_case(name, known); });
}

}  // namespace p2p::kazaa
