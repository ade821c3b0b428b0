// What a sharer says of its line. Nobody measures it, many leave it as their program had it, and
// some lie: it is shown as a claim, orders results, and decides nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace p2p {

// Modems of 14.4 to 56, ISDN of one and two lines, cable, DSL, T1, T3: Napster's scale of 0
// (unknown) to 10, in kbit/s. What is beyond the scale is unknown too.
constexpr std::uint32_t link_speed_kbps(std::uint32_t link_speed) {
  constexpr std::array<std::uint32_t, 11> kKbps{0, 14, 28, 33, 56, 64, 128, 256, 512, 1544, 44736};
  return link_speed < kKbps.size() ? kKbps[link_speed] : 0;
}

// More than this is no claim but a mistake: ten Gbit/s.
inline constexpr std::uint32_t kMostClaimedKbps = 10'000'000;
// Bytes a second; 0: it does not say.
constexpr std::uint64_t claimed_rate_bps(std::uint32_t kbps) {
  return kbps > kMostClaimedKbps ? 0 : std::uint64_t{kbps} * 1000 / 8;
}

}  // namespace p2p
