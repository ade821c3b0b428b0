// DiskWatch: whether the disk that downloads go to is nearly full, and when somebody should look
// again. Pure: the App looks, off the event loop, and only while something happens here.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "servent/api/snapshot.h"

namespace p2p::app {

class DiskWatch {
 public:
  static constexpr api::Millis kBetween = 30'000;
  // Nearly full is less than this, and on a small disk less than a twentieth of it. It has
  // recovered when there is a quarter more than that.
  static constexpr std::uint64_t kLeast = 1ULL << 30U;

  // True once for each look: kBetween after the last.
  bool is_due(api::Millis now) {
    if (looked_ && now - *looked_ < kBetween) return false;
    looked_ = now;
    return true;
  }
  // What was found. True: it is nearly full or is not any more, other than before.
  bool take(std::uint64_t free_bytes, std::uint64_t size_bytes) {
    const std::uint64_t least = std::min(kLeast, size_bytes / 20);
    const bool was = row_.is_low;
    row_ = {free_bytes, size_bytes, free_bytes < (was ? least + least / 4 : least)};
    return row_.is_low != was;
  }
  const api::DiskRow& row() const { return row_; }

 private:
  api::DiskRow row_;
  std::optional<api::Millis> looked_;
};

}  // namespace p2p::app
