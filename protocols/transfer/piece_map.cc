#include "protocols/transfer/piece_map.h"

#include <algorithm>

namespace p2p::transfer {

namespace {

std::size_t pieces_of(std::uint64_t size, std::uint64_t piece) {
  return static_cast<std::size_t>(size / piece + (size % piece == 0 ? 0 : 1));
}

}  // namespace

std::uint64_t piece_bytes_of(std::uint64_t size_bytes) {
  std::uint64_t piece = kLeastPiece;
  while (pieces_of(size_bytes, piece) > kMostPieces)
    piece *= 2;
  return piece;
}

PieceMap::PieceMap(std::uint64_t size_bytes)
    : size_(size_bytes),
      piece_(piece_bytes_of(size_bytes)),
      verified_(pieces_of(size_bytes, piece_)) {
  free_.insert({0, size_});
}

Extent PieceMap::extent_of(PieceIndex piece) const {
  const std::uint64_t begin = piece * piece_;
  return {begin, size_ - begin > piece_ ? begin + piece_ : size_};
}

PieceState PieceMap::state(PieceIndex piece) const {
  if (is_verified(piece)) return PieceState::verified;
  if (is_written(piece)) return PieceState::written;
  const Extent extent = extent_of(piece);
  const bool is_asked = had_.bytes_in(extent) + free_.bytes_in(extent) < extent.bytes();
  return is_asked ? PieceState::under_way : PieceState::missing;
}

std::uint64_t PieceMap::verified_bytes() const {
  std::uint64_t bytes = verified_count_ * piece_;
  if (pieces() > 0 && is_verified(pieces() - 1)) bytes -= piece_ - extent_of(pieces() - 1).bytes();
  return bytes;
}

std::vector<PieceIndex> PieceMap::unchecked() const {
  std::vector<PieceIndex> out;
  for (PieceIndex piece = 0; piece < pieces(); ++piece)
    if (!is_verified(piece) && is_written(piece)) out.push_back(piece);
  return out;
}

void PieceMap::release(const Extent& extent) {
  std::uint64_t at = extent.begin;
  while (at < extent.end) {  // as gaps() does, into a set
    const Extent run = had_.run_from(at);
    const std::uint64_t end = run.empty() ? extent.end : std::min(run.begin, extent.end);
    free_.insert({at, end});
    at = run.empty() ? extent.end : run.end;
  }
}

void PieceMap::arrive(const Extent& extent, std::vector<Extent>& fresh) {
  had_.gaps(extent, fresh);
  had_.insert(extent);
  free_.erase(extent);
}

void PieceMap::lose(const Extent& extent) {
  if (extent.empty()) return;
  for (std::uint64_t at = extent.begin; at < extent.end;) {
    const Extent run = overlap(had_.run_from(at), extent);
    if (run.empty()) break;
    had_.erase(run);
    free_.insert(run);
    at = run.end;
  }
  for (PieceIndex piece = piece_at(extent.begin); piece <= piece_at(extent.end - 1); ++piece) {
    if (is_verified(piece)) --verified_count_;
    verified_.set(piece, false);
  }
}

bool PieceMap::verify(PieceIndex piece) {
  if (piece >= pieces() || !is_written(piece)) return false;
  if (!is_verified(piece)) ++verified_count_;
  verified_.set(piece);
  return true;
}

}  // namespace p2p::transfer
