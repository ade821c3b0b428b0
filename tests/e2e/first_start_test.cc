// The first start in a terminal: asked once, written down, never asked again.
#include <gtest/gtest.h>

#include "tests/support/terminal_program.h"

namespace p2p {
namespace {

using test::Arguments;
using test::TerminalProgram;
using namespace std::chrono_literals;

struct FirstStart : testing::Test {
  std::filesystem::path home() const { return folder.path() / "you"; }
  std::unique_ptr<TerminalProgram> start(const Arguments& more = {}) const {
    Arguments words{SERVENT_BINARY, "--home",   home().string(),
                    "--no-beacon",  "--listen", "127.0.0.1:0"};
    words.insert(words.end(), more.begin(), more.end());
    return std::make_unique<TerminalProgram>(
        words, 100, 24,
        std::map<std::string, std::string>{{"TERM", "xterm-256color"},
                                           {"LC_ALL", "C.UTF-8"},
                                           {"NO_COLOR", ""},
                                           {"HOME", folder.path().string()}});
  }

  test::TempDir folder;
};

TEST_F(FirstStart, AsksOnceAndWritesItDown) {
  test::write_file(folder.path() / "music" / "one.mp3", "one");
  const auto you = start();
  ASSERT_TRUE(you->sees("Welcome to servent"));
  EXPECT_FALSE(std::filesystem::exists(home()));
  you->type("~/nowhere\r");
  ASSERT_TRUE(you->sees("There is no folder"));
  for (int i = 0; i < 7; ++i)
    you->type("\x7f");
  you->type("music\t\t \r");  // the third question: the next network
  ASSERT_TRUE(you->sees("1 Search"));
  EXPECT_TRUE(you->sees("sharing 1 file"));
  you->type("\033");
  ASSERT_TRUE(you->sees("? help"));
  you->type("q");
  EXPECT_EQ(you->wait(), 0);
  EXPECT_TRUE(you->restores());

  const auto again = start();
  ASSERT_TRUE(again->sees("sharing 1 file"));
  EXPECT_FALSE(again->screen.has("Welcome"));
  EXPECT_TRUE(again->sees("5 Network"));
  again->type("\0335");
  EXPECT_TRUE(again->sees("kazaa"));
}

TEST_F(FirstStart, LeavesWithoutWritingAnything) {
  for (const char* how : {"\x03", ""}) {
    const auto you = start();
    ASSERT_TRUE(you->sees("Welcome to servent"));
    if (*how == '\0')
      you->signal(SIGTERM);
    else
      you->type(how);
    EXPECT_EQ(you->wait(), 0);
    EXPECT_TRUE(you->restores());
    EXPECT_FALSE(std::filesystem::exists(home()));
  }
}

TEST_F(FirstStart, AsksNothingWhenItIsTold) {
  EXPECT_TRUE(start({"--yes"})->sees("1 Search"));
  EXPECT_TRUE(start({"--mode", "gnutella"})->sees("1 Search"));
}

}  // namespace
}  // namespace p2p
