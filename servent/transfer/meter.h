// Meter: bytes a second, averaged over the last three seconds.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <ctime>

#include "protocols/base/time.h"

namespace p2p::transfer {

inline std::int64_t now_ms() {  // the clock of api::Snapshot
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

inline std::int64_t local_day() {  // since 1970, by the clock on the wall
  const std::time_t now = std::time(nullptr);
  std::tm here{};
  ::localtime_r(&now, &here);
  constexpr std::int64_t kDay = 86'400;
  return (std::int64_t{now} + here.tm_gmtoff) / kDay;
}

inline Time now_time() {  // the same, as deciders take it
  return Time(Duration(now_ms()));
}

class Meter {
 public:
  void add(std::uint64_t bytes, std::int64_t now) {
    const std::int64_t number = now / kSlotMs;
    Slot& slot = slots_[static_cast<std::size_t>(number) % slots_.size()];
    if (slot.number != number) slot = {number, 0};
    slot.bytes += bytes;
  }
  std::uint64_t rate(std::int64_t now) const {
    const std::int64_t oldest = now / kSlotMs - static_cast<std::int64_t>(slots_.size());
    std::uint64_t sum = 0;
    for (const Slot& slot : slots_)
      sum += slot.number > oldest ? slot.bytes : 0;
    return sum / 3;
  }

 private:
  static constexpr std::int64_t kSlotMs = 500;
  struct Slot {
    std::int64_t number = 0;
    std::uint64_t bytes = 0;
  };
  std::array<Slot, 6> slots_{};
};

}  // namespace p2p::transfer
