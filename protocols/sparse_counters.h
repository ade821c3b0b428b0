// SparseCounters: up to 32 counters of which most stay zero. Those that do not lie one behind the
// other on the heap, so that a node of the laboratory pays for what it counts; busy ones have a
// place each, found without counting bits.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace p2p {

class SparseCounters {
 public:
  static constexpr unsigned kMost = 32;

  void add(unsigned slot, std::uint64_t more) {
    if ((used() >> slot & 1U) == 0) make_room(used() | 1U << slot);
    std::uint64_t& count = counts_[place(slot)];
    count += more;
    if (count > kBusy && used() != kAll) make_room(kAll);
  }
  std::uint64_t operator[](unsigned slot) const {
    return (used() >> slot & 1U) == 0 ? 0 : counts_[place(slot)];
  }
  // They will be counted in a moment: a hint.
  void expect() const {
    __builtin_prefetch(counts_.get(), 1);
    __builtin_prefetch(counts_.get() + kInLine, 1);
  }

 private:
  static constexpr std::uint32_t kAll = ~std::uint32_t{0};
  static constexpr std::uint64_t kBusy = 65'536;
  static constexpr std::size_t kInLine = 8;  // of the cache

  std::uint32_t used() const { return counts_ ? static_cast<std::uint32_t>(counts_[0]) : 0; }
  std::size_t place(unsigned slot) const {
    if (used() == kAll) return 1 + slot;
    return 1 + static_cast<std::size_t>(std::popcount(used() & ((1U << slot) - 1)));
  }
  void make_room(std::uint32_t used_then) {
    SparseCounters wide;
    // NOLINTBEGIN(modernize-avoid-c-arrays)
    wide.counts_ =
        std::make_unique<std::uint64_t[]>(1 + static_cast<std::size_t>(std::popcount(used_then)));
    // NOLINTEND(modernize-avoid-c-arrays)
    wide.counts_[0] = used_then;
    for (unsigned slot = 0; slot < kMost; ++slot)
      if ((used() >> slot & 1U) != 0) wide.counts_[wide.place(slot)] = counts_[place(slot)];
    *this = std::move(wide);
  }

  // First a bit for each that is used, then those. Null: none is.
  std::unique_ptr<std::uint64_t[]> counts_;  // NOLINT(modernize-avoid-c-arrays)
};

}  // namespace p2p
