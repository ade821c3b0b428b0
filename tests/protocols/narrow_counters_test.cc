#include "protocols/narrow_counters.h"

#include <array>
#include <cstdint>

#include <gtest/gtest.h>

#include "protocols/base/rng.h"

namespace p2p {
namespace {

TEST(NarrowCounters, AreZeroBeforeTheyCount) {
  const NarrowCounters counters;
  for (unsigned slot = 0; slot < NarrowCounters::kMost; ++slot)
    EXPECT_EQ(counters[slot], 0U);
}

TEST(NarrowCounters, CountWhatDoesNotFitTwoBytes) {
  NarrowCounters counters;
  counters.add(3, 65'535);
  EXPECT_EQ(counters[3], 65'535U);
  counters.add(3, 1);
  EXPECT_EQ(counters[3], 65'536U);
  counters.add(31, std::uint64_t{1} << 40U);
  EXPECT_EQ(counters[31], std::uint64_t{1} << 40U);
  EXPECT_EQ(counters[4], 0U);
}

TEST(NarrowCounters, EqualWideOnesWhateverIsAdded) {
  NarrowCounters counters;
  std::array<std::uint64_t, NarrowCounters::kMost> wide{};
  Rng rng(11);
  for (int i = 0; i < 20'000; ++i) {
    const auto slot = static_cast<unsigned>(rng.below(wide.size()));
    const std::uint64_t more = rng.below(10) == 0 ? rng.below(100'000) : rng.below(400);
    counters.add(slot, more);
    wide[slot] += more;
  }
  for (unsigned slot = 0; slot < wide.size(); ++slot)
    EXPECT_EQ(counters[slot], wide[slot]);
}

}  // namespace
}  // namespace p2p
