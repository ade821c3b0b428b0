// `servent lab` as a shell has it: words in, an exit status and a folder out.
#include "servent/lab/command.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace p2p::lab {
namespace {

class LabCommand : public testing::Test {
 protected:
  int run(std::vector<std::string> words) {
    words.insert(words.begin(), {"servent", "lab"});
    std::vector<char*> argv;
    for (std::string& word : words)
      argv.push_back(word.data());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int status = run_command(static_cast<int>(argv.size()), argv.data(), "servent test");
    output_ = testing::internal::GetCapturedStdout();
    errors_ = testing::internal::GetCapturedStderr();
    return status;
  }
  std::string path(const std::string& name) const { return (dir_.path() / name).string(); }
  int run_scenario(const std::string& more) {
    dir_.write("s.toml",
               "name = \"small\"\n[overlay]\nnodes = 20\n[files]\ndistinct = 20\nmean_files = 3\n"
               "[query]\ncount = 3\n" +
                   more);
    return run({"run", path("s.toml"), "--into", path("out")});
  }
  std::vector<std::string> lines(const std::string& name) const {
    std::ifstream in(path(name));
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);)
      out.push_back(line);
    return out;
  }

  test::TempDir dir_;
  std::string output_;
  std::string errors_;
};

TEST_F(LabCommand, RunsAScenarioAndWritesItsReport) {
  EXPECT_EQ(run_scenario("[run]\nseeds = 2\n[[expect]]\nnumber = \"recall\"\nat_least = 0\n"), 0)
      << errors_;
  EXPECT_EQ(lines("out/results.csv").size(), 3U);
  EXPECT_TRUE(std::filesystem::exists(path("out/report.html")));
  EXPECT_NE(output_.find("holds"), std::string::npos) << output_;
}

TEST_F(LabCommand, FailsByAnExpectation) {
  EXPECT_EQ(run_scenario("[run]\nseeds = 1\n[[expect]]\nnumber = \"recall\"\nat_least = 2\n"), 1);
}

TEST_F(LabCommand, RefusesAWrongScenario) {
  EXPECT_EQ(run_scenario("[run]\nseedz = 1\n"), 2);
  EXPECT_NE(errors_.find("s.toml:10: "), std::string::npos) << errors_;
  EXPECT_NE(errors_.find("run.seeds"), std::string::npos) << errors_;
  EXPECT_EQ(run({"run", path("missing.toml")}), 2);
  EXPECT_EQ(run({"walk"}), 2);
}

// The number of a flood's nodes is the same for all seeds here: its interval is as tight as can be.
TEST_F(LabCommand, StopsWhenItKnowsEnough) {
  EXPECT_EQ(run_scenario("ttl = 15\n[run]\nseeds = 20\ntight = 0.01\ntight_number = \"reach\"\n"),
            0)
      << errors_;
  EXPECT_EQ(lines("out/results.csv").size(), 1U + 3);
}

TEST_F(LabCommand, EachPointHasTheGraphThatItNames) {
  dir_.write("line", "1 2\n2 3\n3 4\n");
  dir_.write("star", "1 2\n1 3\n1 4\n1 5\n1 6\n");
  dir_.write("g.toml",
             "name = \"graphs\"\n[overlay]\nkind = \"file\"\n[query]\ncount = 2\nttl = 15\n"
             "[vary]\n\"overlay.graph\" = [\"" +
                 path("line") + "\", \"" + path("star") + "\"]\n[run]\nseeds = 1\n");
  EXPECT_EQ(run({"run", path("g.toml"), "--into", path("out")}), 0) << errors_;
  const auto rows = lines("out/results.csv");
  ASSERT_EQ(rows.size(), 3U);
  const auto reach = [&](std::size_t row) {
    const auto cells = [](const std::string& line) {
      std::vector<std::string> out(1);
      for (const char c : line) {
        if (c == ',')
          out.emplace_back();
        else
          out.back() += c;
      }
      return out;
    };
    const auto names = cells(rows[0]);
    const auto at = static_cast<std::size_t>(std::ranges::find(names, "reach") - names.begin());
    return cells(rows[row]).at(at);
  };
  EXPECT_EQ(reach(1), "3");
  EXPECT_EQ(reach(2), "5");
}

TEST_F(LabCommand, SaysWhichGraphCannotBeRead) {
  EXPECT_EQ(run({"run", std::string(SOURCE_DIR) + "/servent/lab/scenarios/ttl.toml", "--graph",
                 path("nowhere"), "--into", path("out")}),
            1);
  EXPECT_NE(errors_.find("nowhere cannot be read"), std::string::npos) << errors_;
}

TEST_F(LabCommand, ShowsAScenarioWithAllItsFields) {
  EXPECT_EQ(run({"show", std::string(SOURCE_DIR) + "/servent/lab/scenarios/ttl.toml"}), 0);
  EXPECT_NE(output_.find("popularity = 0.82"), std::string::npos) << output_;
  EXPECT_EQ(run({"fields"}), 0);
  EXPECT_NE(output_.find("overlay.nodes"), std::string::npos) << output_;
}

}  // namespace
}  // namespace p2p::lab
