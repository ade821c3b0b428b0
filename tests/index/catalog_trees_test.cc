#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "index/catalog.h"
#include "index/db.h"

#include "tests/support/joined_hash.h"
#include "tests/support/old_catalog.h"
#include "tests/support/open_catalog.h"

namespace p2p::index {
namespace {

constexpr std::uint64_t kLarge = 3'000'000;

Sha1 digest_of(char mark) {
  Sha1 digest;
  digest.bytes[0] = static_cast<std::byte>(mark);
  return digest;
}

HashTree tree_of(std::uint64_t size) {
  const TreeShape shape = TreeShape::of(size);
  return HashTree::above(shape, test::leaf_hashes(shape.leaves()), test::joined_hash);
}

Entry entry(const std::string& name, std::uint64_t size, bool with_tree) {
  Entry made;
  made.file.name = "Music/" + name;
  made.file.size_bytes = size;
  made.file.sha1 = digest_of(name.front());
  made.root = "/srv/music";
  made.relative = name;
  made.stamp = {size, 42, 7};
  if (!with_tree) return made;
  made.tree = tree_of(size);
  made.file.tree_root = made.tree->root();
  return made;
}

class CatalogTreesTest : public OpenCatalog {
 protected:
  std::optional<HashTree> tree(char mark) {
    auto found = reader_->tree(digest_of(mark));
    EXPECT_TRUE(found);
    return found ? std::move(*found) : std::nullopt;
  }
  std::int64_t stored() {
    auto db = Db::open(file_, Db::Access::read_only);
    auto rows = db->prepare("SELECT count(*) FROM tree");
    EXPECT_TRUE(rows && rows->step());
    return rows->integer(0);
  }
};

TEST_F(CatalogTreesTest, GivesBackTheTreeOfAContent) {
  open();
  add({entry("large", kLarge, true), entry("small", 1000, true), entry("none", kLarge, false)});
  const auto large = tree('l');
  ASSERT_TRUE(large);
  EXPECT_EQ(large->to_nodes(), tree_of(kLarge).to_nodes());
  const auto small = tree('s');
  ASSERT_TRUE(small);
  EXPECT_EQ(small->to_nodes(), tree_of(1000).to_nodes());
  EXPECT_FALSE(tree('n'));
  EXPECT_FALSE(tree('x')) << "no such file";
  EXPECT_EQ(stored(), 1) << "the root of a small file is in its row";
}

TEST_F(CatalogTreesTest, TellsTheRootWithTheFile) {
  open();
  add({entry("large", kLarge, true), entry("none", kLarge, false)});
  EXPECT_EQ(reader_->find(digest_of('l'))->value().file.tree_root, tree_of(kLarge).root());
  EXPECT_FALSE(reader_->find(digest_of('n'))->value().file.tree_root);
}

TEST_F(CatalogTreesTest, OfTwoFilesWithOneContentTheOneWithATreeCounts) {
  open();
  add({entry("a", kLarge, false), entry("a again", kLarge, true)});
  EXPECT_TRUE(tree('a'));
}

TEST_F(CatalogTreesTest, ForgetsTheTreeWithTheFile) {
  open();
  std::vector<Entry> entries{entry("large", kLarge, true)};
  ASSERT_TRUE(catalog_->add(entries));
  ASSERT_TRUE(catalog_->remove(std::array{entries[0].file.id}));
  EXPECT_FALSE(tree('l'));
  EXPECT_EQ(stored(), 0);
}

TEST_F(CatalogTreesTest, ATreeThatIsBrokenOnDiskIsNone) {
  open();
  add({entry("large", kLarge, true)});
  auto db = Db::open(file_, Db::Access::read_write);
  ASSERT_TRUE(db && db->run("UPDATE tree SET nodes = x'0102'"));
  EXPECT_FALSE(tree('l'));
}

TEST_F(CatalogTreesTest, KeepsTheFilesOfVersionTwo) {
  ASSERT_TRUE(test::write_old_catalog(
      file_,
      "INSERT INTO file(id, path, name, terms, size, mtime, sha1, root, inode, uuhash) "
      "VALUES(7, 'old song.mp3', 'Music/old song.mp3', 'music old song mp3', 1000, 42, "
      "x'6f00000000000000000000000000000000000000', '/srv/music', 7, "
      "x'0102030405060708090a0b0c0d0e0f1011121314')",
      2));
  open();
  EXPECT_FALSE(catalog_->set_aside());
  const auto kept = catalog_->entries(0, 10);
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->size(), 1U);
  EXPECT_EQ(kept->front().file.id, 7U);
  EXPECT_TRUE(kept->front().file.uuhash);
  EXPECT_FALSE(kept->front().file.tree_root) << "to be read again";
  EXPECT_FALSE(tree('o'));
  open();
  EXPECT_FALSE(catalog_->set_aside()) << "the second time there is nothing to migrate";
  ASSERT_TRUE(catalog_->remove(std::array<std::uint64_t, 1>{7}));
  add({entry("old song.mp3", 1000, true)});
  EXPECT_TRUE(tree('o'));
}

}  // namespace
}  // namespace p2p::index
