// The heads of a hash table's chains. It grows by one bucket at a time, so that no single call pays
// for a rehash (linear hashing: W. Litwin, 1980). It never shrinks: four bytes for each entry there
// ever was at once.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

namespace p2p {

class Buckets {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;  // the end of a chain

  std::size_t size() const { return heads_.size(); }
  std::uint32_t& at(std::size_t bucket) { return heads_[bucket]; }
  std::uint32_t& of(std::uint64_t hash) { return heads_[number(hash)]; }
  std::uint32_t of(std::uint64_t hash) const { return heads_[number(hash)]; }

  // Adds a bucket and hands out the chain of the one that shared its hashes until now: all its
  // entries are to be entered anew.
  std::uint32_t grow() {
    const std::size_t fresh = heads_.size();
    heads_.push_back(kNone);
    return std::exchange(heads_[fresh - std::bit_floor(fresh)], kNone);
  }

  std::size_t memory() const { return heads_.size() * sizeof(std::uint32_t); }

 private:
  std::size_t number(std::uint64_t hash) const {
    const std::size_t mask = std::bit_ceil(heads_.size()) - 1;
    const std::size_t bucket = hash & mask;
    return bucket < heads_.size() ? bucket : bucket & (mask >> 1U);
  }

  std::deque<std::uint32_t> heads_{kNone};
};

}  // namespace p2p
