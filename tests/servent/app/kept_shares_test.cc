#include "servent/app/kept_shares.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace p2p::app {
namespace {

using Folders = std::vector<std::filesystem::path>;

TEST(KeptShares, ComeBackAsTheyWere) {
  const test::TempDir temp;
  const auto file = temp.path() / "shares";
  const Folders folders{"/music", "/with blank", "/new\nline", "/\xff\xfe", "/ünïcode/%41"};
  ASSERT_TRUE(save_shares(file, folders));
  EXPECT_EQ(load_shares(file), folders);
  ASSERT_TRUE(save_shares(file, {}));
  EXPECT_EQ(load_shares(file), Folders{});
}

TEST(KeptShares, LeaveOutWhatIsNoFolder) {
  const test::TempDir temp;
  std::ofstream(temp.path() / "shares") << "%zz\nrelative\n\n%2Fgood\n%00\n";
  EXPECT_EQ(load_shares(temp.path() / "shares"), Folders{"/good"});
  EXPECT_EQ(load_shares(temp.path() / "missing"), Folders{});
}

TEST(KeptShares, SayWhenTheyCannotBeWritten) {
  const test::TempDir temp;
  EXPECT_FALSE(save_shares(temp.path() / "no" / "folder" / "shares", {"/a"}));
}

}  // namespace
}  // namespace p2p::app
