#include "servent/lab/run_folder.h"

#include <csignal>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "servent/lab/report.h"

#include "tests/support/files.h"
#include "tests/support/temp_dir.h"

namespace p2p::lab {
namespace {

namespace fs = std::filesystem;
using test::read_file;

Results versioned_results(const std::string& more = {}) {
  Results results;
  results.version = "servent test";
  results.scenario =
      read_scenario("name = \"x\"\nvary.query.ttl = [1, 2]\n" + more, "x.toml").value();
  return results;
}

Outcome noted_outcome(std::size_t point, std::uint64_t seed) {
  return {point, seed, "a1", {{"messages", 0.1}}, {{"ping", 1, 23}}, {"a note"}};
}

class RunFolder : public testing::Test {
 protected:
  fs::path folder() const { return dir_.path() / "run"; }
  fs::path journal() const { return folder() / "runs.jsonl"; }
  // As when the program is killed: nothing is taken away.
  void write_two() {
    auto journal = Journal::begin(folder(), versioned_results());
    ASSERT_TRUE(journal);
    ASSERT_TRUE(journal->add(noted_outcome(0, 1), {1, 10, 100, 50, 4096}));
    ASSERT_TRUE(journal->add(noted_outcome(0, 2), {2, 10, 200, 99, 4096}));
  }

  test::TempDir dir_;
};

TEST_F(RunFolder, HoldsEachRunFromWhenItWasDone) {
  write_two();
  const auto read = load_results(folder());
  ASSERT_TRUE(read) << read.error().detail;
  ASSERT_EQ(read->size(), 1U);
  const Results& results = read->at(0);
  EXPECT_TRUE(results.is_partial);
  EXPECT_EQ(results.version, "servent test");
  EXPECT_EQ(to_toml(results.scenario), to_toml(versioned_results().scenario));
  ASSERT_EQ(results.outcomes.size(), 2U);
  EXPECT_EQ(results.outcomes[1].seed, 2U);
  EXPECT_EQ(results.outcomes[1].find("messages"), 0.1);
  EXPECT_EQ(results.outcomes[1].find("bytes.ping"), 23);
  EXPECT_EQ(results.outcomes[1].notes, std::vector<std::string>{"a note"});
  EXPECT_EQ(results.effort.events, 200U);
}

TEST_F(RunFolder, LosesOnlyTheRunThatWasBeingWritten) {
  write_two();
  const std::string whole = read_file(journal());
  const std::size_t second = whole.rfind("\n", whole.size() - 2) + 1;
  for (const std::size_t length : {whole.size() - 1, second + 1, second}) {
    fs::resize_file(journal(), length);
    const auto read = load_results(folder());
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->at(0).outcomes.size(), 1U) << length;
  }
}

TEST_F(RunFolder, RefusesAJournalThatIsNone) {
  fs::create_directories(folder());
  for (const char* text : {"", "{", "{}\n", "{\"format\": 7}\n", "[]\n"}) {
    std::ofstream(journal()) << text;
    EXPECT_FALSE(load_results(folder())) << text;
  }
  EXPECT_EQ(load_results(dir_.path() / "nowhere").error().code, Errc::io);
}

TEST_F(RunFolder, BeginsWithWhatIsKnownAndGoesWhenTheReportIsThere) {
  Results known = versioned_results();
  known.outcomes.push_back(noted_outcome(1, 3));
  auto journal = Journal::begin(folder(), known);
  ASSERT_TRUE(journal);
  EXPECT_EQ(load_results(folder())->at(0).outcomes.size(), 1U);
  known.outcomes.push_back(noted_outcome(1, 4));
  ASSERT_TRUE(write_report(folder(), {&known, 1}));
  journal->remove();
  EXPECT_EQ(load_results(folder())->at(0).outcomes.size(), 2U);
}

TEST_F(RunFolder, StaysWholeWhenTheDiskIsFull) {
  auto journal = Journal::begin(folder(), versioned_results());
  ASSERT_TRUE(journal);
  ASSERT_TRUE(journal->add(noted_outcome(0, 1), {}));
  const std::string before = read_file(this->journal());
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  const auto at_signal = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{before.size() + 20, limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto added = journal->add(noted_outcome(0, 2), {});
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  std::signal(SIGXFSZ, at_signal);
  ASSERT_FALSE(added);
  EXPECT_NE(added.error().detail.find("runs.jsonl: File too large"), std::string::npos)
      << added.error().detail;
  EXPECT_EQ(read_file(this->journal()), before);
}

TEST_F(RunFolder, IsTakenUpByTheSameNetworksOnly) {
  write_two();
  Results results =
      versioned_results("[run]\nseeds = 9\n[[expect]]\nnumber = \"bytes\"\nat_least = 1\n");
  ASSERT_TRUE(take_up(folder(), results));
  EXPECT_EQ(results.outcomes.size(), 2U);
  EXPECT_EQ(results.effort.messages, 99U);

  Results other = versioned_results("[overlay]\nnodes = 77\n");
  EXPECT_NE(take_up(folder(), other).error().detail.find("was `nodes = 1000`, is `nodes = 77`"),
            std::string::npos);
  other = versioned_results();
  other.scenario.vary[0].values.pop_back();
  EXPECT_NE(take_up(folder(), other).error().detail.find("query.ttl = [1]`"), std::string::npos);
  other = versioned_results();
  other.version = "servent other";
  EXPECT_NE(take_up(folder(), other).error().detail.find("servent other"), std::string::npos);
  other = versioned_results();
  other.is_real = true;
  EXPECT_NE(take_up(folder(), other).error().detail.find("another driver"), std::string::npos);
}

}  // namespace
}  // namespace p2p::lab
