// Member: what a swarm knows of one of its sources (third walk of architecture.md).
#pragma once

#include <cstdint>
#include <optional>

#include "protocols/transfer/open_pieces.h"
#include "protocols/transfer/shares.h"

namespace p2p::transfer {

// How a source can be asked.
enum class Manner : std::uint8_t {
  ranges,  // for any bytes, one request after the other
  stream,  // from one place to the end: what it gives is cut when it is enough (Napster)
};

struct Member {
  static constexpr Duration kStalled = 5s;  // silent so long: another one may take all that it owes

  bool here = false;
  bool dropped = false;
  bool idle = false;    // it asked and got nothing
  bool proven = false;  // something that it gave was verified
  std::uint32_t strikes = 0;
  Manner manner = Manner::ranges;
  std::optional<Bits> has;  // unless it has all
  Rate rate;
  Extent share;                     // what it still owes
  std::uint64_t began = 0;          // where that began
  std::uint64_t goes_on = 0;        // where the last one ended
  std::uint64_t most = 0;           // bytes of its greatest share since its connection broke
  std::optional<PieceIndex> keeps;  // a piece that it works in

  bool is_asked() const { return !share.empty(); }
  bool has_piece(PieceIndex piece) const { return !has || has->test(piece); }
  Reach reach(bool in_order) const {
    return {has ? &*has : nullptr, manner == Manner::stream, in_order, false, goes_on};
  }
  bool is_stalled(Time now) const { return rate.silence(now) >= kStalled; }
  std::uint64_t believed_rate(Time now) const {
    const std::uint64_t measured = rate.at(now);
    return measured == 0 ? kGuess : measured;
  }
  Duration time_left(Time now) const {
    return is_stalled(now) ? kLongest : time_for(share.bytes(), believed_rate(now));
  }
};

}  // namespace p2p::transfer
