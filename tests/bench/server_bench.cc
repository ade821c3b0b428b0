// The Napster server over loopback: a real process, real sockets, and beside it, when one is named,
// any other OpenNap server with the same users and files, asked in turn (napster.md, section 14).
//
//   server_bench FILES USERS [--reference HOST:PORT --reference-pid PID]
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocols/base/keywords.h"

#include "tests/bench/corpus.h"
#include "tests/bench/crowd.h"
#include "tests/bench/rounds.h"
#include "tests/support/process.h"

namespace {

using namespace p2p::bench;

constexpr std::size_t kSearchesARound = 1000;
constexpr std::size_t kAtOnce = 64;
constexpr std::size_t kHeld = 10'000;  // clients logged in at once
constexpr std::size_t kLoneClients = 6;
constexpr std::size_t kLoneSearches = 40;  // of each: a server lets so many pass at once

// What one server costs, and its clients.
struct Side {
  Side(std::string what, const std::string& address, int pid)
      : name(std::move(what)),
        crowd(address),
        process(pid) {}
  std::string name;
  Crowd crowd;
  ServerProcess process;
  double user_bytes = 0;
  double file_bytes = 0;
  double share_us = 0;
};

void enter_and_share(Side& side, const std::vector<std::string>& paths, std::size_t users) {
  const double empty = side.process.resident_bytes();
  side.crowd.enter(users, "user");
  const double entered = side.process.resident_bytes();
  const double before = side.process.cpu_us();
  const std::size_t share = paths.size() / users;
  for (std::size_t i = 0; i < paths.size(); ++i)
    side.crowd.post(i / share, 100,
                    '"' + paths[i] + "\" 00000000000000000000000000000000 " +
                        std::to_string(1'000'000 + i) + " 128 44100 200");
  side.crowd.barrier();
  const auto files = static_cast<double>(paths.size());
  side.share_us = (side.process.cpu_us() - before) / files;
  side.user_bytes = (entered - empty) / static_cast<double>(users);
  side.file_bytes = (side.process.resident_bytes() - entered) / files;
}

// Words that every server cuts in the same way: ASCII letters, three and more, not the extension.
std::vector<std::string> plain_words(const std::string& path) {
  std::vector<std::string> out;
  std::string name(p2p::searched_part(path));
  name.resize(name.rfind('.'));
  std::string word;
  bool plain = true;
  for (const char c : name + ' ') {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) plain = false;
    if (std::isalnum(byte) != 0 || byte >= 0x80) {
      word += c;
      if (std::islower(byte) == 0) plain = false;
    } else {
      if (plain && word.size() >= 3) out.push_back(word);
      word.clear();
      plain = true;
    }
  }
  return out;
}

std::vector<std::string> searches(std::size_t count, std::size_t words,
                                  const std::vector<std::string>& paths, p2p::Rng& rng) {
  std::vector<std::string> out;
  while (out.size() < count) {
    const auto from = plain_words(paths[rng.below(paths.size())]);
    if (from.size() < words) continue;
    std::set<std::string> chosen;
    while (chosen.size() < std::min(words, std::set(from.begin(), from.end()).size()))
      chosen.insert(from[rng.below(from.size())]);
    std::string text;
    for (const std::string& word : chosen)
      text += (text.empty() ? "" : " ") + word;
    out.push_back("FILENAME CONTAINS \"" + text + "\" MAX_RESULTS 100");
  }
  return out;
}

// CPU of the server a search, p50, p99, results a search.
std::vector<double> ask(Side& side, const std::vector<std::string>& queries) {
  const double before = side.process.cpu_us();
  Crowd::Answers answers = side.crowd.search(queries, kAtOnce);
  const auto count = static_cast<double>(queries.size());
  return {(side.process.cpu_us() - before) / count, percentile(answers.times_us, 50),
          percentile(answers.times_us, 99), static_cast<double>(answers.results) / count};
}

void say(const std::string& name, double ours, const std::string& unit, const Side* other,
         double theirs, const std::string& target, double most_ratio, double most) {
  Line line{name, ours, unit, "", 0, target, ours <= most};
  if (other != nullptr && theirs > 0) {
    line.reference = other->name;
    line.ratio = ours / theirs;
    line.pass = line.pass && (most_ratio == 0 || line.ratio <= most_ratio);
  }
  print(line);
}

constexpr double kAny = 1e18;

