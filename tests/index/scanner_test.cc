#include "index/scanner.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "tests/support/temp_dir.h"

namespace p2p::index {
namespace {

namespace fs = std::filesystem;

class ScannerTest : public testing::Test {
 protected:
  std::vector<std::string> names(const std::vector<fs::path>& folders) {
    result_ = scan(shares_of(folders), stop_);
    std::vector<std::string> names;
    for (const Found& file : result_.files)
      names.push_back(file.name);
    std::ranges::sort(names);
    return names;
  }
  using Names = std::vector<std::string>;
  test::TempDir dir_;
  std::atomic<bool> stop_ = false;
  Scan result_;
};

TEST_F(ScannerTest, NamesFilesByTheLabelAndThePathBelow) {
  dir_.write("Music/sun dogs/suite.flac", "x");
  EXPECT_EQ(names({dir_.path() / "Music"}), Names{"Music/sun dogs/suite.flac"});
  EXPECT_EQ(result_.files[0].stamp.size_bytes, 1U);
  const Entry entry = entry_of(result_, result_.files[0]);
  EXPECT_EQ(entry.root, fs::canonical(dir_.path()) / "Music");
  EXPECT_EQ(entry.relative, "sun dogs/suite.flac");
  EXPECT_EQ(entry.file.size_bytes, 1U);
}

TEST_F(ScannerTest, LeavesOutHiddenEmptyPartAndUnfitNames) {
  dir_.write("s/.hidden", "x");
  dir_.write("s/.folder/file", "x");
  dir_.write("s/empty", "");
  dir_.write("s/half.part", "x");
  dir_.write("s/new\nline", "x");
  dir_.write("s/esc\x1b[31m", "x");
  dir_.write("s/quo\"te", "x");
  dir_.write("s/good", "x");
  EXPECT_EQ(names({dir_.path() / "s"}), Names{"s/good"});
  EXPECT_EQ(result_.skipped.empty, 1U);
  EXPECT_EQ(result_.skipped.bad_name, 3U);
  ASSERT_EQ(result_.skipped.first.size(), 4U);
  EXPECT_EQ(std::ranges::count(result_.skipped.first, "is empty", &Skipped::One::why), 1);
}

TEST_F(ScannerTest, DoesNotFollowLinksOutOfTheFolder) {
  dir_.write("outside/secret", "x");
  dir_.write("s/inside", "x");
  fs::create_symlink(dir_.path() / "outside/secret", dir_.path() / "s/link");
  fs::create_directory_symlink(dir_.path() / "outside", dir_.path() / "s/folder");
  EXPECT_EQ(names({dir_.path() / "s"}), Names{"s/inside"});
}

TEST_F(ScannerTest, TellsFoldersOfOneNameApart) {
  dir_.write("a/Music/x", "x");
  dir_.write("b/Music/x", "x");
  EXPECT_EQ(names({dir_.path() / "a/Music", dir_.path() / "b/Music"}),
            (Names{"Music (2)/x", "Music/x"}));
}

// One descriptor however deep: a chain of folders must not use up what ten thousand clients need.
TEST_F(ScannerTest, EndsWhereNamesAreTooLongAndHoldsOneFolderOpen) {
  fs::path deep = dir_.path() / "s";
  for (int i = 0; i < 8; ++i)
    deep /= std::string(120, 'd');
  dir_.write("s/top", "x");
  fs::create_directories(deep);
  fs::path at = dir_.path() / "s";
  for (int i = 0; i < 100; ++i)
    at /= "e";
  fs::create_directories(at);
  dir_.write(fs::relative(at, dir_.path()).string() + "/bottom", "x");
  fs::create_directories(deep / std::string(120, 'f') / std::string(120, 'g'));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit few = before;
  few.rlim_cur = 50;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  const Names found = names({dir_.path() / "s"});
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(found.size(), 2U);
  EXPECT_EQ(result_.skipped.unreadable, 0U);
  EXPECT_EQ(result_.skipped.bad_name, 1U) << "of the chain, the first folder with too long a name";
}

TEST_F(ScannerTest, TakesNoPipeSocketOrDevice) {
  dir_.write("s/inside", "x");
  ASSERT_EQ(::mkfifo((dir_.path() / "s/pipe.mp3").c_str(), 0600), 0);
  fs::create_symlink("/dev/zero", dir_.path() / "s/zero.mp3");
  fs::create_directory_symlink("..", dir_.path() / "s/loop");
  EXPECT_EQ(names({dir_.path() / "s"}), Names{"s/inside"});
}

TEST_F(ScannerTest, CountsAFolderThatIsNotThere) {
  EXPECT_EQ(names({dir_.path() / "gone"}), Names{});
  EXPECT_EQ(result_.skipped.unreadable, 1U);
}

}  // namespace
}  // namespace p2p::index
