// Two results number by number: is the difference of their means one that seeds alone would hardly
// make? An interval of 95 % of the difference that does not hold 0 says so (of a hundred numbers
// that do not differ about five are said to).
//
// Where both have the same seeds at a point (two at least), each pair of runs had the same files,
// questions and chances, and the differences of the pairs are what the interval is of (paired t):
// what both have of chance falls out. Else it is Welch's, of two samples of unequal variance, with
// his degrees of freedom rounded down.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/result.h"

#include "servent/lab/exhibits.h"
#include "servent/lab/outcome.h"

namespace p2p::lab {

// What is known of one run's number, by its seed.
using BySeed = std::map<std::uint64_t, double>;

struct Difference {
  Estimate a;
  Estimate b;
  double mean = 0;          // of b - a
  double half = 0;          // of the interval; NaN: too few seeds to tell
  std::size_t freedom = 0;  // degrees of it
  bool is_paired = false;

  // Also where all runs of each agree to the last digit, and the two do not.
  bool is_significant() const;
};
// Both hold one value at least.
Difference difference(const BySeed& a, const BySeed& b);

struct Compared {
  std::string point;  // "query.ttl = 7"; empty for the one point without variations
  std::string number;
  Difference difference;
};
struct Comparison {
  std::vector<Compared> rows;       // by point, then in the order of the table of numbers
  std::vector<std::string> only_a;  // points, and numbers of a point: "query.ttl = 7: reach"
  std::vector<std::string> only_b;

  bool is_significant() const;
};
// Points are the same where all varied fields have the same values. With `types` the numbers of
// each type of message too. Errc::refused when the two have no point in common.
Result<Comparison> compare(const Results& a, const Results& b, bool types);

Table table_of(const Comparison& comparison);
// {"rows": [{point, number, a, b, difference, half, freedom, test, significant}], only_a, only_b}
std::string to_json(const Comparison& comparison);

}  // namespace p2p::lab
