#include "index/tree_hasher.h"

#include <string>

#include <gtest/gtest.h>

#include "protocols/base/hash_tree.h"
#include "protocols/transfer/thex.h"

#include "tests/support/gnutella_vector.h"

namespace p2p::index {
namespace {

// The root over all of it.
std::string root_of(const std::string& content) {
  LeafHasher hasher(std::uint64_t{1} << 20U);
  hasher.add(bytes_of(content));
  const auto leaves = hasher.finish();
  return leaves.size() == 1 ? to_base32(leaves[0]) : "";
}

HashTree tree_of(const std::string& content, const TreeShape& shape) {
  LeafHasher hasher(shape.leaf_bytes());
  hasher.add(bytes_of(content));
  return HashTree::above(shape, hasher.finish(), join_tiger);
}

// draft-jchapweske-thex-02, appendix A.
TEST(LeafHasher, AgreesWithTheDraft) {
  EXPECT_EQ(root_of(std::string(1, '\0')), "VK54ZIEEVTWNAUI5D5RDFIL37LX2IQNSTAXFKSA");
  EXPECT_EQ(root_of(std::string(1024, 'A')), "L66Q4YVNAFWVS23X2HJIRA5ZJ7WXR3F26RSASFA");
  EXPECT_EQ(root_of(std::string(1025, 'A')), "PZMRYHGY6LTBEH63ZWAHDORHSYTLO4LEFUIKHWY");
}

TEST(LeafHasher, TakesBytesCutAnywhere) {
  std::string content;
  for (int i = 0; i < 10'000; ++i)
    content += static_cast<char>(i * i % 251);
  LeafHasher whole(2048);
  LeafHasher cut(2048);
  whole.add(bytes_of(content));
  for (std::size_t at = 0, step = 1; at < content.size(); at += step, step = step * 3 % 1021 + 1)
    cut.add(bytes_of(content).subspan(at, std::min(step, content.size() - at)));
  const auto leaves = whole.finish();
  EXPECT_EQ(leaves.size(), 5U);
  EXPECT_EQ(cut.finish(), leaves);
  EXPECT_TRUE(LeafHasher(2048).finish().empty());
}

// Whatever the level at which a tree is cut, its root is the same.
TEST(LeafHasher, MakesTheSameRootOfEveryShape) {
  for (const std::size_t size : {1U, 1024U, 1025U, 5000U, 65'536U, 70'001U}) {
    const std::string content(size, 'x');
    for (unsigned depth = 0; depth <= TreeShape::kMostDepth; ++depth) {
      if ((std::uint64_t{1024} << depth) >= 2 * size && depth > 0) break;
      const HashTree tree = tree_of(content, {size, depth});
      EXPECT_EQ(to_base32(tree.root()), root_of(content)) << size << " in " << depth;
      EXPECT_TRUE(tree.is_sound(tree.root(), join_tiger));
    }
  }
}

TEST(JoinTiger, MakesTheTreeThatGtkGnutellaSent) {
  const auto tree =
      transfer::decode_thex(test::gnutella_vector("http_thex_body"), std::uint64_t{3'000'000});
  ASSERT_TRUE(tree);
  const auto root = tiger_root_from_base32("DVCLGXG3GSIK457NNJZ77FBPNLX5BUWBRFG62EA");
  EXPECT_TRUE(tree->is_sound(*root, join_tiger));
}

}  // namespace
}  // namespace p2p::index
