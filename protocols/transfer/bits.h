// Bits: one yes or no for each piece of a file.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace p2p::transfer {

class Bits {
 public:
  explicit Bits(std::size_t size = 0, bool value = false)
      : words_((size + 63) / 64, value ? ~std::uint64_t{0} : 0),
        size_(size) {
    if (value && size % 64 != 0) words_.back() = (std::uint64_t{1} << (size % 64)) - 1;
  }

  std::size_t size() const { return size_; }
  bool test(std::size_t at) const { return (words_[at / 64] >> (at % 64) & 1U) != 0; }
  void set(std::size_t at, bool value = true) {
    const std::uint64_t bit = std::uint64_t{1} << (at % 64);
    words_[at / 64] = value ? words_[at / 64] | bit : words_[at / 64] & ~bit;
  }
  std::size_t count() const {
    std::size_t sum = 0;
    for (const std::uint64_t word : words_)
      sum += static_cast<std::size_t>(std::popcount(word));
    return sum;
  }
  // The first at or behind `from` that is set here, and in `also` unless that is null; size() when
  // there is none. `also` has the same size.
  std::size_t next(std::size_t from, const Bits* also = nullptr) const {
    for (std::size_t w = from / 64; w < words_.size(); ++w) {
      std::uint64_t word = also == nullptr ? words_[w] : words_[w] & also->words_[w];
      if (w == from / 64) word &= ~std::uint64_t{0} << (from % 64);
      if (word != 0) return w * 64 + static_cast<std::size_t>(std::countr_zero(word));
    }
    return size_;
  }

  friend bool operator==(const Bits&, const Bits&) = default;

 private:
  std::vector<std::uint64_t> words_;
  std::size_t size_ = 0;
};

}  // namespace p2p::transfer
