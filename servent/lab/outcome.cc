#include "servent/lab/outcome.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <numbers>

namespace p2p::lab {

namespace {

constexpr std::string_view kCost = "Cost of a query";
constexpr std::string_view kLoad = "Load of a node";
constexpr std::string_view kSuccess = "Success";
constexpr std::string_view kBlow = "A blow";
constexpr std::string_view kFetch = "Fetching";
constexpr std::string_view kSwarm = "Swarm";
constexpr std::string_view kFirst = "First hit";
constexpr std::string_view kUpkeep = "Upkeep";
constexpr std::string_view kNodes = "Nodes";

constexpr std::array kNumbers{
    NumberName{"messages", kCost, "a query", "all that were sent because of it"},
    NumberName{"bytes", kCost, "a query", "of those messages, without TCP's and IP's heads"},
    NumberName{"reach", kCost, "nodes a query", "nodes that it came to"},
    NumberName{"duplicates", kCost, "share", "of the queries received, those received before"},
    NumberName{"load_mean", kLoad, "messages a node and query",
               "received and sent, upkeep too; mean"},
    NumberName{"load_p99", kLoad, "messages a node and query", "99 of 100 nodes have no more"},
    NumberName{"load_max", kLoad, "messages a node and query", "of the busiest node"},
    NumberName{"load_gini", kLoad, "0 to 1", "0: all bear the same; 1: one bears all"},
    NumberName{"answers_top1", kLoad, "share", "of the answers, those of the 1 % who gave most"},
    NumberName{"success", kSuccess, "share", "of the queries, those with a hit"},
    NumberName{"recall", kSuccess, "share", "hits found, of those that were there and online"},
    NumberName{"online", kSuccess, "share", "of the nodes, while questions were asked"},
    NumberName{"stale", kSuccess, "share", "of the hits, those on nodes that were gone"},
    NumberName{"success_before", kBlow, "share", "success before nodes were killed"},
    NumberName{"success_during", kBlow, "share", "success while they were away"},
    NumberName{"success_after", kBlow, "share", "success when they were back"},
    NumberName{"dent_s", kBlow, "s", "from the blow until ten questions go as before again"},
    NumberName{"got", kFetch, "share", "files fetched, of those wanted that are polluted"},
    NumberName{"tries", kFetch, "copies a file", "fetched until one was kept"},
    NumberName{"bad", kFetch, "share", "of the files that were kept, polluted ones"},
    NumberName{"completed", kSwarm, "share", "of those who fetched the file, those who got it"},
    NumberName{"fetch_s", kSwarm, "s", "from coming to having all, of those; mean"},
    NumberName{"last_s", kSwarm, "s", "until the last of them had all"},
    NumberName{"of_first", kSwarm, "share", "of all bytes, those that the first sources gave"},
    NumberName{"pieces_left", kSwarm, "share",
               "of the pieces, those somebody there has at the end"},
    NumberName{"first_hit_ms", kFirst, "ms", "from the question to the first hit"},
    NumberName{"first_hit_hops", kFirst, "links", "from who asked to who answered first"},
    NumberName{"upkeep_messages", kUpkeep, "a node and minute", "with no query at all"},
    NumberName{"upkeep_bytes", kUpkeep, "a node and minute", "with no query at all"},
    NumberName{"crashed", kNodes, "real nodes", "ended without being told to"},
};

constexpr std::string_view kMessagesOf = "messages.";
constexpr std::string_view kBytesOf = "bytes.";
constexpr std::string_view kShareOf = "share.";

bool is_type(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](unsigned char c) {
    return c == '-' || c == '_' || std::isalnum(c) != 0;
  });
}

