// LastHour: how much of something there was in each of the last sixty minutes. Time is handed in.
#pragma once

#include <array>
#include <cstdint>
#include <numeric>
#include <vector>

namespace p2p::transfer {

class LastHour {
 public:
  static constexpr std::size_t kMinutes = 60;

  void add(std::uint64_t amount, std::int64_t now_ms) {
    const std::int64_t number = now_ms / kMinute;
    Minute& minute = minutes_[static_cast<std::size_t>(number) % kMinutes];
    if (minute.number != number) minute = {number, 0};
    minute.amount += amount;
  }
  // Of each minute, the newest last.
  std::vector<std::uint64_t> minutes(std::int64_t now_ms) const {
    std::vector<std::uint64_t> out(kMinutes, 0);
    for (const Minute& minute : minutes_) {
      const std::int64_t ago = now_ms / kMinute - minute.number;
      if (ago >= 0 && ago < static_cast<std::int64_t>(kMinutes))
        out[kMinutes - 1 - static_cast<std::size_t>(ago)] = minute.amount;
    }
    return out;
  }
  std::uint64_t sum(std::int64_t now_ms) const {
    const std::vector<std::uint64_t> all = minutes(now_ms);
    return std::accumulate(all.begin(), all.end(), std::uint64_t{0});
  }

 private:
  static constexpr std::int64_t kMinute = 60'000;
  struct Minute {
    std::int64_t number = -1;
    std::uint64_t amount = 0;
  };
  std::array<Minute, kMinutes> minutes_{};
};

}  // namespace p2p::transfer
