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

// The bucket of a hash in a table of so many.
inline std::size_t bucket_of(std::uint64_t hash, std::size_t buckets) {
  const std::size_t mask = std::bit_ceil(buckets) - 1;
  const std::size_t bucket = hash & mask;
  return bucket < buckets ? bucket : bucket & (mask >> 1U);
}
// The one that shared its hashes with `bucket`, before there was that.
inline std::size_t parent_of(std::size_t bucket) {
  return bucket - std::bit_floor(bucket);
}

class Buckets {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;  // the end of a chain

  std::size_t size() const { return heads_.size(); }
  std::uint32_t& at(std::size_t bucket) { return heads_[bucket]; }
  std::uint32_t& of(std::uint64_t hash) { return heads_[bucket_of(hash, heads_.size())]; }
  std::uint32_t of(std::uint64_t hash) const { return heads_[bucket_of(hash, heads_.size())]; }

  // Adds a bucket and hands out the chain of the one that shared its hashes until now: all its
  // entries are to be entered anew.
  std::uint32_t grow() {
    const std::size_t fresh = heads_.size();
    heads_.push_back(kNone);
    return std::exchange(heads_[parent_of(fresh)], kNone);
  }

  std::size_t memory() const { return heads_.size() * sizeof(std::uint32_t); }

 private:
  std::deque<std::uint32_t> heads_{kNone};
};

}  // namespace p2p
