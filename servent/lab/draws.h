// The seeds of what one run draws. Each part of it has generators of its own, so that what one
// draws tells nothing of what another does, nor of what the same part draws under another seed:
// means over several seeds have the intervals that are told.
#pragma once

#include <cstdint>

#include "protocols/base/rng.h"

namespace p2p::lab {

enum class Drawn : std::uint8_t {
  overlay,    // who is linked to whom
  files,      // what there is, and who has it
  questions,  // who asks for what
  nodes,      // what nodes draw themselves, and latencies
  presence,   // who comes, goes and is killed
  pollution,  // which copies are bad
  fetching,   // which copy is tried next
  swarm,
};

// `seed` is the run's: any number, mostly a small one.
constexpr std::uint64_t seed_of(std::uint64_t seed, Drawn what) {
  return mixed(mixed(seed + kMixStep) + static_cast<std::uint64_t>(what) * kMixStep);
}

}  // namespace p2p::lab
