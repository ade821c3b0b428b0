#include "servent/lab/placement.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "servent/lab/zipf.h"

namespace p2p::lab {
namespace {

std::size_t nodes_with(const Placement& placement, std::size_t least, std::size_t most) {
  std::size_t count = 0;
  for (NodeNumber node = 0; node < placement.nodes(); ++node) {
    const std::size_t files = placement.files(node).size();
    if (least <= files && files <= most) ++count;
  }
  return count;
}

// workload.toml, [shared_per_peer], after Saroiu: 25 % share nothing, 75 % a hundred or fewer, 7 %
// more than a thousand; the mean is 340 files a user.
TEST(Placement, NodesShareAsManyFilesAsWasMeasured) {
  PlacementSetup setup;
  setup.nodes = 4'000;
  setup.distinct = 100'000;
  setup.free_riders = 0.25;
  const Placement placement(setup);
  EXPECT_EQ(nodes_with(placement, 0, 0), 1'000U);
  EXPECT_NEAR(static_cast<double>(nodes_with(placement, 0, 100)), 0.75 * 4'000, 100);
  EXPECT_NEAR(static_cast<double>(nodes_with(placement, 1'001, 100'000)), 0.07 * 4'000, 60);
  EXPECT_NEAR(setup.files.mean() * 0.75, 340, 5);
  EXPECT_NEAR(static_cast<double>(placement.copies()) / 4'000, 340, 60);
}

TEST(Placement, AMeanThatIsWantedIsMet) {
  FileCount count;
  count.most = 1'000;
  for (const double mean : {2.0, 10.0, 300.0})
    EXPECT_NEAR(count.with_mean(mean).mean(), mean, 1e-6 * mean);
  PlacementSetup setup;
  setup.nodes = 30'000;
  setup.mean_files = 10;
  const Placement placement(setup);
  EXPECT_NEAR(static_cast<double>(placement.copies()) / 30'000, 10, 0.7);
  EXPECT_EQ(nodes_with(placement, 0, 0), 0U);
}

// Nodes that take one file each take it by Zipf's law.
TEST(Placement, PopularFilesHaveMoreCopies) {
  PlacementSetup setup;
  setup.nodes = 100'000;
  setup.distinct = 100;
  setup.files.most = 1;
  const Placement placement(setup);
  const Zipf zipf(100, 0.82);
  double chi_square = 0;
  for (FileNumber file = 0; file < 100; ++file) {
    const double expected = zipf.probability(file) * 100'000;
    const double off = static_cast<double>(placement.holders(file).size()) - expected;
    chi_square += off * off / expected;
  }
  EXPECT_NEAR(chi_square, 99, 4.5 * std::sqrt(2 * 99.0));
}

TEST(Placement, CopiesAreTheSameForAllWhereAShareIsGiven) {
  PlacementSetup setup;
  setup.nodes = 1'000;
  setup.distinct = 200;
  setup.copies = 0.01;
  setup.free_riders = 0.5;
  const Placement placement(setup);
  EXPECT_GE(nodes_with(placement, 0, 0), 500U);
  for (FileNumber file = 0; file < 200; ++file)
    EXPECT_EQ(placement.holders(file).size(), 5U);
  setup.copies = 1e-9;
  EXPECT_EQ(Placement(setup).holders(7).size(), 1U);
  setup.copies = 1;
  EXPECT_EQ(Placement(setup).holders(7).size(), 500U);
}

TEST(Placement, TellsTheSameBothWays) {
  PlacementSetup setup;
  setup.nodes = 300;
  setup.free_riders = 0.2;
  const Placement placement(setup);
  std::size_t copies = 0;
  for (FileNumber file = 0; file < setup.distinct; ++file) {
    EXPECT_TRUE(std::ranges::is_sorted(placement.holders(file)));
    for (const NodeNumber node : placement.holders(file))
      EXPECT_TRUE(placement.has(node, file));
    copies += placement.holders(file).size();
  }
  EXPECT_EQ(copies, placement.copies());
  for (NodeNumber node = 0; node < 300; ++node) {
    const auto files = placement.files(node);
    EXPECT_EQ(std::ranges::adjacent_find(files, std::greater_equal{}), files.end());
  }
}

// Half of the nodes want all there is.
TEST(Placement, ANodeCanHaveEveryFile) {
  PlacementSetup setup;
  setup.nodes = 10;
  setup.distinct = 50;
  setup.popularity = 2.5;
  setup.files = {12, 0.1, 9'300};
  const Placement placement(setup);
  EXPECT_EQ(nodes_with(placement, 50, 50), 10U);
}

TEST(Placement, NobodySharesWhereAllAreFreeRiders) {
  PlacementSetup setup;
  setup.nodes = 10;
  setup.free_riders = 1;
  EXPECT_EQ(Placement(setup).copies(), 0U);
  setup.copies = 0.5;
  EXPECT_EQ(Placement(setup).copies(), 0U);
}

TEST(Placement, AnswersWhatANodeHas) {
  PlacementSetup setup;
  setup.nodes = 100;
  setup.distinct = 500;
  Placement placement(setup);
  const Corpus& corpus = placement.corpus();
  for (int round = 0; round < 30; ++round) {  // more queries than are kept
    const auto of = static_cast<FileNumber>(round);
    for (const std::string& text :
         {corpus.artist(of), corpus.own_word(of), std::string("mp3"), std::string("none")}) {
      const Query query = parse_query(text);
      for (NodeNumber node = 0; node < 100; node += 9) {
        std::vector<FileNumber> expected;
        for (const FileNumber file : placement.files(node))
          if (matches(query, corpus.name(file), corpus.size_bytes(file), {}))
            expected.push_back(file);
        EXPECT_EQ(placement.matching(node, query), expected) << text;
      }
    }
  }
}

TEST(Placement, IsTheSameForTheSameSeed) {
  PlacementSetup setup;
  const Placement first(setup);
  const Placement second(setup);
  setup.seed = 2;
  const Placement other(setup);
  EXPECT_TRUE(std::ranges::equal(first.holders(0), second.holders(0)));
  EXPECT_FALSE(std::ranges::equal(first.holders(0), other.holders(0)));
}

}  // namespace
}  // namespace p2p::lab
