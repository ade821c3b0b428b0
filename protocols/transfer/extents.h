// Extents: which bytes of one file, as runs in order (third walk of architecture.md). Each call
// costs the logarithm of the number of runs, and one that only makes a run longer allocates
// nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace p2p::transfer {

// The bytes from `begin` on, not including `end`. Empty when begin >= end.
struct Extent {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  bool empty() const { return begin >= end; }
  std::uint64_t bytes() const { return empty() ? 0 : end - begin; }
  friend bool operator==(const Extent&, const Extent&) = default;
};

inline Extent overlap(const Extent& a, const Extent& b) {
  return {a.begin > b.begin ? a.begin : b.begin, a.end < b.end ? a.end : b.end};
}

class Extents {
 public:
  using Runs =
      std::map<std::uint64_t, std::uint64_t>;  // begin -> end; they neither overlap nor meet

  void insert(const Extent& extent);
  void erase(const Extent& extent);

  bool contains(const Extent& extent) const;           // all of it; true for an empty one
  bool touches(const Extent& extent) const;            // some of it
  std::uint64_t bytes_in(const Extent& extent) const;  // and the runs in it
  // The first run that ends behind `at`, without what lies before `at`; empty when there is none.
  Extent run_from(std::uint64_t at) const;
  // Appends what of `extent` is not in here, in order.
  void gaps(const Extent& extent, std::vector<Extent>& out) const;

  const Runs& runs() const { return runs_; }
  std::uint64_t bytes() const { return bytes_; }
  bool empty() const { return runs_.empty(); }

  friend bool operator==(const Extents& a, const Extents& b) { return a.runs_ == b.runs_; }

 private:
  Runs::const_iterator first_behind(std::uint64_t at) const;  // the first run that ends behind `at`

  Runs runs_;
  std::uint64_t bytes_ = 0;
};

}  // namespace p2p::transfer
