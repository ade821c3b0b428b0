// The laboratory with real nodes: the same small scenario real and simulated, and what becomes of
// the processes and folders of a run.
#include <cmath>
#include <csignal>
#include <map>

#include <gtest/gtest.h>

#include "tests/support/process.h"

namespace p2p {
namespace {

namespace fs = std::filesystem;
using test::Json;
using test::Process;
using namespace std::chrono_literals;

struct Numbers {
  std::map<std::string, double> simulated;
  std::map<std::string, double> real;
};

class Lab : public ::testing::Test {
 protected:
  // Real nodes answer in a millisecond and are not left alone: nothing here looks at upkeep.
  static std::string scenario(const std::string& more) {
    return "name = \"small\"\n[latency]\nmodel = \"constant\"\nleast_ms = 1\n"
           "[real]\nupkeep_s = 0\n[files]\ndistinct = 20\nmean_files = 4\n[run]\nseeds = 1\n" +
           more;
  }

  // Temporary folders are made in temporary(); `PATH` begins with programs().
  std::unique_ptr<Process> begin(const std::string& text, const test::Arguments& more) {
    const fs::path file = folder_.path() / "small.toml";
    test::write_file(file, text);
    fs::create_directories(temporary());
    test::Arguments words{"/usr/bin/env",
                          "TMPDIR=" + temporary().string(),
                          "PATH=" + programs().string() + ":/usr/bin:/bin",
                          SERVENT_BINARY,
                          "lab",
                          "run",
                          file.string(),
                          "--into",
                          into().string()};
    words.insert(words.end(), more.begin(), more.end());
    return std::make_unique<Process>(words, errors());
  }

  static test::Ran end(Process& process) {
    test::Ran ran;
    ran.output = process.read_all(90s);
    ran.status = process.wait(5s);
    return ran;
  }

  test::Ran run(const std::string& text, const test::Arguments& more) {
    return end(*begin(text, more));
  }

  // The home of a node that is up.
  fs::path home_of(const std::string& node) const {
    for (const auto& lab : fs::directory_iterator(temporary()))
      if (fs::exists(lab.path() / node / "control.sock")) return lab.path() / node;
    return {};
  }

  // It has told the laboratory so, and is linked.
  bool is_linked(const std::string& node) const {
    const fs::path home = home_of(node);
    if (home.empty()) return false;
    Process status({SERVENT_BINARY, "status", "--json", "--home", home.string()}, errors());
    return status.read_all(10s).find("\"online\":true") != std::string::npos;
  }

  // Processes that have this among their words.
  static std::vector<pid_t> processes_with(const std::string& word) {
    std::vector<pid_t> pids;
    for (const auto& one : fs::directory_iterator("/proc")) {
      const std::string name = one.path().filename().string();
      if (name.find_first_not_of("0123456789") != std::string::npos) continue;
      if (test::read_file(one.path() / "cmdline").find(word + '\0') != std::string::npos)
        pids.push_back(std::stoi(name));
    }
    return pids;
  }
  bool is_tidy() const {
    return fs::is_empty(temporary()) && processes_with(temporary().string()).empty();
  }

  Numbers compared(const std::string& text) {
    const test::Ran ran = run(scenario(text), {"--real", "8", "--sim", "8"});
    EXPECT_EQ(ran.status, 0) << ran.output << test::read_file(errors());
    Numbers out;
    const Json all = Json::parse(test::read_file(into() / "results.json"), nullptr, false);
    for (const Json& one : all.value("results", Json::array())) {
      const Json& outcome = one.at("runs").at(0);
      auto& numbers = one.value("driver", "") == "real" ? out.real : out.simulated;
      for (const auto& [name, value] : outcome.at("numbers").items())
        numbers[name] = value;
      for (const auto& [type, count] : outcome.at("by_type").items())
        numbers["messages." + type] = count.at("messages");
      for (const std::string note : outcome.at("notes"))  // a busy machine may be late
        EXPECT_NE(note.find(" ms late"), std::string::npos) << note;
    }
    EXPECT_FALSE(out.real.empty()) << ran.output;
    return out;
  }

  fs::path temporary() const { return folder_.path() / "tmp"; }
  fs::path programs() const { return folder_.path() / "bin"; }
  fs::path into() const { return folder_.path() / "report"; }
  fs::path errors() const { return folder_.path() / "stderr"; }

