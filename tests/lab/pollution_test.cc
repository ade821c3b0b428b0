#include "servent/lab/pollution.h"

#include <gtest/gtest.h>

namespace p2p::lab {
namespace {

std::vector<Copy> copies(std::size_t count) {
  std::vector<Copy> out;
  for (std::size_t i = 0; i < count; ++i)
    out.emplace_back(0, static_cast<NodeNumber>(i));
  return out;
}

struct Mean {
  double tries = 0;
  double bad = 0;
};
Mean mean(double share, bool checks) {
  constexpr int kUsers = 2'000;
  Rng rng(1);
  Mean out;
  for (int user = 0; user < kUsers; ++user) {
    const Pollution pollution(share, 100, static_cast<std::uint64_t>(user));
    const Fetched fetched = fetch(copies(200), pollution, checks, rng);
    EXPECT_TRUE(fetched.is_got);
    out.tries += fetched.tries / double{kUsers};
    out.bad += (fetched.is_bad ? 1 : 0) / double{kUsers};
  }
  return out;
}

// experiments.md, scenario 13.
TEST(Pollution, WhoDoesNotCheckKeepsAsManyBadOnesAsThereAre) {
  const Mean met = mean(0.6, false);
  EXPECT_NEAR(met.tries, 1, 1e-9);
  EXPECT_NEAR(met.bad, 0.6, 0.04);
}

TEST(Pollution, WhoChecksTriesOneByOne) {
  const Mean met = mean(0.75, true);
  EXPECT_NEAR(met.tries, 4, 0.3);
  EXPECT_EQ(met.bad, 0);
}

TEST(Pollution, WithoutAGoodCopyNothingIsGot) {
  Rng rng(1);
  const Fetched fetched = fetch(copies(5), Pollution(1, 100, 1), true, rng);
  EXPECT_FALSE(fetched.is_got);
  EXPECT_EQ(fetched.tries, 5U);
}

TEST(Pollution, IsOfPopularFilesOnly) {
  const Pollution pollution(1, 300, 1);
  EXPECT_TRUE(pollution.is_bad({2, 7}));
  EXPECT_FALSE(pollution.is_bad({3, 7}));
  EXPECT_FALSE(Pollution(0, 300, 1).is_target(0)) << "nothing is";
}

}  // namespace
}  // namespace p2p::lab
