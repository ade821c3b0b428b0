#include "protocols/kazaa/bandwidth.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace p2p::kazaa {

namespace {

constexpr double kPerDoubling = 14;
constexpr double kOfOne = 59;
// The way back as giFT takes it: exp(byte * 0.0495105 - 2.9211202).
constexpr double kExponent = 0.0495105;
constexpr double kShift = 2.9211202;

}  // namespace

std::uint8_t bandwidth_byte(std::uint32_t kbps) {
  if (kbps == 0) return 0;
  const double byte = std::round(kPerDoubling * std::log2(static_cast<double>(kbps)) + kOfOne);
  return static_cast<std::uint8_t>(std::min(byte, double{kUnlimitedBandwidth}));
}

std::uint8_t bandwidth_of_link_speed(std::uint32_t link_speed) {
  // Modems of 14.4 to 56, ISDN of one and two lines, cable, DSL, T1, T3.
  constexpr std::array<std::uint32_t, 11> kKbps{0, 14, 28, 33, 56, 64, 128, 256, 512, 1544, 44736};
  return link_speed < kKbps.size() ? bandwidth_byte(kKbps.at(link_speed)) : 0;
}

std::uint32_t bandwidth_kbps(std::uint8_t byte) {
  if (byte == 0) return 0;
  return static_cast<std::uint32_t>(std::lround(std::exp(byte * kExponent - kShift)));
}

}  // namespace p2p::kazaa
