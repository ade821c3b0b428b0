#include "servent/transfer/givers.h"

#include <algorithm>

namespace p2p::transfer {

Givers::Givers(const PieceMap& map)
    : piece_bytes_(map.piece_bytes()),
      pieces_(map.pieces()),
      votes_(std::min<std::size_t>(map.pieces(), kParts)) {}

void Givers::gave(SourceIndex source, const Extent& extent, std::int64_t now_ms) {
  if (extent.empty() || votes_.empty()) return;
  std::uint32_t number = this->number(source);
  if (number == 0) {
    givers_.push_back({source});
    number = static_cast<std::uint32_t>(givers_.size());
  }
  givers_[number - 1].pace.add(extent.bytes(), now_ms);
  for (std::uint64_t begin = extent.begin; begin < extent.end;) {
    const std::uint64_t piece = begin / piece_bytes_;
    if (piece >= pieces_) return;
    const std::uint64_t end = std::min(extent.end, (piece + 1) * piece_bytes_);
    // The last part that does not begin behind this piece: see first_piece_of().
    Vote& vote = votes_[((piece + 1) * votes_.size() - 1) / pieces_];
    const std::uint64_t bytes = end - begin;
    if (vote.giver == number)
      vote.bytes += bytes;
    else if (vote.giver != 0 && vote.bytes >= bytes)
      vote.bytes -= bytes;
    else
      vote = {number, bytes - vote.bytes};
    begin = end;
  }
}

std::vector<std::uint32_t> Givers::of_parts() const {
  std::vector<std::uint32_t> out;
  out.reserve(votes_.size());
  for (const Vote& vote : votes_)
    out.push_back(vote.giver);
  return out;
}

std::uint32_t Givers::number(SourceIndex source) const {
  const auto at = std::ranges::find(givers_, source, &Giver::source);
  return at == givers_.end() ? 0 : static_cast<std::uint32_t>(at - givers_.begin() + 1);
}

std::vector<std::uint64_t> Givers::pace(SourceIndex source, std::int64_t now_ms) const {
  const std::uint32_t number = this->number(source);
  return number == 0 ? std::vector<std::uint64_t>{} : givers_[number - 1].pace.seconds(now_ms);
}

}  // namespace p2p::transfer
