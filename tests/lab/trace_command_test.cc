// `servent lab trace` as a shell has it.
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/lab_command.h"
#include "tests/support/temp_dir.h"

namespace p2p::lab {
namespace {

class TraceCommand : public test::LabCommandTest {
 protected:
  int trace(std::vector<std::string> words) {
    words.insert(words.begin(), {"trace", scenario_});
    return run(std::move(words));
  }

  test::TempDir dir_;
  std::string scenario_ =
      dir_.write("s.toml",
                 "name = \"small\"\n[overlay]\nnodes = 20\n[files]\ndistinct = 20\nmean_files = 3\n"
                 "[query]\ncount = 2\nttl = 15\n")
          .string();
};

TEST_F(TraceCommand, DrawsTheQueryThatIsNamed) {
  EXPECT_EQ(trace({"--query", "2"}), 0) << errors_;
  EXPECT_NE(output_.find("asks for"), std::string::npos) << output_;
  EXPECT_NE(output_.find("19 nodes reached"), std::string::npos) << output_;
  const std::string second = output_;
  EXPECT_EQ(trace({"--query", "2"}), 0);
  EXPECT_EQ(output_, second) << "the same seed, the same query";
  EXPECT_EQ(trace({"--query", "2", "--seed", "9"}), 0);
  EXPECT_NE(output_, second);
}

TEST_F(TraceCommand, FollowsAGraphThatIsNamed) {
  const auto line = dir_.write("line", "1 2\n2 3\n3 4\n").string();
  EXPECT_EQ(trace({"--graph", line, "--json"}), 0) << errors_;
  EXPECT_EQ(output_.front(), '{');
  EXPECT_NE(output_.find("\"copies\""), std::string::npos);
}

TEST_F(TraceCommand, FollowsWhatIsSetInstead) {
  EXPECT_EQ(trace({"--set", "network.mode=napster"}), 0) << errors_;
  EXPECT_NE(output_.find("1 sent, 1 node reached in 1 hop"), std::string::npos) << output_;
}

TEST_F(TraceCommand, SaysWhatItCannotFollow) {
  EXPECT_EQ(trace({"--set", "network.mode=limewire"}), 2);

  EXPECT_EQ(trace({"--query", "0"}), 2);
  EXPECT_EQ(trace({"--graph", "nowhere"}), 2);
  EXPECT_NE(errors_.find("nowhere cannot be read"), std::string::npos) << errors_;
}

}  // namespace
}  // namespace p2p::lab
