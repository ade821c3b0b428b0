// How far a campaign is, on one line of standard error that is written over; nothing where nobody
// looks.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace p2p::lab {

class Progress {
 public:
  explicit Progress(std::size_t runs);

  // One more run is done, of this point and seed.
  void done(const std::string& what);
  void end() const;
  double elapsed() const;  // seconds

 private:
  using Clock = std::chrono::steady_clock;

  std::size_t runs_;
  std::size_t done_ = 0;
  bool is_shown_;
  Clock::time_point started_ = Clock::now();
};

}  // namespace p2p::lab
