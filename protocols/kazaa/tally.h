// Tally: what went over a link, and what was dropped and why; of one link, and of all together.
// Shown by the Network screen and by `servent peers --json`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/kazaa/type.h"

namespace p2p::kazaa {

enum class Drop : std::uint8_t {
  duplicate,   // a query seen before
  throttled,   // more than this link may send
  malformed,   // the payload does not follow its format
  unexpected,  // not from this kind of link
  no_route,    // an answer to nothing we remember, a push to nobody we know
  unwanted,    // results that do not answer the query
  over_limit,  // files of a child above its share, results above what was asked for
  flow,        // ours: the other side does not read fast enough
  count
};
std::string_view to_text(Drop reason);

class Tally {
 public:
  void in(Type type) { ++in_[slot(type)]; }
  void out(Type type) { ++out_[slot(type)]; }
  void drop(Drop reason) { ++dropped_[static_cast<std::size_t>(reason)]; }

  std::uint64_t in() const;  // messages
  std::uint64_t out() const;
  // "query in", 12; "dropped: duplicate", 3; those that are zero are left out.
  std::vector<std::pair<std::string, std::uint64_t>> rows() const;

 private:
  static constexpr std::size_t kTypes = 0x30 + 0x10 + 1;  // theirs, ours, all others
  static std::size_t slot(Type type);
  static Type type_of(std::size_t slot);

  std::array<std::uint32_t, kTypes> in_{};
  std::array<std::uint32_t, kTypes> out_{};
  std::array<std::uint32_t, static_cast<std::size_t>(Drop::count)> dropped_{};
};

}  // namespace p2p::kazaa
