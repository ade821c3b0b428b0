#include "protocols/transfer/open_pieces.h"

#include <algorithm>
#include <utility>

namespace p2p::transfer {

OpenPieces::OpenPieces(PieceMap map)
    : map_(std::move(map)),
      order_(map_.pieces()),
      kept_(map_.pieces()),
      sole_(map_.pieces()) {
  refresh({0, map_.size_bytes()});
}

PieceOrder::Standing OpenPieces::standing(PieceIndex piece) const {
  using Standing = PieceOrder::Standing;
  const Extent extent = map_.extent_of(piece);
  if (kept_.test(piece) || !map_.free().touches(extent)) return Standing::closed;
  const bool is_whole = map_.free().contains(extent);
  if (is_sole(piece)) return is_whole ? Standing::urgent : Standing::closed;
  return is_whole ? Standing::open : Standing::urgent;
}

void OpenPieces::refresh(const Extent& extent) {
  if (extent.empty()) return;
  const PieceIndex last = map_.piece_at(extent.end - 1);
  for (PieceIndex piece = map_.piece_at(extent.begin); piece <= last; ++piece)
    order_.set(piece, standing(piece));
}

void OpenPieces::ask(const Extent& extent) {
  map_.ask(extent);
  refresh(extent);
}

void OpenPieces::release(const Extent& extent) {
  map_.release(extent);
  refresh(extent);
}

void OpenPieces::lose(const Extent& extent) {
  map_.lose(extent);
  refresh(extent);
}

bool OpenPieces::verify(PieceIndex piece) {
  if (!map_.verify(piece)) return false;
  sole_.set(piece, false);
  return true;
}

void OpenPieces::keep(PieceIndex piece, bool kept) {
  kept_.set(piece, kept);
  order_.set(piece, standing(piece));
}

void OpenPieces::make_sole(PieceIndex piece) {
  sole_.set(piece);
  order_.set(piece, standing(piece));
}

// Where most is free in one run: what a stream can go through without an end.
std::optional<PieceIndex> OpenPieces::widest(const Reach& reach) const {
  Extent best;
  for (const auto& [begin, end] : map_.free().runs()) {
    const PieceIndex piece = map_.piece_at(begin);
    if (end - begin > best.bytes() && order_.is_open(piece) && reach.has_piece(piece))
      best = {begin, end};
  }
  if (best.empty()) return std::nullopt;
  return map_.piece_at(best.begin);
}

std::optional<PieceIndex> OpenPieces::pick(const Reach& reach, Rng& rng) const {
  if (reach.in_order) return order_.lowest(reach.has);
  if (order_.any_urgent() && !reach.is_stream) return order_.rarest(reach.has, rng);
  const bool is_first = map_.had().bytes() < map_.piece_bytes();
  if (reach.is_fast && order_.is_even() && !is_first && !reach.is_stream)
    return order_.lowest(reach.has);
  if (reach.goes_on > 0 && reach.goes_on < map_.size_bytes()) {
    const PieceIndex piece = map_.piece_at(reach.goes_on);
    if (order_.is_rare(piece) && reach.has_piece(piece)) return piece;
  }
  if (reach.is_stream)
    if (const auto piece = widest(reach)) return piece;
  if (is_first) return order_.random(reach.has, rng);
  return order_.rarest(reach.has, rng);
}

bool OpenPieces::may_follow(PieceIndex piece, const Reach& reach) const {
  if (!order_.is_open(piece) || is_sole(piece) || !reach.has_piece(piece)) return false;
  return reach.is_stream || order_.is_rare(piece);
}

Extent OpenPieces::share_at(PieceIndex piece, const Reach& reach, std::uint64_t want) const {
  const Extent whole = map_.extent_of(piece);
  const Extent run = map_.free().run_from(whole.begin);
  if (is_sole(piece)) return {run.begin, whole.end};
  Extent share{run.begin, std::min(run.end, whole.end)};
  if (share.bytes() > want) {
    if (share.bytes() - want > want / 3) share.end = share.begin + want;
    return share;
  }
  for (PieceIndex next = piece + 1; next < map_.pieces() && may_follow(next, reach); ++next) {
    const std::uint64_t end = map_.extent_of(next).end;
    if (share.end != map_.extent_of(next).begin || end > run.end || end - share.begin > want) break;
    share.end = end;
  }
  // gtk-gnutella gives about as much a second then as it was asked for at once (docs/gnutella.md).
  while (share.begin > 0 && share.begin == map_.extent_of(piece).begin && !reach.is_stream) {
    const Extent before = map_.extent_of(--piece);
    if (share.end - before.begin > want || !may_follow(piece, reach)) break;
    if (!map_.free().contains(before)) break;
    share.begin = before.begin;
  }
  return share;
}

std::uint64_t OpenPieces::reaches_back(const Reach& reach, const Extent& extent) const {
  if (reach.has == nullptr) return extent.begin;
  std::uint64_t at = extent.end;
  while (at > extent.begin && reach.has_piece(map_.piece_at(at - 1)))
    at = std::max(extent.begin, map_.extent_of(map_.piece_at(at - 1)).begin);
  return at;
}

}  // namespace p2p::transfer
