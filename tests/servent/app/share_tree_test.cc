#include "servent/app/share_tree.h"

#include <gtest/gtest.h>

namespace p2p::app {
namespace {

std::vector<std::string> names(const auto& rows) {
  std::vector<std::string> out;
  for (const auto& row : rows)
    out.push_back(row.name);
  return out;
}

SharedFile file(const std::string& name) {
  SharedFile out;
  out.name = name;
  out.size_bytes = 10;
  return out;
}

TEST(ShareTree, CountsWhatLiesInAFolderAndBelowIt) {
  ShareTree tree;
  for (const char* name : {"Music/a.ogg", "Music/b/c/d.ogg", "Music/b-side/e.ogg", "Music/b/f.ogg",
                           "Musical/g.ogg", "Video/h.mkv"})
    tree.found(name, 5);
  tree.finish();
  EXPECT_EQ(tree.in("Music").files, 4U);
  EXPECT_EQ(tree.in("Music").bytes, 20U);
  EXPECT_EQ(tree.in("Music/b").files, 2U);
  EXPECT_EQ(tree.in("nothing").files, 0U);
  const auto top = tree.listing("Music", {}, "");
  EXPECT_EQ(names(top.folders), (std::vector<std::string>{"Music/b", "Music/b-side"}));
  EXPECT_TRUE(top.folders[0].has_folders);
  EXPECT_FALSE(top.folders[1].has_folders);
  EXPECT_EQ(names(tree.listing("Music/b", {}, "").folders), std::vector<std::string>{"Music/b/c"});
}

TEST(ShareTree, PutsTheFilesThatWaitAmongThoseThatAreKnown) {
  ShareTree tree;
  for (const char* name : {"M/z.ogg", "M/b/no.ogg", "M/a.ogg", "M/k.ogg", "M2/no.ogg"})
    tree.waits(name, 3);
  tree.finish();
  const auto listing = tree.listing("M", {file("M/k.ogg"), file("M/q.ogg")}, "M/z.ogg");
  EXPECT_EQ(names(listing.files),
            (std::vector<std::string>{"M/a.ogg", "M/k.ogg", "M/q.ogg", "M/z.ogg"}));
  EXPECT_EQ(listing.files[0].state, api::FileState::waits);
  EXPECT_EQ(listing.files[1].state, api::FileState::hashed);  // it was read meanwhile
  EXPECT_EQ(listing.files[3].state, api::FileState::hashing);
  EXPECT_TRUE(listing.is_all);
}

TEST(ShareTree, TellsOnlySoMuchAndThatThereIsMore) {
  ShareTree tree;
  for (std::size_t i = 0; i < 3 * api::Listing::kMost; ++i) {
    tree.found("M/" + std::to_string(i) + "/x", 1);
    tree.waits("M/" + std::to_string(i), 1);
  }
  tree.finish();
  const auto listing = tree.listing("M", {}, "");
  EXPECT_EQ(listing.folders.size(), api::Listing::kMost);
  EXPECT_EQ(listing.files.size(), api::Listing::kMost);
  EXPECT_FALSE(listing.is_all);
}

}  // namespace
}  // namespace p2p::app
