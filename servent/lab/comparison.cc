#include "servent/lab/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <nlohmann/json.hpp>

#include "servent/lab/digits.h"

namespace p2p::lab {

namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr double kUnknownHalf = std::numeric_limits<double>::quiet_NaN();

std::vector<double> values_of(const BySeed& by_seed) {
  std::vector<double> values;
  for (const auto& [seed, value] : by_seed)
    values.push_back(value);
  return values;
}

// The square of the mean's standard error.
double squared_error(const BySeed& by_seed, double mean) {
  const auto count = static_cast<double>(by_seed.size());
  double squares = 0;
  for (const auto& [seed, value] : by_seed)
    squares += (value - mean) * (value - mean);
  return squares / (count - 1) / count;
}

void paired(const BySeed& a, const BySeed& b, Difference& out) {
  std::vector<double> differences;
  for (const auto& [seed, value] : b)
    differences.push_back(value - a.at(seed));
  const Estimate met = estimate(differences);
  out.mean = met.mean;
  out.half = met.half;
  out.freedom = met.count - 1;
  out.is_paired = true;
}

// Welch 1947.
void unpaired(const BySeed& a, const BySeed& b, Difference& out) {
  out.mean = out.b.mean - out.a.mean;
  out.half = kUnknownHalf;
  if (a.size() < 2 || b.size() < 2) return;
  const double of_a = out.a.half > 0 ? squared_error(a, out.a.mean) : 0;
  const double of_b = out.b.half > 0 ? squared_error(b, out.b.mean) : 0;
  const double both = of_a + of_b;
  const double freedom = both > 0 ? both * both /
                                        (of_a * of_a / static_cast<double>(a.size() - 1) +
                                         of_b * of_b / static_cast<double>(b.size() - 1))
                                  : static_cast<double>(a.size() + b.size() - 2);
  out.freedom = std::max<std::size_t>(1, static_cast<std::size_t>(freedom));
  out.half = student_t(out.freedom) * std::sqrt(both);
}

bool have_same_seeds(const BySeed& a, const BySeed& b) {
  return std::ranges::equal(a, b, {}, &BySeed::value_type::first, &BySeed::value_type::first);
}

BySeed by_seed(const Results& results, std::size_t point, const std::string& number) {
  BySeed out;
  for (const Outcome& outcome : results.outcomes)
    if (const auto value = outcome.find(number); value && outcome.point == point)
      out[outcome.seed] = *value;
  return out;
}

std::string point_and_number(const std::string& point, const std::string& number) {
  return point + (point.empty() ? "" : ": ") + number;
}

// Points that ran, by what they are called.
std::vector<std::pair<std::string, std::size_t>> points_in(const Results& results) {
  std::vector<std::pair<std::string, std::size_t>> out;
  for (const Ran& ran : ran_points({&results, 1}))
    out.emplace_back(label_of(results.scenario, ran.point), ran.number);
  return out;
}

std::vector<std::string> numbers_in(const Results& a, const Results& b, bool types) {
  std::vector<std::string> numbers;
  for (const NumberName& number : number_names())
    numbers.emplace_back(number.name);
  std::set<std::string> all = types_of({&a, 1});
  all.merge(types_of({&b, 1}));
  for (const std::string& type : all)
    for (const char* of : {"messages.", "bytes.", "share."})
      if (types) numbers.push_back(of + type);
  return numbers;
}

std::string verdict_of(const Difference& difference) {
  if (difference.is_significant()) return "significant";
  if (difference.mean == 0 && difference.half == 0) return "equal";
  return std::isfinite(difference.half) ? "-" : "too few seeds";
}

// "+12 %"; nothing where there is no whole.
std::string share_of(const Difference& difference) {
  const double share = difference.mean / difference.a.mean * 100;
  if (!std::isfinite(share)) return "-";
  return (share > 0 ? "+" : "") + digits(share, 1) + " %";
}

}  // namespace

bool Difference::is_significant() const {
  return std::abs(mean) > half;  // of NaN not
}

bool Comparison::is_significant() const {
  return std::ranges::any_of(rows,
                             [](const Compared& row) { return row.difference.is_significant(); });
}

Difference difference(const BySeed& a, const BySeed& b) {
  Difference out;
  out.a = estimate(values_of(a));
  out.b = estimate(values_of(b));
  if (a.size() > 1 && have_same_seeds(a, b))
    paired(a, b, out);
  else
    unpaired(a, b, out);
  return out;
}

Result<Comparison> compare(const Results& a, const Results& b, bool types) {
  Comparison out;
  const auto points = points_in(a);
  auto others = points_in(b);
  const std::vector<std::string> numbers = numbers_in(a, b, types);
  bool is_any = false;
  for (const auto& [point, at] : points) {
    const auto other = std::ranges::find(others, point, [](const auto& one) { return one.first; });
    if (other == others.end()) {
      out.only_a.push_back(point.empty() ? "the only point" : point);
      continue;
    }
    is_any = true;
    for (const std::string& number : numbers) {
      const BySeed in_a = by_seed(a, at, number);
      const BySeed in_b = by_seed(b, other->second, number);
      if (!in_a.empty() && !in_b.empty())
        out.rows.push_back({point, number, difference(in_a, in_b)});
      else if (!in_a.empty() || !in_b.empty())
        (in_b.empty() ? out.only_a : out.only_b).push_back(point_and_number(point, number));
    }
    others.erase(other);
  }
  for (const auto& [point, at] : others)
    out.only_b.push_back(point.empty() ? "the only point" : point);
  if (!is_any) return fail(Errc::refused, "the two have no point in common");
  return out;
}

Table table_of(const Comparison& comparison) {
  Table table{"b - a, with the 95 % interval of the difference", {}, {}};
  const bool has_points =
      std::ranges::any_of(comparison.rows, [](const Compared& row) { return !row.point.empty(); });
  if (has_points) table.columns.push_back({"point", ""});
  table.keys = table.columns.size() + 1;
  for (const char* name : {"number", "a", "b", "b - a", "of a", "test", "verdict"})
    table.columns.push_back({name, ""});
  for (const Compared& row : comparison.rows) {
    const Difference& found = row.difference;
    std::vector<std::string> cells;
    if (has_points) cells.push_back(row.point);
    cells.insert(cells.end(), {row.number, digits(found.a.mean), digits(found.b.mean),
                               digits(Estimate{2, found.mean, found.half}), share_of(found),
                               found.is_paired ? "paired" : "Welch", verdict_of(found)});
    table.rows.push_back(std::move(cells));
  }
  return table;
}

std::string to_json(const Comparison& comparison) {
  const auto estimated = [](const Estimate& met) {
    return OrderedJson{{"count", met.count}, {"mean", met.mean}, {"half", met.half}};
  };
  OrderedJson rows = OrderedJson::array();
  for (const Compared& row : comparison.rows) {
    const Difference& found = row.difference;
    rows.push_back({{"point", row.point},
                    {"number", row.number},
                    {"a", estimated(found.a)},
                    {"b", estimated(found.b)},
                    {"difference", found.mean},
                    {"half", found.half},
                    {"freedom", found.freedom},
                    {"test", found.is_paired ? "paired" : "welch"},
                    {"significant", found.is_significant()}});
  }
  const OrderedJson whole{{"significant", comparison.is_significant()},
                          {"rows", rows},
                          {"only_a", comparison.only_a},
                          {"only_b", comparison.only_b}};
  return whole.dump(1, ' ', false, OrderedJson::error_handler_t::replace) + '\n';
}

}  // namespace p2p::lab
