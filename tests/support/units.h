// Units in which tests count, and how far that goes.
#pragma once

#include <cstdint>
#include <limits>

namespace p2p::test {

inline constexpr std::uint64_t kKiB = 1024;
inline constexpr std::uint64_t kMiB = 1024 * kKiB;
inline constexpr std::uint64_t kGiB = 1024 * kMiB;
inline constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

inline constexpr std::int64_t kMinute = 60'000;  // in milliseconds

}  // namespace p2p::test
