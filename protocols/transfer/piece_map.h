// PieceMap: which bytes of a file are here, which are asked for and which are neither, and the
// pieces that these make (third walk of architecture.md). It knows nothing of who gives them.
//
//   a byte:   free -- ask() --> asked -- arrive() --> had -- lose() --> free
//             asked -- release() --> free; arrive() takes free ones too
//   a piece:  missing, under way, written, verified
//
// A piece is what is checked and shared by itself: a leaf of the file's tree of hashes, as we and
// gtk-gnutella make it (TreeShape::of). So it is 256 KiB up to a file of 256 MiB, 1 MiB up to one
// of 1 GiB, and then grows with the file, since a tree has 1024 leaves at most: what a download
// keeps in memory is bounded. The last piece may be shorter. An empty file has none.
#pragma once

#include <cstdint>
#include <vector>

#include "protocols/transfer/bits.h"
#include "protocols/transfer/extents.h"

namespace p2p::transfer {

using PieceIndex = std::uint32_t;

inline constexpr std::uint64_t kLeastPiece = std::uint64_t{256} * 1024;
inline constexpr std::uint64_t kMostPieces = 1024;

std::uint64_t piece_bytes_of(std::uint64_t size_bytes);

enum class PieceState : std::uint8_t {
  missing,    // none of it is asked for; some of it may be here
  under_way,  // some of it is asked for
  written,    // all is here
  verified,   // and was found right
};

class PieceMap {
 public:
  explicit PieceMap(std::uint64_t size_bytes);

  std::uint64_t size_bytes() const { return size_; }
  std::uint64_t piece_bytes() const { return piece_; }
  PieceIndex pieces() const { return static_cast<PieceIndex>(verified_.size()); }
  Extent extent_of(PieceIndex piece) const;
  PieceIndex piece_at(std::uint64_t byte) const { return static_cast<PieceIndex>(byte / piece_); }

  PieceState state(PieceIndex piece) const;
  bool is_written(PieceIndex piece) const { return had_.contains(extent_of(piece)); }
  bool is_verified(PieceIndex piece) const { return verified_.test(piece); }
  std::size_t verified_pieces() const { return verified_count_; }
  std::uint64_t verified_bytes() const;
  const Bits& verified() const { return verified_; }
  std::vector<PieceIndex> unchecked() const;  // all there, and not verified
  const Extents& had() const { return had_; }
  const Extents& free() const { return free_; }  // neither had nor asked for

  void ask(const Extent& extent) { free_.erase(extent); }
  // What of it is not had is free again.
  void release(const Extent& extent);
  // Appends to `fresh` what of it was not had.
  void arrive(const Extent& extent, std::vector<Extent>& fresh);
  // What of it was had is free, and no piece in it is verified.
  void lose(const Extent& extent);
  // False, and nothing changes, when not all of it is here.
  bool verify(PieceIndex piece);

 private:
  std::uint64_t size_;
  std::uint64_t piece_;
  Extents had_;
  Extents free_;
  Bits verified_;
  std::size_t verified_count_ = 0;
};

}  // namespace p2p::transfer
