#include "protocols/base/hash_tree.h"

#include <limits>

#include <gtest/gtest.h>

#include "tests/support/joined_hash.h"
#include "tests/support/units.h"

namespace p2p {
namespace {

using test::joined_hash;
using test::kGiB;
using test::kKiB;
using test::kMiB;
using test::leaf_hashes;

HashTree tree_of(std::uint64_t size_bytes) {
  const TreeShape shape = TreeShape::of(size_bytes);
  return HashTree::above(shape, leaf_hashes(shape.leaves()), joined_hash);
}

TEST(TreeShape, HasLeavesOf256KiBUntilThereAreTooMany) {
  struct Known {
    std::uint64_t size;
    unsigned depth;
    std::uint64_t leaf;
    std::size_t leaves;
  };
  const std::vector<Known> shapes{
      {1, 0, kKiB, 1},
      {200 * kKiB, 0, 256 * kKiB, 1},
      {256 * kKiB, 0, 256 * kKiB, 1},
      {256 * kKiB + 1, 1, 256 * kKiB, 2},
      {3'000'000, 4, 256 * kKiB, 12},
      {256 * kMiB, 10, 256 * kKiB, 1024},
      {256 * kMiB + 1, 10, 512 * kKiB, 513},
      {4 * kGiB, 10, 4 * kMiB, 1024},
  };
  for (const auto& [size, depth, leaf, leaves] : shapes) {
    const TreeShape shape = TreeShape::of(size);
    EXPECT_EQ(shape.depth, depth) << size;
    EXPECT_EQ(shape.leaf_bytes(), leaf) << size;
    EXPECT_EQ(shape.leaves(), leaves) << size;
  }
}

TEST(TreeShape, CountsTheNodesOfEachLevel) {
  const TreeShape shape = TreeShape::of(3'000'000);
  EXPECT_EQ(shape.nodes_at(0), 1U);
  EXPECT_EQ(shape.nodes_at(1), 2U);
  EXPECT_EQ(shape.nodes_at(2), 3U);
  EXPECT_EQ(shape.nodes_at(3), 6U);
  EXPECT_EQ(shape.nodes_at(4), 12U);
  EXPECT_EQ(shape.nodes(), 24U) << "as many as http_thex_body.hex has";
}

TEST(TreeShape, IsBoundedForTheLargestFile) {
  const TreeShape shape = TreeShape::of(std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(shape.depth, TreeShape::kMostDepth);
  EXPECT_EQ(shape.leaves(), 1024U);
  EXPECT_EQ(shape.nodes(), 2047U);
}

TEST(HashTree, JoinsPairsAndMovesUpWhatIsOdd) {
  const auto leaves = leaf_hashes(3);
  const HashTree tree = HashTree::above(TreeShape::of(600 * kKiB), leaves, joined_hash);
  const TigerRoot left = joined_hash(leaves[0], leaves[1]);
  EXPECT_EQ(tree.root(), joined_hash(left, leaves[2]));
  EXPECT_TRUE(std::ranges::equal(tree.leaves(), leaves));
}

TEST(HashTree, OfASmallFileIsItsRoot) {
  const auto leaf = leaf_hashes(2);
  const HashTree tree = HashTree::above(TreeShape::of(7), std::span(leaf).last(1), joined_hash);
  EXPECT_EQ(tree.root(), leaf[1]);
  EXPECT_TRUE(tree.is_sound(leaf[1], joined_hash));
  EXPECT_TRUE(tree.verify_piece(0, 6, std::span(leaf).last(1)));
}

TEST(HashTree, IsSoundOnlyAsItWasMade) {
  const HashTree tree = tree_of(3'000'000);
  EXPECT_TRUE(tree.is_sound(tree.root(), joined_hash));
  EXPECT_FALSE(tree.is_sound(TigerRoot{}, joined_hash)) << "of another file";
  Buffer nodes = tree.to_nodes();
  for (std::size_t i = HashTree::kNodeBytes; i < nodes.size(); i += HashTree::kNodeBytes) {
    nodes[i] ^= std::byte{1};
    EXPECT_FALSE(HashTree::of_nodes(3'000'000, nodes)->is_sound(tree.root(), joined_hash)) << i;
    nodes[i] ^= std::byte{1};
  }
}

TEST(HashTree, IsReadAsItWasWritten) {
  for (const std::uint64_t size : {std::uint64_t{1}, std::uint64_t{3'000'000}, 5 * kGiB + 1}) {
    const HashTree tree = tree_of(size);
    const auto read = HashTree::of_nodes(size, tree.to_nodes());
    ASSERT_TRUE(read) << size;
    EXPECT_EQ(read->shape(), tree.shape());
    EXPECT_TRUE(read->is_sound(tree.root(), joined_hash));
  }
}

TEST(HashTree, KeepsTheWholeLevelsOfWhatIsThere) {
  const HashTree tree = tree_of(3'000'000);
  const Buffer nodes = tree.to_nodes();
  const auto depth_of = [&](std::size_t count) {
    return HashTree::of_nodes(3'000'000, Bytes(nodes).first(count * HashTree::kNodeBytes))
        ->shape()
        .depth;
  };
  EXPECT_EQ(depth_of(1), 0U);
  EXPECT_EQ(depth_of(2), 0U);
  EXPECT_EQ(depth_of(3), 1U);
  EXPECT_EQ(depth_of(11), 2U);
  EXPECT_EQ(depth_of(23), 3U);
  EXPECT_EQ(depth_of(24), 4U);
}

// Another's leaves may be smaller than ours.
TEST(HashTree, DoesWithoutTheLevelsBelowItsDeepest) {
  const std::uint64_t size = 2048 * kKiB;
  const auto blocks = leaf_hashes(2048);
  const HashTree whole = HashTree::above(TreeShape{size, 11}, blocks, joined_hash);
  const auto read = HashTree::of_nodes(size, whole.to_nodes());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->shape().depth, TreeShape::kMostDepth);
  EXPECT_EQ(read->shape().leaf_bytes(), 2 * kKiB);
  EXPECT_TRUE(read->is_sound(whole.root(), joined_hash));
}

TEST(HashTree, RefusesWhatIsNoTree) {
  const Buffer nodes(5 * HashTree::kNodeBytes);
  EXPECT_FALSE(HashTree::of_nodes(kMiB, {}));
  EXPECT_FALSE(HashTree::of_nodes(kMiB, Bytes(nodes).first(HashTree::kNodeBytes + 1)));
  EXPECT_FALSE(HashTree::of_nodes(0, nodes));
  EXPECT_FALSE(HashTree::of_nodes(std::numeric_limits<std::uint64_t>::max(), nodes));
  EXPECT_FALSE(HashTree::of_nodes(1024, nodes)) << "one block has one hash";
}

TEST(HashTree, VerifiesWholeLeavesOnly) {
  const std::uint64_t leaf = 256 * kKiB;
  const HashTree tree = tree_of(3'000'000);
  const auto leaves = leaf_hashes(12);
  const std::span all(leaves);
  EXPECT_TRUE(tree.verify_piece(0, leaf - 1, all.first(1)));
  EXPECT_TRUE(tree.verify_piece(leaf, 3 * leaf - 1, all.subspan(1, 2)));
  EXPECT_TRUE(tree.verify_piece(11 * leaf, 2'999'999, all.last(1)));
  EXPECT_TRUE(tree.verify_piece(0, 2'999'999, all));

  EXPECT_FALSE(tree.verify_piece(0, leaf - 1, all.subspan(1, 1))) << "another leaf";
  EXPECT_FALSE(tree.verify_piece(leaf, 3 * leaf - 1, all.subspan(1, 1))) << "too few";
  EXPECT_FALSE(tree.verify_piece(leaf, 2 * leaf - 1, all.subspan(1, 2))) << "too many";
  EXPECT_FALSE(tree.verify_piece(1, leaf - 1, all.first(1)));
  EXPECT_FALSE(tree.verify_piece(0, leaf - 2, all.first(1)));
  EXPECT_FALSE(tree.verify_piece(leaf, leaf - 1, all.first(1)));
  EXPECT_FALSE(tree.verify_piece(11 * leaf, 3'000'000, all.last(1))) << "behind the end";
}

}  // namespace
}  // namespace p2p
