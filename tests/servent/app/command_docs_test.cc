// What is printed from the option table: completions that the shells accept, a manual page that
// groff has nothing against. A shell that is not installed here cannot be asked: that is skipped.
#include "servent/app/command_docs.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "servent/app/completion.h"
#include "servent/app/manual.h"

namespace p2p::app {
namespace {

struct Printed : testing::Test {
  Printed() {
    char name[] = "/tmp/printedXXXXXX";
    folder = ::mkdtemp(name);
  }
  ~Printed() override { std::filesystem::remove_all(folder); }

  std::string file(const std::string& text) const {
    std::ofstream(folder / "text") << text;
    return (folder / "text").string();
  }
  // All that the command says, with its status behind.
  static std::string run(const std::string& command) {
    std::string said;
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return "no pipe";
    std::array<char, 4096> block{};
    for (std::size_t got = 0; (got = std::fread(block.data(), 1, block.size(), pipe)) > 0;)
      said.append(block.data(), got);
    const int status = ::pclose(pipe);
    return said + "status " + std::to_string(WEXITSTATUS(status));
  }
  static bool is_there(const std::string& program) {
    return run("command -v " + program).ends_with("status 0");
  }
  // What bash offers for the last of these words.
  std::string completed(const std::string& words, int count) const {
    return run("bash -c 'source " + file(completion_for("bash", docs)) + "; COMP_WORDS=(" + words +
               "); COMP_CWORD=" + std::to_string(count) + "; _servent; echo \"${COMPREPLY[*]}\"'");
  }

  std::filesystem::path folder;
  // With commands of a command, as `servent lab` has them.
  std::vector<CommandDoc> docs =
      command_docs({{"lab",
                     "networks in a box",
                     {},
                     {},
                     {{"run",
                       "ask one",
                       {{"--jobs", "", "N", "at a time", {}}},
                       {{"SCENARIO", "", "FILE", "what to ask", {"churn", "ttl"}}},
                       {}},
                      {"diff", "compare two", {}, {{"A", "", "DIR", "of a run", {}}}, {}}}}});
};

TEST_F(Printed, KnowsEveryCommandWithItsOptions) {
  ASSERT_GT(docs.size(), 20U);
  EXPECT_EQ(docs[0].name, "");
  const auto search = std::ranges::find(docs, "search", &CommandDoc::name);
  ASSERT_NE(search, docs.end());
  const auto wait = std::ranges::find(search->options, "--wait", &OptionDoc::name);
  ASSERT_NE(wait, search->options.end());
  EXPECT_EQ(wait->value, "TIME");
  const auto json = std::ranges::find(search->options, "--json", &OptionDoc::name);
  ASSERT_NE(json, search->options.end());
  EXPECT_EQ(json->value, "");
  EXPECT_EQ(search->operands.at(0).name, "WORDS");
  const auto mode = std::ranges::find(docs[0].options, "--mode", &OptionDoc::name);
  ASSERT_NE(mode, docs[0].options.end());
  EXPECT_NE(std::ranges::find(mode->words, "gnutella"), mode->words.end());
  EXPECT_EQ(std::ranges::find(docs[0].options, "--search", &OptionDoc::name), docs[0].options.end())
      << "it is for the demo";
  for (const CommandDoc& doc : docs)
    EXPECT_FALSE(doc.about.empty()) << doc.name;
}

TEST_F(Printed, EachShellIsToldOfAll) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = completion_for(shell, docs);
    for (const CommandDoc& doc : docs) {
      EXPECT_NE(script.find(doc.name), std::string::npos) << shell << ' ' << doc.name;
      for (const OptionDoc& option : doc.options)
        EXPECT_NE(script.find(option.name.substr(2)), std::string::npos) << shell << option.name;
    }
  }
  EXPECT_EQ(completion_for("tcsh", docs), "");
}

TEST_F(Printed, BashTakesItsScriptAndCompletes) {
  if (!is_there("bash")) GTEST_SKIP() << "no bash here";
  EXPECT_EQ(run("bash -n " + file(completion_for("bash", docs))), "status 0");
  EXPECT_EQ(completed("servent sea", 1), "search\nstatus 0");
  EXPECT_EQ(completed("servent --mo", 1), "--mode\nstatus 0");
  EXPECT_EQ(completed("servent --mode g", 2), "gnutella\nstatus 0");
  EXPECT_EQ(completed("servent --home /x downloads pa", 4), "pause\nstatus 0");
  EXPECT_EQ(completed("servent search --w", 2), "--wait\nstatus 0");
  EXPECT_EQ(completed("servent completion z", 2), "zsh\nstatus 0");
  EXPECT_EQ(completed("servent la", 1), "lab\nstatus 0");
  EXPECT_EQ(completed("servent lab r", 2), "run\nstatus 0");
  EXPECT_EQ(completed("servent lab run --j", 3), "--jobs\nstatus 0");
  EXPECT_EQ(completed("servent lab run ch", 3), "churn\nstatus 0");
  EXPECT_EQ(completed("servent lab run " + folder.string() + "/te", 3),
            folder.string() + "/text\nstatus 0");
  EXPECT_EQ(
      completed("servent lab diff " + folder.string().substr(0, folder.string().size() - 2), 3),
      folder.string() + "\nstatus 0");
  EXPECT_EQ(completed("servent search lab r", 3), "\nstatus 0");
  EXPECT_EQ(completed("servent share " + folder.string().substr(0, folder.string().size() - 2), 2),
            folder.string() + "\nstatus 0");
}

TEST_F(Printed, ZshTakesItsScript) {
  if (!is_there("zsh")) GTEST_SKIP() << "no zsh here";
  EXPECT_EQ(run("zsh -n " + file(completion_for("zsh", docs))), "status 0");
}

TEST_F(Printed, FishTakesItsScript) {
  if (!is_there("fish")) GTEST_SKIP() << "no fish here";
  EXPECT_EQ(run("fish -n " + file(completion_for("fish", docs))), "status 0");
}

TEST_F(Printed, GroffSetsTheManualPageWithoutAWarning) {
  if (!is_there("groff")) GTEST_SKIP() << "no groff here";
  const std::string page = file(manual_page(docs));
  EXPECT_EQ(run("groff -man -Tutf8 -ww -z " + page), "status 0");
  const std::string set = run("groff -man -Tascii -P-cbou " + page);
  for (const char* words :
       {"SYNOPSIS", "--headless", "downloads", "lab run SCENARIO", "EXIT STATUS", "servent.toml"})
    EXPECT_NE(set.find(words), std::string::npos) << words;
}

TEST_F(Printed, NoTextIsTakenForACommandOfTheManualPage) {
  const std::vector<CommandDoc> odd{
      {"", ".so /etc/passwd", {{"--x", "", "", "'quoted\n.dot \\fB", {}}}, {}, {}}};
  const std::string page = manual_page(odd);
  EXPECT_NE(page.find("\n\\&'quoted\n\\&.dot \\efB"), std::string::npos) << page;
}

}  // namespace
}  // namespace p2p::app
