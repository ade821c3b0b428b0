// What came out of runs: numbers by name, for each point of a scenario and each seed; and their
// means with intervals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "servent/lab/scenario.h"

namespace p2p::lab {

// The numbers that make modes comparable (experiments.md, section 1); a mode without one leaves it
// out. Those of one group stand in one table.
struct NumberName {
  std::string_view name;   // "messages"
  std::string_view group;  // "Cost of a query"
  std::string_view unit;   // "a query"
  std::string_view about;  // one line
};
std::span<const NumberName> number_names();
const NumberName* find_number(std::string_view name);
// One of those, or "messages.TYPE", "bytes.TYPE" or "share.TYPE" (Outcome::by_type): the last is
// the share of all bytes while questions were asked, upkeep and all, that are of this type.
bool names_number(std::string_view name);

struct Number {
  std::string name;
  double value = 0;
};
// Messages of one type: how many, and how long together, a query.
struct TypeCount {
  std::string type;  // "query", "ping": letters, digits, '-', '_'
  double messages = 0;
  double bytes = 0;
};
// A stretch of the time in which questions were asked.
struct Stretch {
  double at_s = 0;     // its middle, since the first question
  double success = 0;  // share of the questions asked in it, those with a hit
  friend bool operator==(const Stretch&, const Stretch&) = default;
};
struct Outcome {
  std::size_t point = 0;  // place in points_of()
  std::uint64_t seed = 0;
  std::string hash;  // of all that was sent, in its order: the same seed gives the same
  std::vector<Number> numbers;
  std::vector<TypeCount> by_type;
  std::vector<std::string> notes;  // what went wrong, one line each: a real node that crashed
  std::vector<Stretch> course{};   // where nodes come and go, or are killed

  std::optional<double> find(std::string_view number) const;  // finite
};

// Mean and half of the 95 % interval (Student's t); with one value the half is unknown (NaN), with
// none the mean too.
struct Estimate {
  std::size_t count = 0;
  double mean = 0;
  double half = 0;
};
Estimate estimate(std::span<const double> values);
// The t that 97.5 % of Student's distribution with `freedom` (1 and more) degrees lie below.
double student_t(std::size_t freedom);

// What the runs took: of all in Results this alone differs when they are done again.
struct Effort {
  double wall_s = 0;             // from the first to the last
  std::size_t nodes = 0;         // of the largest network
  std::uint64_t events = 0;      // of all runs, as all that follows
  std::uint64_t messages = 0;    // that nodes sent each other, upkeep and settling too
  std::uint64_t peak_bytes = 0;  // memory of the process
};

struct Results {
  Scenario scenario;
  std::string version;
  bool is_real = false;     // real nodes, not simulated ones
  bool is_partial = false;  // ended before all runs were done
  Effort effort;
  std::vector<Outcome> outcomes;

  std::vector<double> values(std::size_t point, std::string_view number) const;
};

// Each expectation with what it met, at each point it is of. A point without the number fails it;
// one that is of no point (which no file can say) fails once, at a point behind the last.
struct Verdict {
  Expectation expected;
  std::size_t point = 0;
  Estimate met;
  bool holds = false;
};
std::vector<Verdict> judge(const Results& results);

}  // namespace p2p::lab
