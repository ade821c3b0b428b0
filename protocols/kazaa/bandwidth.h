// The byte by which a node tells its bandwidth: logarithmic, about 14 * log2(kbit/s) + 59
// (fasttrack.md, section 4). 0 is unknown.
#pragma once

#include <cstdint>

namespace p2p::kazaa {

inline constexpr std::uint8_t kUnlimitedBandwidth =
    0xd1;  // what KaZaA says of 1680 kbit/s and more

// Both give 0 for 0.
std::uint8_t bandwidth_byte(std::uint32_t kbps);  // at most kUnlimitedBandwidth
std::uint32_t bandwidth_kbps(std::uint8_t byte);  // up to 16384
// Of a line as Napster's users name it, 0 (unknown) to 10 (T3).
std::uint8_t bandwidth_of_link_speed(std::uint32_t link_speed);

}  // namespace p2p::kazaa
