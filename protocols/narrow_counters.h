// NarrowCounters: up to 32 counters of two bytes each, as most of them stay small in most nodes of
// the laboratory; what does not fit is counted beside.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

namespace p2p {

class NarrowCounters {
 public:
  static constexpr unsigned kMost = 32;

  void add(unsigned slot, std::uint64_t more) {
    std::uint16_t& count = narrow_[slot];
    if (more <= std::uint64_t{kLargest} - count)
      count = static_cast<std::uint16_t>(count + more);
    else
      add_wide(slot, more);
  }
  std::uint64_t operator[](unsigned slot) const {
    return narrow_[slot] + (above_ ? (*above_)[slot] : 0);
  }

 private:
  static constexpr std::uint16_t kLargest = std::numeric_limits<std::uint16_t>::max();

  // What does not fit goes above, with what was there.
  void add_wide(unsigned slot, std::uint64_t more) {
    if (!above_) above_ = std::make_unique<std::array<std::uint64_t, kMost>>();
    (*above_)[slot] += std::exchange(narrow_[slot], std::uint16_t{0}) + more;
  }

  std::array<std::uint16_t, kMost> narrow_{};
  std::unique_ptr<std::array<std::uint64_t, kMost>> above_;  // null: nothing is larger
};

}  // namespace p2p
