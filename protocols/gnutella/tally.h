// Tally: what went over a link, and what was dropped and why; of one neighbour, and of all
// together. Shown by the Network screen and by `servent peers --json`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/gnutella/message.h"

namespace p2p::gnutella {

enum class Drop : std::uint8_t {
  duplicate,   // seen before
  dead_ttl,    // came with TTL 0
  far,         // TTL + hops above kMaxTtlHops
  throttled,   // more than this neighbour may send
  too_long,    // of its type
  malformed,   // the payload does not follow its format
  unknown,     // no type that we know
  no_route,    // an answer to nothing we remember
  unexpected,  // not from this kind of neighbour
  flow,        // ours: the neighbour does not read fast enough
  count
};
std::string_view to_text(Drop reason);

class Tally {
 public:
  void in(Type type, std::size_t bytes) { count(in_, type), bytes_in_ += bytes; }
  void out(Type type, std::size_t bytes) { count(out_, type), bytes_out_ += bytes; }
  void drop(Drop reason) { ++dropped_[static_cast<std::size_t>(reason)]; }

  std::uint64_t in() const { return sum(in_); }
  std::uint64_t out() const { return sum(out_); }
  std::uint64_t in(Type type) const { return in_[slot(type)]; }
  std::uint64_t out(Type type) const { return out_[slot(type)]; }
  std::uint64_t dropped(Drop reason) const { return dropped_[static_cast<std::size_t>(reason)]; }
  // "query in", 12; "dropped: duplicate", 3; those that are zero are left out.
  std::vector<std::pair<std::string, std::uint64_t>> rows() const;

 private:
  static constexpr std::size_t kUnknown = kTypes;  // behind those that we know
  using Counts = std::array<std::uint64_t, kTypes + 1>;
  static std::size_t slot(Type type);
  static void count(Counts& counts, Type type) { ++counts[slot(type)]; }
  static std::uint64_t sum(const Counts& counts);

  Counts in_{};
  Counts out_{};
  std::array<std::uint64_t, static_cast<std::size_t>(Drop::count)> dropped_{};
  std::uint64_t bytes_in_ = 0;
  std::uint64_t bytes_out_ = 0;
};

}  // namespace p2p::gnutella
