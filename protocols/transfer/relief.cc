#include "protocols/transfer/relief.h"

#include <algorithm>
#include <vector>

namespace p2p::transfer {

namespace {

// From the first byte of it that nobody gave meanwhile to the last.
Extent missing(const PieceMap& map, const Extent& share) {
  std::vector<Extent> gaps;
  map.had().gaps(share, gaps);
  return gaps.empty() ? share : Extent{gaps.front().begin, gaps.back().end};
}

std::ptrdiff_t asked_for(std::span<const Member> members, const Extent& extent) {
  return std::ranges::count_if(
      members, [&](const Member& member) { return !overlap(member.share, extent).empty(); });
}

}  // namespace

Relief relief_of(const OpenPieces& open, std::span<const Member> members, const Member& slow,
                 const Member& idle, std::uint64_t want, Time now) {
  using What = Relief::What;
  const Extent rest = missing(open.map(), slow.share);
  const PieceIndex piece = open.map().piece_at(rest.begin);
  const Duration left = slow.time_left(now);
  const std::uint64_t rate = idle.believed_rate(now);
  if (slow.is_stalled(now)) return {idle.has_piece(piece) ? What::all : What::none};
  if (open.is_sole(piece)) {  // never of two: the idle one would begin anew
    const Duration anew = time_for(open.map().extent_of(piece).bytes(), rate);
    return {anew * 2 < left && idle.has_piece(piece) ? What::all : What::none};
  }
  const std::uint64_t from = open.reaches_back(idle.reach(false), rest);
  if (left >= kLeastShareTime && from < rest.end) {
    const std::uint64_t most = std::min(want, rest.end - from);
    const std::uint64_t cut =
        cut_of(rest, slow.believed_rate(now), rate, most, open.map().piece_bytes());
    if (cut < rest.end) return {What::tail, {cut, rest.end}};
  }
  const bool is_hopeful = time_for(rest.bytes(), rate) < left * 2;
  if (from > rest.begin || !is_hopeful) return {};
  if (asked_for(members, rest) >= std::ptrdiff_t{kMostTwins}) return {};
  return {What::twin, rest};
}

}  // namespace p2p::transfer
