// NarrowCounters: up to 32 counters of two bytes each, on the heap since the first one counts, so
// that a node of the laboratory pays for what it does; what is more than that is counted beside.
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
    if (!counts_) counts_ = std::make_unique<Counts>();
    std::uint16_t& count = counts_->narrow[slot];
    if (more <= std::uint64_t{kLargest} - count)
      count = static_cast<std::uint16_t>(count + more);
    else
      add_wide(slot, more);
  }
  std::uint64_t operator[](unsigned slot) const {
    if (!counts_) return 0;
    return counts_->narrow[slot] + (counts_->above ? (*counts_->above)[slot] : 0);
  }
  // They will be counted in a moment: a hint.
  void expect() const {
    if (!counts_) return;
    __builtin_prefetch(counts_.get(), 1);
    __builtin_prefetch(counts_.get() + 1, 1);
  }

 private:
  static constexpr std::uint16_t kLargest = std::numeric_limits<std::uint16_t>::max();

  struct Counts {
    std::array<std::uint16_t, kMost> narrow{};
    std::unique_ptr<std::array<std::uint64_t, kMost>> above;  // null: nothing is larger
  };

  // What does not fit goes above, with what was there.
  void add_wide(unsigned slot, std::uint64_t more) {
    if (!counts_->above) counts_->above = std::make_unique<std::array<std::uint64_t, kMost>>();
    (*counts_->above)[slot] += std::exchange(counts_->narrow[slot], std::uint16_t{0}) + more;
  }

  std::unique_ptr<Counts> counts_;  // null: nothing was counted so far
};

}  // namespace p2p
