#include "protocols/transfer/shares.h"

#include <algorithm>
#include <limits>

namespace p2p::transfer {

namespace {

constexpr Duration kWindow = 8s;

// `value` * `by` / `of`, where the product may not fit.
std::uint64_t scaled(std::uint64_t value, std::uint64_t by, std::uint64_t of) {
  const long double exact = static_cast<long double>(value) * static_cast<long double>(by) /
                            static_cast<long double>(std::max<std::uint64_t>(of, 1));
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  return exact >= static_cast<long double>(kMost) ? kMost : static_cast<std::uint64_t>(exact);
}

std::uint64_t milliseconds(Duration time) {
  return static_cast<std::uint64_t>(std::max(time, Duration::zero()).count());
}

}  // namespace

void Rate::pass(Time now) {
  if (!running_) return;
  busy_ += std::max(now - last_, Duration::zero());
  last_ = now;
  while (busy_ > kWindow) {
    busy_ /= 2;
    bytes_ /= 2;
  }
}

void Rate::start(Time now) {
  pass(now);
  last_ = now;
  running_ = true;
}

void Rate::add(std::uint64_t bytes, Time now) {
  pass(now);
  bytes_ += std::min(bytes, std::numeric_limits<std::uint64_t>::max() - bytes_);
}

void Rate::stop(Time now) {
  pass(now);
  running_ = false;
}

std::uint64_t Rate::at(Time now) const {
  if (bytes_ == 0) return 0;
  const Duration time = busy_ + silence(now);
  return std::clamp<std::uint64_t>(scaled(bytes_, 1000, milliseconds(time)), 1, kMostRate);
}

std::uint64_t share_bytes(const ShareOf& of) {
  std::uint64_t bytes = kFirstShare;
  if (of.rate > 0) {
    const Duration evenly = time_for(of.left, of.rate + of.all_rates) / 2;
    bytes = scaled(of.rate, milliseconds(std::clamp(evenly, kLeastShareTime, kShareTime)), 1000);
    bytes = std::min(bytes, std::max(of.last, kFirstShare / kGrowth) * kGrowth);
  }
  return std::min(std::clamp(bytes, kLeastShare, kMostShare), of.most);
}

Duration time_for(std::uint64_t bytes, std::uint64_t rate) {
  const std::uint64_t time = scaled(bytes, 1000, rate);
  return Duration(static_cast<Duration::rep>(std::min(time, milliseconds(kLongest))));
}

std::uint64_t cut_of(const Extent& rest, std::uint64_t rate, std::uint64_t other,
                     std::uint64_t most, std::uint64_t piece_bytes) {
  if (rest.bytes() / 2 < kLeastShare) return rest.end;
  const std::uint64_t fair = scaled(rest.bytes(), other, rate + other);
  const std::uint64_t tail =
      std::min(most, std::clamp(fair, kLeastShare, rest.bytes() - kLeastShare));
  const std::uint64_t cut = rest.end - tail;
  const std::uint64_t over = cut % piece_bytes;
  const std::uint64_t to_border = over == 0 ? 0 : piece_bytes - over;
  return to_border <= tail / 2 && tail - to_border >= kLeastShare ? cut + to_border : cut;
}

}  // namespace p2p::transfer