void searching(Side& ours, Side* other, const std::string& kind, std::size_t words,
               const std::vector<std::string>& paths, p2p::Rng& rng) {
  std::vector<std::string> queries;
  const Run first = [&] {  // both sides of a round get the same queries
    queries = searches(kSearchesARound, words, paths, rng);
    return ask(ours, queries);
  };
  std::vector<std::vector<double>> mine;
  std::vector<std::vector<double>> theirs;
  for (int round = 0; round <= kRounds; ++round) {
    mine.push_back(first());
    if (other != nullptr) theirs.push_back(ask(*other, queries));
  }
  const auto figure = [](const std::vector<std::vector<double>>& of, std::size_t which) {
    std::vector<double> values;
    for (std::size_t round = 1; round < of.size(); ++round)  // the first one warms up
      values.push_back(of[round][which]);
    return median(values);
  };
  const auto line = [&](const std::string& name, std::size_t which, const std::string& unit,
                        const std::string& target, double most_ratio, double most) {
    Line out{name, figure(mine, which), unit, "", 0, target, true};
    out.pass = out.value <= most;
    if (other != nullptr) {
      std::vector<double> ratios;
      for (std::size_t round = 1; round < mine.size(); ++round)
        ratios.push_back(mine[round][which] / theirs[round][which]);
      out.reference = other->name;
      out.ratio = median(ratios);
      out.pass = out.pass && (most_ratio == 0 || out.ratio <= most_ratio);
    }
    print(out);
  };
  line(kind + ".cpu", 0, "us CPU/search", "<= 0.2x", 0.2, kAny);
  line(kind + ".p50_64", 1, "us", "report", 0, kAny);
  line(kind + ".p99_64", 2, "us", "report", 0, kAny);
  line(kind + ".results", 3, "results/search", "the same", 0, kAny);
}

double lone_p50(Side& side, const std::vector<std::string>& queries) {
  std::vector<double> times;
  for (std::size_t client = 0; client < kLoneClients; ++client) {
    const auto some = side.crowd.lone_searches(
        "lone" + std::to_string(client),
        {queries.begin() + static_cast<std::ptrdiff_t>(client * kLoneSearches),
         queries.begin() + static_cast<std::ptrdiff_t>((client + 1) * kLoneSearches)});
    times.insert(times.end(), some.begin(), some.end());
  }
  return percentile(times, 50);
}

void holding(Side& side, const std::string& name) {
  const std::size_t more = kHeld - side.crowd.size();
  const double before = side.process.resident_bytes();
  side.crowd.enter(more, "held");
  const double bytes = (side.process.resident_bytes() - before) / static_cast<double>(more);
  side.crowd.barrier();  // every one of them gets its answer to a ping
  print({name + ".clients_held", static_cast<double>(side.crowd.size()), "clients", "", 0,
         ">= 10000, all answer", side.crowd.size() >= kHeld});
  print({name + ".held_bytes", bytes, "bytes/idle user", "", 0, "report", true});
}

// The server that was started from here.
int only_child() {
  int pid = 0;
  const std::string self = std::to_string(::getpid());
  std::ifstream("/proc/self/task/" + self + "/children") >> pid;
  if (pid == 0) throw std::runtime_error("no server process");
  return pid;
}

struct Options {
  std::size_t files = 100'000;
  std::size_t users = 1000;
  std::string reference;
  int reference_pid = 0;
};

Options options_of(int count, char** words) {
  Options out;
  std::vector<std::string> plain;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--reference" && i + 1 < count) {
      out.reference = words[++i];
    } else if (word == "--reference-pid" && i + 1 < count) {
      out.reference_pid = std::atoi(words[++i]);
    } else {
      plain.push_back(word);
    }
  }
  if (!plain.empty()) out.files = std::stoul(plain[0]);
  if (plain.size() > 1) out.users = std::stoul(plain[1]);
  if (out.users == 0 || out.files % out.users != 0 || out.users > kHeld)
    throw std::runtime_error("users must divide files");
  return out;
}

void run(const Options& options) {
  const p2p::test::TempDir home;
  const p2p::test::Arguments words{SERVENT_BINARY, "--headless", "--mode", "napster",
                                   "--role",       "server",     "--home", home.path().string(),
                                   "--listen",     "127.0.0.1:0"};
  p2p::test::Process process(words, home.path() / "errors");
  const auto ready = p2p::test::Json::parse(process.read_line(std::chrono::seconds(10)));
  Side ours("servent", ready.at("listen"), only_child());
  std::optional<Side> other;
  if (!options.reference.empty())
    other.emplace("reference server", options.reference, options.reference_pid);
  Side* beside = other ? &*other : nullptr;

  Corpus corpus(options.files);
  std::vector<std::string> paths(options.files);
  for (std::string& path : paths)
    path = corpus.path();
  enter_and_share(ours, paths, options.users);
  if (beside != nullptr) enter_and_share(*beside, paths, options.users);
  const std::string name = "server." + std::to_string(options.files / 1000) + "k";
  const auto theirs = [&](double Side::*field) { return beside ? beside->*field : 0; };
  say(name + ".share", ours.share_us, "us CPU/file", beside, theirs(&Side::share_us), "report", 0,
      kAny);
  say(name + ".file_bytes", ours.file_bytes, "bytes RSS/file", beside, theirs(&Side::file_bytes),
      "< 0.5x", 0.5, kAny);
  say(name + ".user_bytes", ours.user_bytes, "bytes RSS/user", beside, theirs(&Side::user_bytes),
      "report", 0, kAny);
  searching(ours, beside, name + ".few", 3, paths, corpus.rng());
  searching(ours, beside, name + ".many", 2, paths, corpus.rng());
  const auto queries = searches(kLoneClients * kLoneSearches, 2, paths, corpus.rng());
  say(name + ".lone.p50", lone_p50(ours, queries), "us", beside,
      beside ? lone_p50(*beside, queries) : 0, "< 1000 us", 0, 1000);
  holding(ours, name);
}

}  // namespace

int main(int count, char** words) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    run(options_of(count, words));
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "server_bench: %s\n", failure.what());
    return 1;
  }
}
