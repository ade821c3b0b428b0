#include "protocols/napster/direct_browse.h"

#include <gtest/gtest.h>

#include "tests/support/vectors.h"

namespace p2p::napster {
namespace {

SharedFile file(std::string name, std::uint64_t size) {
  SharedFile made;
  made.name = std::move(name);
  made.size_bytes = size;
  made.media = {128, 44100, 0};
  return made;
}

TEST(DirectBrowse, IsToldAsStockClientsDo) {  // the form of vectors/napster/23
  const std::vector<SharedFile> files{file("music/Loop One.mp3", 2085),
                                      file("music/\"Two\".mp3", 5'368'709'120)};
  EXPECT_EQ(browse_head("bob", BrowseCaller::them) + browse_lines(files) + std::string(kBrowseEnd),
            "SENDLIST\nbob\n"
            "\"music\\Loop One.mp3\" 00000000000000000000000000000000 2085 128 44100 0\n"
            "\"music\\'Two'.mp3\" 00000000000000000000000000000000 5368709120 128 44100 0\n"
            "\n");
  EXPECT_EQ(browse_head("bob", BrowseCaller::us), "SENDLIST bob\n");
}

TEST(DirectBrowse, KeepsTheDigestAndLeavesOutNamesThatWouldBreakALine) {
  SharedFile known = file("a.mp3", 1);
  known.sha1 = Sha1{};
  EXPECT_EQ(browse_lines(std::vector{file("x\ny.mp3", 1), known}),
            "\"a.mp3\" 00000000000000000000000000000000 1 128 44100 0 " + to_urn(Sha1{}) + "\n");
}

}  // namespace
}  // namespace p2p::napster
