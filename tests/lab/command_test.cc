// `servent lab` as a shell has it: words in, an exit status and a folder out.
#include "servent/lab/command.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/lab_command.h"
#include "tests/support/temp_dir.h"

namespace p2p::lab {
namespace {

class LabCommand : public test::LabCommandTest {
 protected:
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
  EXPECT_EQ(output_.find("written for"), std::string::npos) << output_;
  EXPECT_EQ(run({"run", path("s.toml"), "--sim", "10", "--into", path("of ten")}), 1);
  EXPECT_NE(output_.find("written for 20 nodes and run with 10"), std::string::npos) << output_;
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
  EXPECT_EQ(run({"show", "ttl", "--set", "files.popularity=0.5"}), 0) << errors_;
  EXPECT_NE(output_.find("popularity = 0.5"), std::string::npos) << output_;
  EXPECT_EQ(run({"fields"}), 0);
  EXPECT_NE(output_.find("overlay.nodes"), std::string::npos) << output_;
  EXPECT_NE(output_.find("(one of \"none\", \"self\")"), std::string::npos) << output_;
}

TEST_F(LabCommand, ListsAndShowsScenariosByTheirNames) {
  EXPECT_EQ(run({"list"}), 0);
  EXPECT_NE(output_.find("ttl"), std::string::npos) << output_;
  EXPECT_NE(output_.find("One hop more"), std::string::npos) << output_;
  EXPECT_EQ(run({"show", "ttl"}), 0);
  const std::string by_name = output_;
  EXPECT_EQ(run({"show", std::string(SOURCE_DIR) + "/servent/lab/scenarios/ttl.toml"}), 0);
  EXPECT_EQ(output_, by_name);
  EXPECT_EQ(run({"show", "tttl"}), 2);
  EXPECT_NE(errors_.find("did you mean \"ttl\"?"), std::string::npos) << errors_;
}

TEST_F(LabCommand, TakesAFileRatherThanAName) {
  const auto before = std::filesystem::current_path();
  dir_.write("ttl", "name = \"mine\"\n");
  std::filesystem::current_path(dir_.path());
  const int status = run({"show", "ttl"});
  std::filesystem::current_path(before);
  EXPECT_EQ(status, 0) << errors_;
  EXPECT_NE(output_.find("\"mine\""), std::string::npos) << output_;
}

TEST_F(LabCommand, RunsOneNodeAndNoQueryAndSaysNothingThatIsNoNumber) {
  for (const char* mode : {"gnutella", "kazaa", "napster"}) {
    for (const auto& [nodes, count] : {std::pair{1, 0}, {1, 2}, {3, 0}}) {
      const auto scenario = dir_.write(
          "n.toml", std::string("name = \"none\"\n[network]\nmode = \"") + mode +
                        "\"\n[overlay]\nnodes = " + std::to_string(nodes) +
                        "\n[query]\ncount = " + std::to_string(count) + "\n[run]\nseeds = 2\n");
      EXPECT_EQ(run({"run", scenario.string(), "--into", path("out")}), 0) << mode << errors_;
      EXPECT_EQ(output_.find("nan"), std::string::npos) << output_;
      EXPECT_NE(output_.find("Upkeep"), std::string::npos) << output_;
      for (const std::string& line : lines("out/results.csv"))
        EXPECT_EQ(line.find("nan"), std::string::npos) << line;
    }
  }
}

TEST_F(LabCommand, GoesOnWithARunThatWasKilled) {
  const std::string two_seeds = "[run]\nseeds = 2\n";
  ASSERT_EQ(run_scenario(two_seeds), 0);
  const auto whole = lines("out/results.csv");
  EXPECT_FALSE(std::filesystem::exists(path("out/runs.jsonl")));
  ASSERT_EQ(run({"run", path("s.toml"), "--into", path("half"), "--seeds", "1"}), 0);
  EXPECT_EQ(lines("half/results.csv").size(), 2U);
  ASSERT_EQ(run({"run", path("s.toml"), "--into", path("half"), "--resume", "--jobs", "2"}), 0);
  EXPECT_EQ(lines("half/results.csv"), whole);
  EXPECT_EQ(run({"run", "ttl", "--into", path("half"), "--resume"}), 2);
  EXPECT_NE(errors_.find("another scenario: was `name"), std::string::npos) << errors_;
  EXPECT_EQ(run({"run", path("s.toml"), "--into", path("nowhere"), "--resume"}), 2);
}

TEST_F(LabCommand, ComparesTwoRuns) {
  ASSERT_EQ(run_scenario("ttl = 1\n[run]\nseeds = 3\n"), 0);
  std::filesystem::rename(path("out"), path("short"));
  ASSERT_EQ(run_scenario("ttl = 9\n[run]\nseeds = 3\n"), 0);
  EXPECT_EQ(run({"diff", path("out"), path("out/results.json")}), 0);
  EXPECT_NE(output_.find("\n0 of "), std::string::npos) << output_;
  EXPECT_EQ(run({"diff", path("short"), path("out")}), 1);
  EXPECT_NE(output_.find("significant"), std::string::npos) << output_;
  EXPECT_EQ(run({"diff", path("short"), path("out"), "--json"}), 1);
  EXPECT_NE(output_.find("\"significant\": true"), std::string::npos) << output_;
  EXPECT_EQ(run({"diff", path("short"), path("nowhere")}), 2);
}

}  // namespace
}  // namespace p2p::lab
