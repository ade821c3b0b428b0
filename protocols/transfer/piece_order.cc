#include "protocols/transfer/piece_order.h"

namespace p2p::transfer {

namespace {

std::optional<PieceIndex> found(std::size_t piece, std::size_t pieces) {
  if (piece >= pieces) return std::nullopt;
  return static_cast<PieceIndex>(piece);
}

}  // namespace

PieceOrder::PieceOrder(PieceIndex pieces)
    : open_(pieces),
      urgent_(pieces),
      counts_(pieces),
      places_(pieces, kNowhere) {}

std::size_t PieceOrder::bucket_of(PieceIndex piece) const {
  return urgent_.test(piece) ? 0 : std::size_t{1} + counts_[piece];
}

void PieceOrder::put(PieceIndex piece) {
  const std::size_t at = bucket_of(piece);
  if (at >= buckets_.size()) buckets_.resize(at + 1);
  places_[piece] = static_cast<std::uint32_t>(buckets_[at].size());
  buckets_[at].push_back(piece);
}

void PieceOrder::take_out(PieceIndex piece) {
  Bucket& bucket = buckets_[bucket_of(piece)];
  const std::uint32_t place = places_[piece];
  bucket[place] = bucket.back();
  places_[bucket[place]] = place;
  bucket.pop_back();
  places_[piece] = kNowhere;
}

void PieceOrder::set(PieceIndex piece, Standing standing) {
  if (is_open(piece)) take_out(piece);
  open_.set(piece, standing != Standing::closed);
  urgent_.set(piece, standing == Standing::urgent);
  if (is_open(piece)) put(piece);
}

void PieceOrder::gained(PieceIndex piece) {
  if (is_open(piece)) take_out(piece);
  ++counts_[piece];
  ++counted_;
  if (is_open(piece)) put(piece);
}

void PieceOrder::lost(PieceIndex piece) {
  if (is_open(piece)) take_out(piece);
  --counts_[piece];
  --counted_;
  if (is_open(piece)) put(piece);
}

bool PieceOrder::is_rare(PieceIndex piece) const {
  if (!is_open(piece)) return false;
  std::uint32_t least = 0;
  while (least + 1 < buckets_.size() && buckets_[least + 1].empty())
    ++least;
  return sources_of(piece) <= 2 * (have_all_ + least) + 1;
}

std::optional<PieceIndex> PieceOrder::rarest(const Bits* has, Rng& rng) const {
  for (const Bucket& bucket : buckets_) {
    const std::size_t from = rng.below(bucket.size());
    for (std::size_t i = 0; i < bucket.size(); ++i) {
      const PieceIndex piece = bucket[(from + i) % bucket.size()];
      if (has == nullptr || has->test(piece)) return piece;
    }
  }
  return std::nullopt;
}

std::optional<PieceIndex> PieceOrder::lowest(const Bits* has) const {
  return found(open_.next(0, has), open_.size());
}

std::optional<PieceIndex> PieceOrder::random(const Bits* has, Rng& rng) const {
  const std::size_t piece = open_.next(rng.below(open_.size()), has);
  return piece < open_.size() ? found(piece, open_.size()) : lowest(has);
}

}  // namespace p2p::transfer
