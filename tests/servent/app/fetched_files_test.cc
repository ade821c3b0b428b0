#include "servent/app/fetched_files.h"

#include <gtest/gtest.h>

namespace p2p::app {
namespace {

Sha1 digest(std::size_t number) {
  Sha1 out{};
  for (std::size_t i = 0; i < 4; ++i)
    out.bytes[i] = static_cast<std::byte>(number >> (8 * i) & 0xFFU);
  return out;
}

TEST(FetchedFiles, AreKeptALineEach) {
  FetchedFiles files;
  std::string kept = files.add(digest(1));
  kept += files.add(digest(2));
  EXPECT_EQ(files.add(digest(1)), "") << "it is known";
  EXPECT_EQ(kept, files.saved());
  FetchedFiles later;
  EXPECT_TRUE(later.load(kept));
  EXPECT_TRUE(later.contains(digest(2)));
  EXPECT_FALSE(later.contains(digest(3)));
  EXPECT_EQ(later.saved(), kept);
}

TEST(FetchedFiles, ABrokenFileIsReadAsFarAsItMakesSenseAndWrittenAnew) {
  FetchedFiles files;
  const std::string one = FetchedFiles().add(digest(1));
  EXPECT_FALSE(files.load("nonsense\n" + one + "\n" + one.substr(0, 7)));
  EXPECT_EQ(files.saved(), one);
  EXPECT_FALSE(FetchedFiles().load(one.substr(0, 32))) << "the last line has no end";
  EXPECT_TRUE(FetchedFiles().load(""));
}

TEST(FetchedFiles, ForgetTheOldest) {
  FetchedFiles files;
  for (std::size_t i = 0; i <= FetchedFiles::kMost; ++i)
    files.add(digest(i));
  EXPECT_EQ(files.size(), FetchedFiles::kMost);
  EXPECT_FALSE(files.contains(digest(0)));
  EXPECT_TRUE(files.contains(digest(FetchedFiles::kMost)));
  FetchedFiles later;
  EXPECT_FALSE(later.load(FetchedFiles().add(digest(999'999)) + files.saved())) << "one too many";
  EXPECT_LE(files.saved().size(), FetchedFiles::kMostText);
}

}  // namespace
}  // namespace p2p::app
