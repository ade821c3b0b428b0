#include "protocols/transfer/blame.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "protocols/base/rng.h"

namespace p2p::transfer {
namespace {

using GivenList = std::vector<Given>;

TEST(Blame, NamesTheGiversOfAPiece) {
  Blame blame;
  blame.gave(2, {0, 50});
  blame.gave(7, {50, 90});
  blame.gave(2, {90, 100});
  EXPECT_EQ(blame.givers({0, 100}), (GivenList{{2, 60}, {7, 40}}));
  EXPECT_EQ(blame.givers({10, 50}), (GivenList{{2, 40}}));
  EXPECT_EQ(blame.givers({95, 110}), (GivenList{{2, 5}, {kNobody, 10}}));
  EXPECT_EQ(blame.given_by(2), (std::vector<Extent>{{0, 50}, {90, 100}}));
  EXPECT_EQ(blame.givers(), (GivenList{{2, 60}, {7, 40}}));
}

TEST(Blame, IsOneRunAsLongAsOneGoesOn) {
  Blame blame;
  for (std::uint64_t at = 0; at < 1000; ++at)
    blame.gave(1, {at, at + 1});
  EXPECT_EQ(blame.runs(), 1U);
}

TEST(Blame, ForgetsWhatWasRight) {
  Blame blame;
  blame.gave(1, {0, 100});
  blame.gave(2, {100, 200});
  blame.forget({40, 60});
  EXPECT_EQ(blame.given_by(1), (std::vector<Extent>{{0, 40}, {60, 100}}));
  blame.forget({90, 150});
  EXPECT_EQ(blame.givers(), (GivenList{{1, 70}, {2, 50}}));
  blame.forget({0, 1000});
  EXPECT_EQ(blame.runs(), 0U);
}

TEST(Suspects, FindTheLiarByHalves) {
  Rng rng(5);
  for (std::uint32_t count = 1; count <= 40; ++count) {
    const auto liar = static_cast<SourceIndex>(rng.below(count));
    GivenList givers;
    for (SourceIndex source = 0; source < count; ++source)
      givers.push_back({source, 1 + rng.below(1000)});
    Suspects suspects(givers);
    unsigned rounds = 0;
    while (!suspects.is_over()) {
      const auto accused = suspects.accused();
      ASSERT_FALSE(accused.empty());
      // The whole comes right as soon as nothing of the liar is left.
      suspects.heard(std::ranges::count(accused, liar) == 1);
      ASSERT_LE(++rounds, 6U);
    }
    const auto left = suspects.left();
    EXPECT_TRUE(std::ranges::any_of(left, [&](const Given& g) { return g.source == liar; }));
    EXPECT_TRUE(suspects.accused().empty());
  }
}

TEST(Suspects, AccuseThoseFirstWhoGaveLeast) {
  Suspects suspects({{1, 500}, {2, 10}, {3, 400}, {4, 20}, {5, 300}});
  EXPECT_EQ(suspects.accused(), (std::vector<SourceIndex>{2, 4}));
  suspects.heard(false);
  EXPECT_EQ(suspects.accused(), (std::vector<SourceIndex>{5}));
  suspects.heard(false);
  EXPECT_EQ(suspects.accused(), (std::vector<SourceIndex>{3}));
  suspects.heard(false);
  ASSERT_TRUE(suspects.is_over());
  EXPECT_EQ(suspects.left()[0], (Given{1, 500}));
}

TEST(Suspects, WhoGaveAloneIsTheLiar) {
  const Suspects suspects({{3, 100}});
  EXPECT_TRUE(suspects.is_over());
  EXPECT_EQ(suspects.left()[0].source, 3U);
}

}  // namespace
}  // namespace p2p::transfer
