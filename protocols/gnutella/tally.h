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
#include "protocols/narrow_counters.h"

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
  void in(Type type, std::size_t bytes) { count(kIn, type, kBytesIn, bytes); }
  void out(Type type, std::size_t bytes) { count(kOut, type, kBytesOut, bytes); }
  void drop(Drop reason) { all_.add(slot(reason), 1); }

  std::uint64_t in() const { return sum(kIn); }
  std::uint64_t out() const { return sum(kOut); }
  std::uint64_t in(Type type) const { return all_[kIn + slot(type)]; }
  std::uint64_t out(Type type) const { return all_[kOut + slot(type)]; }
  std::uint64_t dropped(Drop reason) const { return all_[slot(reason)]; }
  // "query in", 12; "dropped: duplicate", 3; those that are zero are left out.
  std::vector<std::pair<std::string, std::uint64_t>> rows() const;

 private:
  // The places of the counters.
  static constexpr unsigned kUnknown = kTypes;  // behind the types that we know
  static constexpr unsigned kIn = 0;
  static constexpr unsigned kOut = kIn + kUnknown + 1;
  static constexpr unsigned kDropped = kOut + kUnknown + 1;
  static constexpr unsigned kBytesIn = kDropped + static_cast<unsigned>(Drop::count);
  static constexpr unsigned kBytesOut = kBytesIn + 1;
  static_assert(kBytesOut < NarrowCounters::kMost);

  // Found by the type's byte: each message asks for it several times.
  static constexpr auto kPlaces = [] {
    std::array<std::uint8_t, 256> places{};
    for (unsigned byte = 0; byte < places.size(); ++byte)
      places[byte] = place_of(static_cast<Type>(byte)).value_or(kUnknown);
    return places;
  }();
  static unsigned slot(Type type) { return kPlaces[static_cast<std::uint8_t>(type)]; }
  static unsigned slot(Drop reason) { return kDropped + static_cast<unsigned>(reason); }
  void count(unsigned way, Type type, unsigned bytes_of_way, std::size_t bytes) {
    all_.add(way + slot(type), 1);
    all_.add(bytes_of_way, bytes);
  }
  std::uint64_t sum(unsigned way) const;

  NarrowCounters all_;
};

}  // namespace p2p::gnutella
