// OpenPieces: where a source may begin, and how far it may go from there (third walk of
// architecture.md). Over the map of the bytes it knows two things more of a piece:
//
//   kept   one source goes on in it with small shares. Nobody else begins in it, so that a piece
//          has as few givers as can be.
//   sole   it was wrong, and several gave of it. One source gives it whole, and nothing stays of
//          what another one began, so that the next verdict names one.
#pragma once

#include <cstdint>
#include <optional>

#include "protocols/transfer/piece_order.h"

namespace p2p::transfer {

// What one source can be asked for.
struct Reach {
  const Bits* has = nullptr;  // null: all
  bool is_stream = false;     // it gives from one place to the end, and to begin anew is dear
  bool in_order = false;      // the first bytes first
  bool is_fast = false;       // bytes come faster than they could be digested later
  std::uint64_t goes_on = 0;  // where its last share ended

  bool has_piece(PieceIndex piece) const { return has == nullptr || has->test(piece); }
};

class OpenPieces {
 public:
  explicit OpenPieces(PieceMap map);

  const PieceMap& map() const { return map_; }
  PieceOrder& order() { return order_; }
  const PieceOrder& order() const { return order_; }

  void ask(const Extent& extent);
  void release(const Extent& extent);
  void lose(const Extent& extent);
  void arrive(const Extent& extent, std::vector<Extent>& fresh) { map_.arrive(extent, fresh); }
  bool verify(PieceIndex piece);

  void keep(PieceIndex piece, bool kept);
  bool is_kept(PieceIndex piece) const { return kept_.test(piece); }
  void make_sole(PieceIndex piece);
  bool is_sole(PieceIndex piece) const { return sole_.test(piece); }
  bool has_free(PieceIndex piece) const { return map_.free().touches(map_.extent_of(piece)); }

  // The piece to begin in: an urgent one; until a piece is here, any, so that soon there is
  // something to share; the first one where all sources have all and are fast, so that the file is
  // digested as it comes; or where the source stopped, if that is rare enough; a stream where most
  // is free; else the rarest.
  std::optional<PieceIndex> pick(const Reach& reach, Rng& rng) const;
  // From its first free byte on, at most about `want` bytes, but no small rest of the piece is
  // left. Behind it, and where that is not enough before it, only whole pieces are taken, as long
  // as they follow each other and are rare.
  Extent share_at(PieceIndex piece, const Reach& reach, std::uint64_t want) const;
  // Where the pieces begin that the source has without a gap up to the end of `extent`; its end
  // when it does not have the last one.
  std::uint64_t reaches_back(const Reach& reach, const Extent& extent) const;

 private:
  PieceOrder::Standing standing(PieceIndex piece) const;
  void refresh(const Extent& extent);
  std::optional<PieceIndex> widest(const Reach& reach) const;
  bool may_follow(PieceIndex piece, const Reach& reach) const;

  PieceMap map_;
  PieceOrder order_;
  Bits kept_;
  Bits sole_;
};

}  // namespace p2p::transfer
