// Rates: how fast bytes may move. A Bucket is one limit, shared or not; a Flow is one transfer's
// way through the limit of all and its own. Pure: time is handed in. Zero is no limit, and costs
// nothing.
//
//   Flow flow(context->rates.down);   // or .up; the Context outlives it
//   flow.join();                      // when a transfer begins
//   n = flow.allowance(want, now);    // zero: move nothing for flow.wait(now), then ask again
//   flow.took(moved, now);            // what was really moved, also when it is less
//   flow.set_rate(bytes_per_s, now);  // its own limit; rates.down.set_rate() is everybody's
//
// While a Flow makes a peer wait, that peer is not slow: its Progress begins anew.
//
// A bucket counts the bytes that may have passed by now. Who moved some stands behind all that was
// moved before, and may go on when so many have passed: everybody in turn, a piece each, however
// many they are.
#pragma once

#include <cstddef>
#include <cstdint>

#include "protocols/base/time.h"

namespace p2p::transfer {

class Bucket {
 public:
  static constexpr Duration kBurst = 250ms;
  // A piece is what moves in kPiece, so that fifty take turns each second; but no system call is
  // for a few bytes, and none holds up the loop.
  static constexpr Duration kPiece = 20ms;
  static constexpr std::uint64_t kLeastPiece = 4096;
  static constexpr std::uint64_t kMostPiece = std::uint64_t{1} << 20U;

  // What nobody used is kept for as long as `burst`, and no longer.
  explicit Bucket(Duration burst = kBurst) : burst_(burst) {}

  void set_rate(std::uint64_t bytes_per_s, Time now);
  std::uint64_t rate() const { return rate_; }
  bool is_limited() const { return rate_ > 0; }
  // When it is limited: a piece, and what was kept; not more than can be used at once.
  std::uint64_t piece() const;
  std::uint64_t kept(Time now) const;

  // Charges it. The count that has to have passed before the same one may go on.
  std::uint64_t took(std::uint64_t bytes, Time now);
  // The end of the line, for one who comes.
  std::uint64_t end() const { return charged_; }
  // Until such a count has passed; zero when it has, or there is no limit.
  Duration until(std::uint64_t count, Time now) const;

 private:
  double credit(Time now) const;

  Duration burst_;
  std::uint64_t rate_ = 0;
  std::uint64_t charged_ = 0;
  double credit_ = 0;  // passed less charged, at the time of at_
  Time at_{};
};

struct Rates {
  Bucket up;
  Bucket down;
};

class Flow {
 public:
  // A change of a limit is noticed so soon.
  static constexpr Duration kLongestWait = 1s;

  explicit Flow(Bucket& all) : all_(all) {}

  void join() { all_from_ = all_.end(); }  // begins, or goes on, at the end of the line

  void set_rate(std::uint64_t bytes_per_s, Time now);
  std::uint64_t rate() const { return own_.rate(); }
  bool is_limited() const { return all_.is_limited() || own_.is_limited(); }

  std::size_t allowance(std::size_t want, Time now) const;
  void took(std::size_t bytes, Time now);
  Duration wait(Time now) const;  // at most kLongestWait

 private:
  Bucket& all_;
  // Its turn among all may come once in a second only: then it takes what it may by then.
  Bucket own_{1s};
  std::uint64_t all_from_ = 0;
  std::uint64_t own_from_ = 0;
};

}  // namespace p2p::transfer