std::optional<double> finite(double value) {
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

// The share of Student's distribution between -t and t, for whole degrees of freedom: Abramowitz
// and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
double share_within(double t, std::size_t freedom) {
  const double angle = std::atan(t / std::sqrt(static_cast<double>(freedom)));
  const double square = std::cos(angle) * std::cos(angle);
  const bool is_odd = freedom % 2 == 1;
  double term = is_odd ? std::cos(angle) : 1;
  double sum = 0;
  for (std::size_t i = is_odd ? 3 : 2; i <= freedom; i += 2) {
    sum += term;
    const auto k = static_cast<double>(i);
    term *= square * (k - 1) / k;
  }
  if (is_odd) return (angle + std::sin(angle) * sum) * 2 / std::numbers::pi;
  return std::sin(angle) * sum;
}

// The expansion for many degrees, 26.7.5 there: from 30 on right to seven digits.
double t_of_many(double freedom) {
  const double x = 1.959963984540054;  // the same of the normal distribution
  const double x3 = x * x * x;
  const double x5 = x3 * x * x;
  const double x7 = x5 * x * x;
  const double x9 = x7 * x * x;
  const double v = freedom;
  return x + (x3 + x) / (4 * v) + (5 * x5 + 16 * x3 + 3 * x) / (96 * v * v) +
         (3 * x7 + 19 * x5 + 17 * x3 - 15 * x) / (384 * v * v * v) +
         (79 * x9 + 776 * x7 + 1482 * x5 - 1920 * x3 - 945 * x) / (92160 * v * v * v * v);
}

// Sums of many equal doubles are not always equal to the last bit.
bool is_near(const Expectation& expected, const Estimate& met) {
  constexpr double kRounding = 1e-9;
  const double off = std::abs(met.mean - *expected.near);
  const double allowed = std::max(expected.within, kRounding) * std::abs(*expected.near);
  return off <= allowed || off <= met.half;
}

bool holds(const Expectation& expected, const Estimate& met) {
  return met.count > 0 && (!expected.at_least || met.mean >= *expected.at_least) &&
         (!expected.at_most || met.mean <= *expected.at_most) &&
         (!expected.near || is_near(expected, met));
}

}  // namespace

std::span<const NumberName> number_names() {
  return kNumbers;
}

const NumberName* find_number(std::string_view name) {
  const auto number = std::ranges::find(kNumbers, name, &NumberName::name);
  return number == kNumbers.end() ? nullptr : &*number;
}

bool names_number(std::string_view name) {
  for (const std::string_view before : {kMessagesOf, kBytesOf, kShareOf})
    if (name.starts_with(before)) return is_type(name.substr(before.size()));
  return find_number(name) != nullptr;
}

std::optional<double> Outcome::find(std::string_view number) const {
  const auto named = std::ranges::find(numbers, number, &Number::name);
  if (named != numbers.end()) return finite(named->value);
  const std::string_view type = number.substr(std::min(number.find('.') + 1, number.size()));
  const auto counted = std::ranges::find(by_type, type, &TypeCount::type);
  if (counted == by_type.end()) return {};
  if (number.starts_with(kMessagesOf)) return finite(counted->messages);
  if (number.starts_with(kBytesOf)) return finite(counted->bytes);
  if (!number.starts_with(kShareOf)) return {};
  double all = 0;
  for (const TypeCount& count : by_type)
    all += count.bytes;
  return finite(counted->bytes / all);
}

double student_t(std::size_t freedom) {
  if (freedom >= 30) return t_of_many(static_cast<double>(freedom));
  double low = 1;
  double high = 13;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (share_within(middle, freedom) < 0.95 ? low : high) = middle;
  }
  return high;
}

Estimate estimate(std::span<const double> values) {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  if (values.empty()) return {0, kUnknown, kUnknown};
  const auto count = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values)
    mean += value / count;
  // Equal values have that mean, to the last bit.
  if (std::ranges::min(values) == std::ranges::max(values)) mean = values[0];
  if (values.size() == 1) return {1, mean, kUnknown};
  double squares = 0;
  for (const double value : values)
    squares += (value - mean) * (value - mean);
  const double deviation = std::sqrt(squares / (count - 1));
  return {values.size(), mean, student_t(values.size() - 1) * deviation / std::sqrt(count)};
}

std::vector<double> Results::values(std::size_t point, std::string_view number) const {
  std::vector<double> out;
  for (const Outcome& outcome : outcomes) {
    if (outcome.point != point) continue;
    if (const auto value = outcome.find(number)) out.push_back(*value);
  }
  return out;
}

std::vector<Verdict> judge(const Results& results) {
  const std::vector<Point> points = points_of(results.scenario);
  std::vector<Verdict> verdicts;
  for (const Expectation& expected : results.scenario.expect) {
    const std::size_t before = verdicts.size();
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (!is_of(expected, results.scenario, points[i])) continue;
      const Estimate met = estimate(results.values(i, expected.number));
      verdicts.push_back({expected, i, met, holds(expected, met)});
    }
    if (verdicts.size() == before)
      verdicts.push_back({expected, points.size(), estimate({}), false});
  }
  return verdicts;
}

}  // namespace p2p::lab