  test::TempDir folder_;
};

void expect_same(const Numbers& numbers, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    ASSERT_TRUE(numbers.simulated.contains(name)) << name;
    ASSERT_TRUE(numbers.real.contains(name)) << name;
    EXPECT_NEAR(numbers.simulated.at(name), numbers.real.at(name), 1e-9) << name;
  }
}

TEST_F(Lab, AQuestionOfOneHopCostsTheSameRealAndSimulated) {
  expect_same(compared("[query]\ncount = 20\nttl = 1\n"),
              {"messages", "messages.query", "messages.hit", "success", "recall", "reach",
               "first_hit_hops"});
}

TEST_F(Lab, AFullFloodCostsTwiceTheLinksButOneANodeInBoth) {
  expect_same(compared("[query]\ncount = 20\n"),
              {"messages.query", "reach", "duplicates", "success", "recall"});
}

TEST_F(Lab, AServerAnswersTheSameRealAndSimulated) {
  expect_same(
      compared("[network]\nmode = \"napster\"\n[query]\ncount = 20\n"),
      {"messages", "messages.search", "messages.result", "success", "recall", "first_hit_hops"});
}

TEST_F(Lab, SupernodesAnswerTheSameRealAndSimulated) {
  expect_same(
      compared("[network]\nmode = \"kazaa\"\n[overlay]\ncluster = 2\n[query]\ncount = 20\n"),
      {"messages.query", "messages.relayed_query", "success", "recall"});
}

TEST_F(Lab, UltrapeersAskTheSameRealAndSimulated) {
  expect_same(compared("[network]\nshape = \"two-tier\"\n[overlay]\ncluster = 2\n"
                       "[query]\ncount = 12\n"),
              {"success", "recall"});
}

TEST_F(Lab, NodesComeAndGoTheSameRealAndSimulated) {
  const Numbers numbers = compared(
      "[network]\nmode = \"napster\"\n[query]\ncount = 8\ngap_ms = 4_000\n"
      "[churn]\nsession_s = 40\nabsence_s = 20\n");
  expect_same(numbers, {"online", "success", "recall"});
  EXPECT_LT(numbers.real.at("online"), 1);
}

// Clients call their server again by themselves, as fast as they would.
TEST_F(Lab, ADeadServerIsMissedTheSameRealAndSimulated) {
  const Numbers numbers = compared(
      "[network]\nmode = \"napster\"\nsettle_s = 1\n[overlay]\nrepair = \"self\"\n"
      "[query]\ncount = 24\ngap_ms = 250\nwait_ms = 500\n"
      "[faults]\nkill = \"best\"\nat_s = 2\nback_s = 2\n");
  expect_same(numbers, {"success_before", "success_during"});
  EXPECT_GT(numbers.real.at("success_before"), 0.5);
  EXPECT_EQ(numbers.real.at("success_during"), 0);
}

// Nobody tells the supernode that its children are gone: it answers for them.
TEST_F(Lab, NodesThatGoSilentlyAreFoundRealAndSimulated) {
  const Numbers numbers = compared(
      "first_seed = 2\n[network]\nmode = \"kazaa\"\nsettle_s = 1\n[overlay]\nrepair = "
      "\"self\"\ncluster = 8\n"
      "[query]\ncount = 20\ngap_ms = 250\nwait_ms = 500\n[churn]\ndeparture = \"silent\"\n"
      "[faults]\nkill = \"random\"\nshare = 0.4\nat_s = 1\n");
  expect_same(numbers, {"online", "stale", "success", "recall"});
  EXPECT_LT(numbers.real.at("online"), 1);
  EXPECT_GT(numbers.real.at("stale"), 0);
}

// ---- what becomes of processes and folders --------------------------------------------------

constexpr const char* kLingers = "[real]\nupkeep_s = 60\n[run]\nseeds = 1\n";

TEST_F(Lab, CtrlCLeavesNoProcessAndNoFolder) {
  const auto lab = begin(std::string("name = \"small\"\n") + kLingers, {"--real", "3"});
  ASSERT_TRUE(test::wait_until([&] { return !home_of("2").empty(); }, 30s));
  EXPECT_FALSE(processes_with(home_of("2").string()).empty());
  ::kill(lab->pid(), SIGINT);
  EXPECT_EQ(lab->wait(30s), 130);
  EXPECT_TRUE(fs::is_empty(temporary()));
  EXPECT_TRUE(test::wait_until([&] { return is_tidy(); }, 10s));
}

TEST_F(Lab, AKilledLaboratoryLeavesNoProcessAndNoFolder) {
  const auto lab = begin(std::string("name = \"small\"\n") + kLingers, {"--real", "3"});
  ASSERT_TRUE(test::wait_until([&] { return !home_of("2").empty(); }, 30s));
  EXPECT_EQ(lab->stop(SIGKILL, 10s), 128 + SIGKILL);
  EXPECT_TRUE(test::wait_until([&] { return is_tidy(); }, 20s));
}

TEST_F(Lab, ANodeThatCrashesIsToldOfAndFailsWhatIsExpected) {
  const auto lab = begin(
      "name = \"small\"\n[real]\nupkeep_s = 5\n[query]\ncount = 5\n[run]\nseeds = 1\n"
      "[[expect]]\nnumber = \"crashed\"\nat_most = 0\n",
      {"--real", "4"});
  ASSERT_TRUE(test::wait_until([&] { return is_linked("3"); }, 30s));
  for (const pid_t pid : processes_with(home_of("3").string()))
    ::kill(pid, SIGABRT);  // sanitizers take SIGSEGV for theirs
  const test::Ran ran = end(*lab);
  EXPECT_EQ(ran.status, 1) << ran.output;
  EXPECT_NE(ran.output.find("node 3 (this machine) crashed: signal 6"), std::string::npos)
      << ran.output << test::read_file(errors());
}

// ---- other machines ---------------------------------------------------------------------------

class Hosts : public Lab {
 protected:
  // In place of ssh: runs the command here, with a home of the host's.
  void SetUp() override {
    test::write_file(
        programs() / "ssh",
        "#!/bin/sh\n"
        "while :; do case $1 in -o) shift 2;; -*) shift;; *) break;; esac; done\n"
        "case $1 in *@away) echo \"ssh: connect to host away: No route\" >&2; exit 255;; "
        "esac\n"
        "echo \"$1\" >> \"" +
            (folder_.path() / "called").string() +
            "\"\n"
            "mkdir -p \"" +
            folder_.path().string() +
            "/$1\"\n"
            "export HOME=\"" +
            folder_.path().string() +
            "/$1\"\n"
            "shift\nexec \"$@\"\n");
    fs::permissions(programs() / "ssh", fs::perms::owner_all);
  }
  std::string hosts(const std::string& lines) {
    test::write_file(folder_.path() / "hosts", lines);
    return (folder_.path() / "hosts").string();
  }
};

TEST_F(Hosts, NodesAreDealtToAllOfThem) {
  const std::string list = hosts("ada@one 127.5.0.1 " SERVENT_BINARY
                                 "\n"
                                 "bob@two 127.5.0.2 " SERVENT_BINARY "\n");
  const fs::path kept = folder_.path() / "kept";
  const test::Ran ran = run(scenario("[query]\ncount = 5\n[[expect]]\nnumber = \"recall\"\n"
                                     "at_least = 1\n"),
                            {"--real", "4", "--hosts", list, "--keep", kept.string()});
  EXPECT_EQ(ran.status, 0) << ran.output << test::read_file(errors());
  EXPECT_EQ(test::read_file(folder_.path() / "called"), "ada@one\nbob@two\n");
  for (const char* node : {"0", "1", "2", "3"})
    EXPECT_TRUE(fs::exists(kept / node / "servent.toml")) << node;
}

TEST_F(Hosts, OneThatCannotBeReachedIsNamed) {
  const std::string list = hosts("ada@away 127.5.0.1 " SERVENT_BINARY "\n");
  const test::Ran ran = run(scenario(""), {"--real", "4", "--hosts", list});
  EXPECT_EQ(ran.status, 1);
  EXPECT_NE(test::read_file(errors()).find("ada@away cannot be used"), std::string::npos)
      << test::read_file(errors());
}

}  // namespace
}  // namespace p2p
