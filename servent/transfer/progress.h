// Progress: the rule that a peer which holds a slot must use it. At least so many bytes have to
// move in each window; each time they did, the next window begins. Pure: time is handed in.
#pragma once

#include <cstdint>

namespace p2p::transfer {

class Progress {
 public:
  Progress(std::uint64_t least_bytes, std::int64_t window_ms)
      : least_bytes_(least_bytes),
        window_ms_(window_ms) {}

  void start(std::int64_t now) {
    moved_ = 0;
    deadline_ = now + window_ms_;
  }
  void moved(std::uint64_t bytes, std::int64_t now) {
    moved_ += bytes;
    if (moved_ >= least_bytes_) start(now);
  }
  bool is_late(std::int64_t now) const { return now >= deadline_; }
  std::int64_t deadline() const { return deadline_; }

 private:
  std::uint64_t least_bytes_;
  std::int64_t window_ms_;
  std::uint64_t moved_ = 0;
  std::int64_t deadline_ = 0;
};

}  // namespace p2p::transfer
