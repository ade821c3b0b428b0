// How far a campaign is, on one line of standard error that is written over; nothing where nobody
// looks.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "servent/lab/pulse.h"

namespace p2p::lab {

// All there is to tell.
struct Advance {
  std::size_t runs = 0;  // at most
  std::size_t done = 0;
  std::size_t done_before = 0;  // of those, in a campaign that this one goes on with
  double seconds = 0;           // since this one began
  std::uint64_t events = 0;     // of the runs that it has done
  std::uint64_t messages = 0;   // of them too
  std::vector<Pulse> running;   // those that have not ended
  std::string what;             // the last one that began
};

// "12 of 27 runs (the 13th 45 %), 0:42 left, 1.2 M messages/s, 3.4 M events/s: query.ttl = 7, seed
// 2", cut to `width` cells; what it does not know it does not say.
std::string to_line(const Advance& advance, std::size_t width);

class Progress {
 public:
  Progress();

  // Whether it is time to write the line again.
  bool is_due() const;
  void show(const Advance& advance);
  void end() const;        // takes the line away
  double elapsed() const;  // seconds

 private:
  using Clock = std::chrono::steady_clock;

  bool is_shown_;
  std::size_t width_ = 80;
  Clock::time_point started_ = Clock::now();
  Clock::time_point shown_;
};

}  // namespace p2p::lab
