#include "servent/lab/zipf.h"

#include <cmath>

#include <gtest/gtest.h>

namespace p2p::lab {
namespace {

// experiments.md, section 2; 0.82 is fitted to the queries of Adar and Huberman.
TEST(Zipf, GivesThePublishedSharesOfThePopular) {
  const Zipf zipf(100'000, 0.82);
  EXPECT_NEAR(zipf.share(1'000), 0.365, 0.0005);
  EXPECT_NEAR(zipf.share(25'000), 0.751, 0.0005);
  EXPECT_EQ(zipf.share(0), 0);
  EXPECT_DOUBLE_EQ(zipf.share(100'000), 1);
  EXPECT_DOUBLE_EQ(zipf.share(200'000), 1);
}

// Chi-square with so many degrees of freedom is about normal: 4.5 deviations are met by chance in
// one of 150,000 seeds.
void expect_drawn_as_told(const Zipf& zipf, std::uint64_t seed, std::size_t draws) {
  std::vector<std::size_t> drawn(zipf.ranks());
  Rng rng(seed);
  for (std::size_t i = 0; i < draws; ++i)
    ++drawn[zipf.draw(rng)];
  double chi_square = 0;
  for (std::size_t rank = 0; rank < zipf.ranks(); ++rank) {
    const double expected = zipf.probability(rank) * static_cast<double>(draws);
    const double off = static_cast<double>(drawn[rank]) - expected;
    chi_square += off * off / expected;
  }
  const auto freedom = static_cast<double>(zipf.ranks() - 1);
  EXPECT_NEAR(chi_square, freedom, 4.5 * std::sqrt(2 * freedom));
}

TEST(Zipf, DrawsRanksAsOftenAsTheyShouldBe) {
  expect_drawn_as_told(Zipf(1'000, 0.82), 1, 2'000'000);
  expect_drawn_as_told(Zipf(1'000, 2.4, 20), 2, 2'000'000);
  expect_drawn_as_told(Zipf(500, 1), 3, 500'000);
  expect_drawn_as_told(Zipf(64, 0), 4, 100'000);
}

TEST(Zipf, AShiftFlattensTheHead) {
  const Zipf shifted(3, 1, 1);  // 1/2, 1/3, 1/4
  EXPECT_NEAR(shifted.probability(0), 6.0 / 13, 1e-12);
  EXPECT_NEAR(shifted.probability(2), 3.0 / 13, 1e-12);
}

TEST(Zipf, OneRankIsAlwaysDrawn) {
  Rng rng(1);
  EXPECT_EQ(Zipf(1, 0.82).draw(rng), 0U);
}

TEST(Zipf, TakesAMillionRanks) {
  const Zipf zipf(1'000'000, 0.82);
  Rng rng(5);
  std::size_t head = 0;
  constexpr std::size_t kDraws = 200'000;
  for (std::size_t i = 0; i < kDraws; ++i) {
    const std::uint32_t rank = zipf.draw(rng);
    ASSERT_LT(rank, 1'000'000U);
    if (rank < 10'000) ++head;
  }
  EXPECT_NEAR(static_cast<double>(head) / kDraws, zipf.share(10'000), 0.005);
}

}  // namespace
}  // namespace p2p::lab
