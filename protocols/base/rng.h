// The one random generator of the deciders: a value type, seeded by the host from the system in
// the program and from (experiment seed, node number) in the laboratory, so that a run can be
// repeated bit for bit. Not for secrets.
// Source: xoshiro256** and splitmix64 by D. Blackman and S. Vigna, "Scrambled Linear Pseudorandom
// Number Generators" (2018), both in the public domain.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <limits>

namespace p2p {

// A word that tells nothing of the seed: splitmix64's finish.
constexpr std::uint64_t mixed(std::uint64_t seed) {
  seed = (seed ^ (seed >> 30U)) * 0xbf58476d1ce4e5b9U;
  seed = (seed ^ (seed >> 27U)) * 0x94d049bb133111ebU;
  return seed ^ (seed >> 31U);
}
inline constexpr std::uint64_t kMixStep = 0x9e3779b97f4a7c15U;  // from one seed to the next

// One that nothing is drawn from costs nothing.
class Rng {
 public:
  using result_type = std::uint64_t;  // NOLINT(readability-identifier-naming): std asks for it

  explicit Rng(std::uint64_t seed = 0) : seed_(seed) {}

  std::uint64_t operator()() {
    if (!is_spread_) spread();
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // Evenly spread over 0 .. count-1; 0 when count is 0. The bias of the modulus is below 2^-32
  // for the small counts used here.
  std::uint64_t below(std::uint64_t count) { return count == 0 ? 0 : (*this)() % count; }

  static constexpr std::uint64_t min() { return 0; }
  static constexpr std::uint64_t max() { return std::numeric_limits<std::uint64_t>::max(); }

 private:
  void spread() {
    for (auto& word : state_)
      word = mixed(seed_ += kMixStep);
    is_spread_ = true;
  }

  std::uint64_t seed_;
  bool is_spread_ = false;
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace p2p
