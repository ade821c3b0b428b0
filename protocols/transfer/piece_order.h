// PieceOrder: which piece is asked for next, of those that are open (third walk of
// architecture.md). First those that are urgent, since they are begun and nobody goes on with
// them, then the one that the fewest sources have, by chance among equals: so all sources stay of
// use for as long as can be, and when one goes away, least is lost (rarest first, experiments.md
// 15).
//
// A change costs constant time. A choice costs as much for a source that has all; for one that has
// a part, as many steps as there are open pieces before the first that it has.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocols/base/rng.h"
#include "protocols/transfer/bits.h"
#include "protocols/transfer/piece_map.h"

namespace p2p::transfer {

class PieceOrder {
 public:
  enum class Standing : std::uint8_t { closed, open, urgent };

  explicit PieceOrder(PieceIndex pieces);  // all closed, and no source has any

  void set(PieceIndex piece, Standing standing);
  bool is_open(PieceIndex piece) const { return open_.test(piece); }  // or urgent
  bool any_urgent() const { return !buckets_.front().empty(); }

  void all_gained() { ++have_all_; }  // one more source has all of them
  void all_lost() { --have_all_; }
  void gained(PieceIndex piece);  // one more source has it
  void lost(PieceIndex piece);
  std::uint32_t sources_of(PieceIndex piece) const { return have_all_ + counts_[piece]; }
  // Is it open, and are there no more than about twice as many of it as of the rarest? Then another
  // reason may decide.
  bool is_rare(PieceIndex piece) const;
  // Have all sources all of it? Then no piece is rarer than another one.
  bool is_even() const { return counted_ == 0; }

  // `has`: what the source has; null: all of them.
  std::optional<PieceIndex> rarest(const Bits* has, Rng& rng) const;
  std::optional<PieceIndex> lowest(const Bits* has) const;
  std::optional<PieceIndex> random(const Bits* has, Rng& rng) const;

 private:
  static constexpr std::uint32_t kNowhere = ~std::uint32_t{0};
  using Bucket = std::vector<PieceIndex>;

  std::size_t bucket_of(PieceIndex piece) const;
  void put(PieceIndex piece);
  void take_out(PieceIndex piece);

  Bits open_;
  Bits urgent_;
  std::uint32_t have_all_ = 0;
  std::uint64_t counted_ = 0;                             // the sum of the counts
  std::vector<std::uint16_t> counts_;                     // of the sources that have a part
  std::vector<std::uint32_t> places_;                     // in its bucket; kNowhere: closed
  std::vector<Bucket> buckets_ = std::vector<Bucket>(1);  // the urgent ones, then by count
};

}  // namespace p2p::transfer
