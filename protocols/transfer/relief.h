// Relief: what an idle source can do for one that is slow, when nothing else is left to ask for
// (third walk of architecture.md). The end of a download must not wait for the slowest.
#pragma once

#include <cstdint>
#include <span>

#include "protocols/transfer/member.h"

namespace p2p::transfer {

inline constexpr std::size_t kMostTwins = 3;  // so many may be asked for the same bytes

struct Relief {
  enum class What : std::uint8_t {
    none,
    all,   // the slow one has stalled, or is so slow that it is given up
    tail,  // it is cut where `part` begins, and the idle one is asked for that
    twin,  // too little to cut: both are asked for `part`, and who is first wins
  };
  What what = What::none;
  Extent part{};
};

// `slow` owes something; `idle` would be asked for `want` bytes at most. Both are of `members`.
Relief relief_of(const OpenPieces& open, std::span<const Member> members, const Member& slow,
                 const Member& idle, std::uint64_t want, Time now);

}  // namespace p2p::transfer
