// How far a run is, told from within it for whoever waits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace p2p::lab {

struct Pulse {
  std::size_t nodes = 0;
  std::uint64_t now_ms = 0;  // simulated
  std::uint64_t end_ms = 0;  // when it will be over, about; 0: not known
  std::uint64_t events = 0;  // lived through so far
  std::uint64_t messages = 0;
};

// Called in the thread of the run, now and then; the last time with what all of it came to.
using Told = std::function<void(const Pulse&)>;

}  // namespace p2p::lab
