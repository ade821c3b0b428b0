// Shares: how much a source is asked for at once, and how much of what another one still owes goes
// to it when nothing else is left (third walk of architecture.md). Numbers in, numbers out.
#pragma once

#include <cstdint>

#include "protocols/base/time.h"
#include "protocols/transfer/extents.h"

namespace p2p::transfer {

inline constexpr std::uint64_t kMostRate = std::uint64_t{1} << 48U;  // the sum of many still fits

// Bytes a second of one source, over the last four to eight seconds in which something was asked of
// it. The time until the first byte counts, and so does silence, while it lasts.
class Rate {
 public:
  void start(Time now);
  void add(std::uint64_t bytes, Time now);
  void stop(Time now);
  std::uint64_t at(Time now) const;     // 0: nothing came yet
  Time heard() const { return last_; }  // when it was asked or last gave something
  // Since it was asked or last gave something; zero when nothing is asked of it.
  Duration silence(Time now) const { return running_ ? now - last_ : Duration::zero(); }

 private:
  void pass(Time now);

  Time last_{};
  Duration busy_{};
  std::uint64_t bytes_ = 0;
  bool running_ = false;
};

// A share takes so long: a request more in four seconds costs a source less than 3 % even at 100 ms
// there and back, and what is lost with a source that vanishes is soon fetched again.
inline constexpr Duration kShareTime = 4s;
// When not much is left for all of them, shares become shorter, so that all end at about the same
// time; not shorter than this.
inline constexpr Duration kLeastShareTime = 500ms;
inline constexpr std::uint64_t kLeastShare = std::uint64_t{32} * 1024;  // a request costs 0.5 KiB
// More would be over before a request could be felt, and what comes in small shares comes in order.
inline constexpr std::uint64_t kMostShare = std::uint64_t{16} * 1024 * 1024;
// The first, of a source whose rate is not known, and how many times the last share at most.
inline constexpr std::uint64_t kFirstShare = std::uint64_t{64} * 1024;
inline constexpr std::uint64_t kGrowth = 4;
// What a source is believed to give until it has given something.
inline constexpr std::uint64_t kGuess = std::uint64_t{64} * 1024;

struct ShareOf {
  std::uint64_t rate = 0;       // of the source; 0: not known
  std::uint64_t all_rates = 0;  // of those that are giving, without it
  std::uint64_t last = 0;       // bytes of its last share that ended well; 0: there is none
  std::uint64_t left = 0;       // bytes that nobody is asked for
  std::uint64_t most = kMostShare;
};
std::uint64_t share_bytes(const ShareOf& of);

// How long a source of that rate takes for so many bytes; at most kLongest.
inline constexpr Duration kLongest = std::chrono::hours(24 * 365);
Duration time_for(std::uint64_t bytes, std::uint64_t rate);

// Where `rest`, which a source of rate `rate` still owes, is to be cut so that it and another
// one, of rate `other`, that begins at the cut end together; the other one takes `most` at most.
// On the border of a piece where there is one nearby. rest.end when there is nothing to gain:
// less than kLeastShare would be left for one of them.
std::uint64_t cut_of(const Extent& rest, std::uint64_t rate, std::uint64_t other,
                     std::uint64_t most, std::uint64_t piece_bytes);

}  // namespace p2p::transfer
