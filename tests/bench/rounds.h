// How a benchmark compares (performance.md, section 6): ours and the reference in one run, in turn,
// after a warm-up; the median of the ratios of the rounds. One JSON object a line.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <time.h>

namespace p2p::bench {

constexpr int kRounds = 5;

inline double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// `part` of 100: 50 is the median, 99 the one that one in a hundred passes.
inline double percentile(std::vector<double>& values, double part) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[std::min(values.size() - 1, static_cast<std::size_t>(
                                                static_cast<double>(values.size()) * part / 100))];
}

inline double wall_us() {
  return std::chrono::duration<double, std::micro>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

inline double thread_cpu_us() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// CPU seconds of RUSAGE_SELF or RUSAGE_CHILDREN.
inline double cpu_s(int who) {
  rusage used{};
  ::getrusage(who, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

struct Line {
  std::string name;
  double value = 0;
  std::string unit;
  std::string reference;  // what the ratio is to; empty: nothing
  double ratio = 0;
  std::string target;
  bool pass = true;
};

inline void print(const Line& line) {
  const auto rounded = [](double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return std::stod(text);
  };
  nlohmann::ordered_json json{{"name", line.name}, {"value", rounded(line.value)},
                              {"unit", line.unit}, {"reference", nullptr},
                              {"ratio", nullptr},  {"target", line.target},
                              {"pass", line.pass}};
  if (!line.reference.empty()) {
    json["reference"] = line.reference;
    json["ratio"] = rounded(line.ratio);
  }
  std::printf("%s\n", json.dump().c_str());
  std::fflush(stdout);
}

// What each run gives: some figures, each of its own meaning (p50 and p99, say).
using Run = std::function<std::vector<double>()>;

struct Compared {
  std::vector<double> ours;  // medians
  std::vector<double> theirs;
  std::vector<double> ratios;  // medians of ours / theirs of one round
};

inline Compared compare(const Run& ours, const Run& theirs, int rounds = kRounds) {
  (void)ours();
  (void)theirs();
  std::vector<std::vector<double>> a;
  std::vector<std::vector<double>> b;
  for (int round = 0; round < rounds; ++round) {
    // Who goes first changes, so that neither always finds the other's leavings.
    if (round % 2 == 0) a.push_back(ours());
    b.push_back(theirs());
    if (round % 2 != 0) a.push_back(ours());
  }
  Compared out;
  for (std::size_t figure = 0; figure < a[0].size(); ++figure) {
    std::vector<double> mine;
    std::vector<double> other;
    std::vector<double> ratios;
    for (std::size_t round = 0; round < a.size(); ++round) {
      mine.push_back(a[round][figure]);
      other.push_back(b[round][figure]);
      ratios.push_back(b[round][figure] > 0 ? a[round][figure] / b[round][figure] : 0);
    }
    out.ours.push_back(median(mine));
    out.theirs.push_back(median(other));
    out.ratios.push_back(median(ratios));
  }
  return out;
}

}  // namespace p2p::bench
