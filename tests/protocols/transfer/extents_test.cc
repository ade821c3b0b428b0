#include "protocols/transfer/extents.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/base/rng.h"
#include "protocols/transfer/bits.h"

#include "tests/support/units.h"

namespace p2p::transfer {
namespace {

using test::kMost;

Extents of(const std::vector<Extent>& list) {
  Extents out;
  for (const Extent& extent : list)
    out.insert(extent);
  return out;
}

TEST(Extents, JoinWhatMeets) {
  Extents some = of({{10, 20}, {30, 40}});
  some.insert({20, 30});
  EXPECT_EQ(some.runs(), (Extents::Runs{{10, 40}}));
  some.insert({0, 50});
  EXPECT_EQ(some.runs(), (Extents::Runs{{0, 50}}));
  EXPECT_EQ(some.bytes(), 50U);
}

TEST(Extents, AreCutInTwo) {
  Extents some = of({{0, 100}});
  some.erase({40, 60});
  EXPECT_EQ(some.runs(), (Extents::Runs{{0, 40}, {60, 100}}));
  EXPECT_EQ(some.bytes(), 80U);
  EXPECT_TRUE(some.contains({60, 100}));
  EXPECT_FALSE(some.contains({39, 41}));
  EXPECT_TRUE(some.touches({39, 60}));
  EXPECT_FALSE(some.touches({40, 60}));
}

TEST(Extents, ReachTheEndOfNumbers) {
  Extents some = of({{kMost - 1, kMost}, {0, 1}});
  EXPECT_EQ(some.run_from(1), (Extent{kMost - 1, kMost}));
  some.insert({1, kMost - 1});
  EXPECT_EQ(some.bytes(), kMost);
  some.erase({1, kMost});
  EXPECT_EQ(some.run_from(1), Extent{});
}

TEST(Extents, EmptyOnesChangeNothing) {
  Extents some = of({{5, 5}, {7, 3}});
  EXPECT_TRUE(some.empty());
  some.insert({1, 9});
  some.erase({4, 4});
  some.erase({6, 2});
  EXPECT_EQ(some.runs(), (Extents::Runs{{1, 9}}));
  EXPECT_TRUE(some.contains({20, 20}));
  EXPECT_FALSE(some.touches({4, 4}));
}

TEST(Extents, AgreeWithABitForEachByte) {
  constexpr std::size_t kSize = 200;
  Rng rng(7);
  Extents some;
  Bits bits(kSize);
  for (int step = 0; step < 20'000; ++step) {
    const std::uint64_t begin = rng.below(kSize);
    const Extent extent{begin, begin + rng.below(std::min<std::uint64_t>(kSize - begin, 30) + 1)};
    const bool adds = rng.below(2) == 0;
    adds ? some.insert(extent) : some.erase(extent);
    for (std::uint64_t at = extent.begin; at < extent.end; ++at)
      bits.set(at, adds);
    ASSERT_EQ(some.bytes(), bits.count());
    const Extent look{rng.below(kSize), rng.below(kSize)};
    std::vector<Extent> gaps;
    some.gaps(look, gaps);
    std::uint64_t missing = 0;
    for (const Extent& gap : gaps)
      missing += gap.bytes();
    std::uint64_t there = 0;
    for (std::uint64_t at = look.begin; at < look.end; ++at)
      there += bits.test(at) ? 1U : 0U;
    ASSERT_EQ(some.bytes_in(look), there);
    ASSERT_EQ(missing, look.bytes() - there);
    ASSERT_EQ(some.contains(look), missing == 0);
    ASSERT_EQ(some.touches(look), there > 0);
    const Extent run = some.run_from(begin);
    ASSERT_EQ(run.empty() ? kSize : run.begin, bits.next(begin));
  }
}

}  // namespace
}  // namespace p2p::transfer
