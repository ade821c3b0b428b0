#include "servent/transfer/rates.h"

#include <algorithm>
#include <cmath>

namespace p2p::transfer {

namespace {

double seconds(Duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

double Bucket::credit(Time now) const {
  const double rate = static_cast<double>(rate_);
  const double gained = rate * seconds(std::max(now - at_, Duration::zero()));
  return std::min(credit_ + gained, rate * seconds(burst_));
}

void Bucket::set_rate(std::uint64_t bytes_per_s, Time now) {
  // Where there was no limit nobody owes anything.
  credit_ = is_limited() ? credit(now) : 0;
  at_ = now;
  rate_ = bytes_per_s;
}

std::uint64_t Bucket::piece() const {
  const double bytes = static_cast<double>(rate_) * seconds(kPiece);
  return std::clamp(static_cast<std::uint64_t>(bytes), kLeastPiece, kMostPiece);
}

std::uint64_t Bucket::kept(Time now) const {
  return static_cast<std::uint64_t>(std::clamp(credit(now), 0.0, static_cast<double>(kMostPiece)));
}

std::uint64_t Bucket::took(std::uint64_t bytes, Time now) {
  if (!is_limited()) return charged_;
  credit_ = credit(now) - static_cast<double>(bytes);
  at_ = now;
  charged_ += bytes;
  return charged_;
}

Duration Bucket::until(std::uint64_t count, Time now) const {
  if (!is_limited()) return Duration::zero();
  const double missing = -static_cast<double>(charged_ - count) - credit(now);
  if (missing <= 0) return Duration::zero();
  const double ms = std::ceil(missing * 1000 / static_cast<double>(rate_));
  return Duration(static_cast<Duration::rep>(std::min(ms, 1e12)));
}

void Flow::set_rate(std::uint64_t bytes_per_s, Time now) {
  own_.set_rate(bytes_per_s, now);
}

std::size_t Flow::allowance(std::size_t want, Time now) const {
  if (!is_limited()) return want;
  if (wait(now) > Duration::zero()) return 0;
  std::uint64_t most = want;
  if (all_.is_limited()) most = std::min(most, all_.piece());
  if (own_.is_limited()) most = std::min(most, std::max(own_.piece(), own_.kept(now)));
  return static_cast<std::size_t>(most);
}

void Flow::took(std::size_t bytes, Time now) {
  if (!is_limited()) return;
  all_from_ = all_.took(bytes, now);
  own_from_ = own_.took(bytes, now);
}

Duration Flow::wait(Time now) const {
  const Duration all = all_.until(all_from_, now);
  const Duration own = own_.until(own_from_, now);
  return std::min(std::max(all, own), kLongestWait);
}

}  // namespace p2p::transfer
