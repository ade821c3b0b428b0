#include "servent/lab/exhibits.h"

#include <algorithm>
#include <set>

#include "servent/lab/digits.h"

namespace p2p::lab {

namespace {

std::size_t runs_at(const Results& results, std::size_t point) {
  return static_cast<std::size_t>(std::ranges::count(results.outcomes, point, &Outcome::point));
}

// The columns that say which point a row is of, and their cells.
std::vector<Column> point_columns(std::span<const Results> results) {
  std::vector<Column> columns;
  if (results.size() > 1) columns.push_back({"driver", ""});
  for (const Variation& variation : results[0].scenario.vary)
    columns.push_back({variation.field, ""});
  return columns;
}

std::vector<std::string> point_cells(std::span<const Results> results, const Ran& ran) {
  std::vector<std::string> cells;
  if (results.size() > 1) cells.push_back(driver_of(results, ran.place));
  for (const Value& value : ran.point.values)
    cells.push_back(digits(value));
  return cells;
}

Table group_table(std::span<const Results> results, std::string_view group) {
  Table table{std::string(group), point_columns(results), {}};
  table.keys = table.columns.size();
  table.columns.push_back({"runs", ""});
  std::vector<std::string_view> numbers;
  for (const NumberName& number : number_names()) {
    if (number.group != group || !came_out(results, number.name)) continue;
    numbers.push_back(number.name);
    table.columns.push_back({std::string(number.name), std::string(number.unit)});
  }
  if (numbers.empty()) return table;
  for (const Ran& ran : ran_points(results)) {
    auto cells = point_cells(results, ran);
    cells.push_back(std::to_string(runs_at(results[ran.place], ran.number)));
    for (const std::string_view number : numbers)
      cells.push_back(digits(estimate(results[ran.place].values(ran.number, number))));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

Table type_table(std::span<const Results> results) {
  Table table{"Messages by type", point_columns(results), {}};
  table.columns.push_back({"type", ""});
  table.keys = table.columns.size();
  table.columns.push_back({"messages", "a query"});
  table.columns.push_back({"bytes", "a query"});
  table.columns.push_back({"share", "of all bytes"});
  const std::set<std::string> types = types_of(results);
  for (const Ran& ran : ran_points(results)) {
    for (const std::string& type : types) {
      const auto of = [&](const char* number) {
        return estimate(results[ran.place].values(ran.number, number + type));
      };
      if (of("bytes.").count == 0) continue;
      auto cells = point_cells(results, ran);
      cells.push_back(type);
      for (const char* number : {"messages.", "bytes.", "share."})
        cells.push_back(digits(of(number)));
      table.rows.push_back(std::move(cells));
    }
  }
  return table;
}

std::string expected_text(const Expectation& expected) {
  std::string out;
  const auto add = [&](const std::string& more) { out += (out.empty() ? "" : ", ") + more; };
  if (expected.at_least) add("at least " + digits(*expected.at_least));
  if (expected.at_most) add("at most " + digits(*expected.at_most));
  if (expected.near)
    add("near " + digits(*expected.near) +
        (expected.within > 0 ? " (within " + digits(expected.within * 100) + " %)" : ""));
  return out;
}

}  // namespace

Result<void> check_comparable(std::span<const Results> results) {
  if (results.empty()) return fail(Errc::refused, "no results");
  const auto fields_of = [](const Results& one) {
    std::vector<std::string> names;
    for (const Variation& variation : one.scenario.vary)
      names.push_back(variation.field);
    return names;
  };
  for (const Results& one : results)
    if (fields_of(one) != fields_of(results[0]))
      return fail(Errc::refused, "results that vary different fields do not fit into one report");
  return {};
}

bool came_out(std::span<const Results> results, std::string_view number) {
  return std::ranges::any_of(results, [&](const Results& one) {
    return std::ranges::any_of(
        one.outcomes, [&](const Outcome& outcome) { return outcome.find(number).has_value(); });
  });
}

std::set<std::string> types_of(std::span<const Results> results) {
  std::set<std::string> types;
  for (const Results& one : results)
    for (const Outcome& outcome : one.outcomes)
      for (const TypeCount& count : outcome.by_type)
        types.insert(count.type);
  return types;
}

std::vector<Ran> ran_points(std::span<const Results> results) {
  std::vector<Ran> all;
  for (std::size_t place = 0; place < results.size(); ++place) {
    std::vector<Point> points = points_of(results[place].scenario);
    for (std::size_t i = 0; i < points.size(); ++i)
      if (runs_at(results[place], i) > 0) all.push_back({place, i, std::move(points[i])});
  }
  return all;
}

std::string driver_of(std::span<const Results> results, std::size_t place) {
  const bool is_real = results[place].is_real;
  std::string name = is_real ? "real" : "simulated";
  if (std::ranges::count(results, is_real, &Results::is_real) == 1) return name;
  const auto before = results.first(place + 1);
  return name + ' ' + std::to_string(std::ranges::count(before, is_real, &Results::is_real));
}

std::string label_of(const Scenario& scenario, const Point& point) {
  std::string out;
  for (std::size_t i = 0; i < point.values.size(); ++i)
    out += (i == 0 ? "" : ", ") + scenario.vary[i].field + " = " + digits(point.values[i]);
  return out;
}

std::string seeds_of(const Results& results) {
  std::set<std::uint64_t> seeds;
  for (const Outcome& outcome : results.outcomes)
    seeds.insert(outcome.seed);
  if (seeds.empty()) return "none";
  if (seeds.size() > 2 && *seeds.rbegin() - *seeds.begin() == seeds.size() - 1)
    return std::to_string(*seeds.begin()) + " to " + std::to_string(*seeds.rbegin());
  std::string out;
  for (const std::uint64_t seed : seeds)
    out += (out.empty() ? "" : ", ") + std::to_string(seed);
  return out;
}

std::string effort_line(const Effort& effort) {
  std::string out = digits(effort.wall_s, effort.wall_s < 100 ? 1 : 0) + " s";
  if (effort.nodes == 0) return out;
  out = counted(effort.nodes, "node") + ", " + short_digits(static_cast<double>(effort.messages)) +
        " messages in " + out;
  if (effort.wall_s > 0)
    out += ": " + short_digits(static_cast<double>(effort.messages) / effort.wall_s) +
           " messages/s, " + short_digits(static_cast<double>(effort.events) / effort.wall_s) +
           " events/s";
  constexpr double kMiB = 1'048'576;
  return out + ", " + digits(static_cast<double>(effort.peak_bytes) / kMiB, 0) +
         " MiB of memory at most";
}

std::vector<Table> tables_of(std::span<const Results> results) {
  std::vector<Table> tables;
  std::string_view group;
  for (const NumberName& number : number_names()) {
    if (number.group == group) continue;
    group = number.group;
    if (Table table = group_table(results, group); !table.rows.empty())
      tables.push_back(std::move(table));
  }
  if (Table table = type_table(results); !table.rows.empty()) tables.push_back(std::move(table));
  return tables;
}

Table verdicts_of(std::span<const Results> results) {
  Table table{"What was expected", {}, {}};
  if (results.size() > 1) table.columns.push_back({"driver", ""});
  for (const char* name : {"number", "where", "expected", "met", "verdict"})
    table.columns.push_back({name, ""});
  for (std::size_t place = 0; place < results.size(); ++place) {
    const Scenario& scenario = results[place].scenario;
    const std::vector<Point> points = points_of(scenario);
    for (const Verdict& verdict : judge(results[place])) {
      std::vector<std::string> cells;
      if (results.size() > 1) cells.push_back(driver_of(results, place));
      const bool is_somewhere = verdict.point < points.size();
      const std::string where =
          is_somewhere ? label_of(scenario, points[verdict.point]) : "no point";
      cells.insert(cells.end(), {verdict.expected.number, where.empty() ? "-" : where,
                                 expected_text(verdict.expected), digits(verdict.met),
                                 verdict.holds ? "holds" : "FAILS"});
      table.rows.push_back(std::move(cells));
    }
  }
  return table;
}

}  // namespace p2p::lab
