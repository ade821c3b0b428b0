// A scenario: one question put to a network, as a TOML file (experiments.md, section 6). What is
// asked (`claim`), what the network is made of (the fields of a Setup), which of these are varied,
// how many seeds each point is run with, and what must come out (`[[expect]]`).
//
//   name = "ttl"
//   claim = "one more hop multiplies what a flood costs"
//
//   [overlay]
//   nodes = 10_000
//   [vary]
//   query.ttl = "1..7"              # or [1, 2, 3, 4, 5, 6, 7]; words as a list
//   [run]
//   seeds = 5
//   [[expect]]
//   number = "messages"
//   where = { query.ttl = 7 }
//   at_least = 8_000
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/result.h"

#include "servent/lab/setup.h"

namespace p2p::lab {

// A field that takes several values, in this order.
struct Variation {
  std::string field;  // "query.ttl"
  std::vector<Value> values;
};

// What must come out, in the mean over the seeds: at least one of the three.
struct Expectation {
  std::string number;                  // a name that names_number() knows
  std::map<std::string, Value> where;  // the points it is of: varied fields and their values; all
  std::optional<double> at_least;
  std::optional<double> at_most;
  // The interval of 95 % holds this value (a published or computed figure), or the mean is not
  // further from it than this share of it.
  std::optional<double> near;
  double within = 0;
};

struct Scenario {
  std::string name;  // letters, digits, '-'
  std::string claim;
  std::string source;  // where figures to compare with are from
  Setup setup;
  std::vector<Variation> vary;  // at most two; the points are their product
  std::uint32_t seeds = 5;      // 1 .. 1000
  std::uint64_t first_seed = 1;
  double tight =
      0;  // stop early when the interval of `tight_number` is within this share; 0: never
  std::string tight_number = "messages";
  std::vector<Expectation> expect;
};

inline constexpr std::size_t kMostScenarioBytes = 1'048'576;
inline constexpr std::size_t kMostPoints = 10'000;
inline constexpr std::uint32_t kMostSeeds = 1'000;

// `file` is for messages: `FILE:LINE: unknown field "overlay.nodez", did you mean
// "overlay.nodes"?`. Of several faults the first in the file is told.
Result<Scenario> read_scenario(std::string_view text, const std::string& file);

// The scenario with another value, or other values, for one field: "query.ttl=5",
// "network.mode=kazaa", "query.ttl=[1, 2]". Nothing is expected of it any more: that was of the
// scenario as it stood. Errc::malformed says what is wrong.
Result<Scenario> change(Scenario scenario, std::string_view assignment);

// The scenario as a file with every field in it, also those it left as they are; read back it is
// the same. Goes into the folder of a run, so that later defaults do not change what was run.
std::string to_toml(const Scenario& scenario);

// One run: the setup with a value for each varied field.
struct Point {
  std::vector<Value> values;  // in the order of Scenario::vary
  Setup setup;
};
std::vector<Point> points_of(const Scenario& scenario);  // the last variation turns fastest

// Whether the point is one that the expectation is of.
bool is_of(const Expectation& expectation, const Scenario& scenario, const Point& point);

}  // namespace p2p::lab
