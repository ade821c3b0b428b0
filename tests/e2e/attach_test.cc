// One node, several faces: a node without a screen, and screens of other processes onto it.
#include <gtest/gtest.h>

#include "tests/support/terminal_program.h"

namespace p2p {
namespace {

using test::Arguments;
using test::Servent;
using test::TerminalProgram;
using namespace std::chrono_literals;

struct Attach : testing::Test {
  Attach() {
    test::write_file(folder.path() / "files" / "zed quartet.mp3", std::string(1000, 'x'));
    node = std::make_unique<Servent>(
        "server", folder.path() / "node",
        Arguments{"--no-beacon", "--share", (folder.path() / "files").string()});
    EXPECT_TRUE(node->start()) << test::read_file(node->errors());
  }
  // A screen in the node's home, by these words.
  std::unique_ptr<TerminalProgram> screen(Arguments words) {
    words.insert(words.begin(), SERVENT_BINARY);
    words.insert(words.end(), {"--home", node->home().string()});
    return std::make_unique<TerminalProgram>(
        words, 100, 30,
        std::map<std::string, std::string>{
            {"TERM", "xterm-256color"}, {"LC_ALL", "C.UTF-8"}, {"NO_COLOR", ""}});
  }

  test::TempDir folder;
  std::unique_ptr<Servent> node;
};

TEST_F(Attach, ShowsTheNodeAndGoesWithIt) {
  const auto you = screen({"attach"});
  ASSERT_TRUE(you->sees("1 Search"));
  EXPECT_TRUE(you->sees("napster")) << "the mode of the node";
  EXPECT_TRUE(you->sees("sharing 1 file"));
  const auto other = screen({"attach"});
  EXPECT_TRUE(other->sees("sharing 1 file"));
  EXPECT_EQ(node->process().stop(SIGKILL, 5s), 128 + SIGKILL);
  EXPECT_EQ(you->wait(), 3);
  EXPECT_TRUE(you->restores());
  EXPECT_NE(you->bytes().find("the node went away"), std::string::npos);
  EXPECT_EQ(other->wait(), 3);
}

TEST_F(Attach, QuitEndsBoth) {
  const auto you = screen({"attach"});
  ASSERT_TRUE(you->sees("1 Search"));
  you->type("\x03");
  EXPECT_EQ(you->wait(), 0);
  EXPECT_TRUE(you->restores());
  EXPECT_EQ(node->process().wait(5s), 0);
}

TEST_F(Attach, DLeavesTheScreenAndTheNodeGoesOn) {
  const auto you = screen({"attach"});
  ASSERT_TRUE(you->sees("1 Search"));
  you->type("\x1b");
  ASSERT_TRUE(you->sees("? help"));
  you->type("D");
  EXPECT_EQ(you->wait(), 0);
  EXPECT_TRUE(you->restores());
  EXPECT_EQ(node->run("status").status, 0);
}

TEST_F(Attach, DLeavesAlsoTheScreenOfTheProcessThatHasTheNode) {
  EXPECT_EQ(node->process().stop(SIGTERM, 5s), 0);
  const auto you = screen({"--mode", "napster", "--listen", "127.0.0.1:0", "--no-beacon"});
  ASSERT_TRUE(you->sees("1 Search"));
  you->type("\x1b");
  ASSERT_TRUE(you->sees("? help"));
  you->type("D");
  EXPECT_TRUE(you->sees("the node goes on"));
  EXPECT_TRUE(you->restores());
  EXPECT_EQ(you->wait(100ms), -1);
  const auto again = screen({"attach"});
  ASSERT_TRUE(again->sees("1 Search"));
  EXPECT_EQ(node->run("quit").status, 0);
  EXPECT_EQ(again->wait(), 3);
  EXPECT_EQ(you->wait(), 0);
}

TEST_F(Attach, OpensWhereANodeRunsAndLeavesItWhenTheTerminalGoes) {
  const auto you = screen({});
  ASSERT_TRUE(you->sees("sharing 1 file"));
  you->signal(SIGTERM);
  EXPECT_EQ(you->wait(), 0);
  const auto other = screen({"--mode", "napster"});
  ASSERT_TRUE(other->sees("sharing 1 file"));
  other->vanish();
  EXPECT_EQ(other->wait(), 0);
  EXPECT_EQ(node->run("status").status, 0);
}

TEST_F(Attach, WithoutANodeIsStatusThree) {
  EXPECT_EQ(node->process().stop(SIGTERM, 5s), 0);
  const auto you = screen({"attach"});
  EXPECT_EQ(you->wait(), 3);
  EXPECT_NE(you->bytes().find("no servent runs in"), std::string::npos);
}

}  // namespace
}  // namespace p2p
