#include "servent/app/fetched_files.h"

#include <gtest/gtest.h>

#include "tests/support/numbered.h"

namespace p2p::app {
namespace {

using test::sha1_with;

TEST(FetchedFiles, AreKeptALineEach) {
  FetchedFiles files;
  std::string kept = files.add(sha1_with(1));
  kept += files.add(sha1_with(2));
  EXPECT_EQ(files.add(sha1_with(1)), "") << "it is known";
  EXPECT_EQ(kept, files.saved());
  FetchedFiles later;
  EXPECT_TRUE(later.load(kept));
  EXPECT_TRUE(later.contains(sha1_with(2)));
  EXPECT_FALSE(later.contains(sha1_with(3)));
  EXPECT_EQ(later.saved(), kept);
}

TEST(FetchedFiles, ABrokenFileIsReadAsFarAsItMakesSenseAndWrittenAnew) {
  FetchedFiles files;
  const std::string one = FetchedFiles().add(sha1_with(1));
  EXPECT_FALSE(files.load("nonsense\n" + one + "\n" + one.substr(0, 7)));
  EXPECT_EQ(files.saved(), one);
  EXPECT_FALSE(FetchedFiles().load(one.substr(0, 32))) << "the last line has no end";
  EXPECT_TRUE(FetchedFiles().load(""));
}

TEST(FetchedFiles, ForgetTheOldest) {
  FetchedFiles files;
  for (std::uint32_t i = 0; i <= FetchedFiles::kMost; ++i)
    files.add(sha1_with(i));
  EXPECT_EQ(files.size(), FetchedFiles::kMost);
  EXPECT_FALSE(files.contains(sha1_with(0)));
  EXPECT_TRUE(files.contains(sha1_with(FetchedFiles::kMost)));
  FetchedFiles later;
  EXPECT_FALSE(later.load(FetchedFiles().add(sha1_with(999'999)) + files.saved()))
      << "one too many";
  EXPECT_LE(files.saved().size(), FetchedFiles::kMostText);
}

}  // namespace
}  // namespace p2p::app
