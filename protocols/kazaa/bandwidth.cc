#include "protocols/kazaa/bandwidth.h"

#include <algorithm>
#include <cmath>

#include "protocols/base/link_speed.h"

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
  return bandwidth_byte(link_speed_kbps(link_speed));
}

std::uint32_t bandwidth_kbps(std::uint8_t byte) {
  if (byte == 0) return 0;
  return static_cast<std::uint32_t>(std::lround(std::exp(byte * kExponent - kShift)));
}

}  // namespace p2p::kazaa
