#include "servent/lab/exhibits.h"

#include <algorithm>
#include <map>
#include <set>

#include "servent/lab/digits.h"

namespace p2p::lab {

namespace {

// Whether any run at any point has the number.
bool came_out(std::span<const Results> results, std::string_view number) {
  return std::ranges::any_of(results, [&](const Results& one) {
    return std::ranges::any_of(
        one.outcomes, [&](const Outcome& outcome) { return outcome.find(number).has_value(); });
  });
}

std::size_t runs_at(const Results& results, std::size_t point) {
  return static_cast<std::size_t>(std::ranges::count(results.outcomes, point, &Outcome::point));
}

std::set<std::string> types_of(const Results& results) {
  std::set<std::string> types;
  for (const Outcome& outcome : results.outcomes)
    for (const TypeCount& count : outcome.by_type)
      types.insert(count.type);
  return types;
}

// The columns that say which point a row is of, and their cells.
std::vector<Column> point_columns(std::span<const Results> results) {
  std::vector<Column> columns;
  if (results.size() > 1) columns.push_back({"driver", ""});
  for (const Variation& variation : results[0].scenario.vary)
    columns.push_back({variation.field, ""});
  return columns;
}

std::vector<std::string> point_cells(std::span<const Results> results, std::size_t place,
                                     const Point& point) {
  std::vector<std::string> cells;
  if (results.size() > 1) cells.push_back(driver_of(results, place));
  for (const Value& value : point.values)
    cells.push_back(digits(value));
  return cells;
}

// Calls with each point that ran, of all results.
template <class Each>
void each_point(std::span<const Results> results, Each each) {
  for (std::size_t place = 0; place < results.size(); ++place) {
    const std::vector<Point> points = points_of(results[place].scenario);
    for (std::size_t i = 0; i < points.size(); ++i)
      if (runs_at(results[place], i) > 0) each(place, i, points[i]);
  }
}

Table group_table(std::span<const Results> results, std::string_view group) {
  Table table{std::string(group), point_columns(results), {}};
  table.columns.push_back({"runs", ""});
  std::vector<std::string_view> numbers;
  for (const NumberName& number : number_names()) {
    if (number.group != group || !came_out(results, number.name)) continue;
    numbers.push_back(number.name);
    table.columns.push_back({std::string(number.name), std::string(number.unit)});
  }
  if (numbers.empty()) return table;
  each_point(results, [&](std::size_t place, std::size_t i, const Point& point) {
    auto cells = point_cells(results, place, point);
    cells.push_back(std::to_string(runs_at(results[place], i)));
    for (const std::string_view number : numbers)
      cells.push_back(digits(estimate(results[place].values(i, number))));
    table.rows.push_back(std::move(cells));
  });
  return table;
}

Table type_table(std::span<const Results> results) {
  Table table{"Messages by type", point_columns(results), {}};
  for (const char* name : {"type", "messages", "bytes", "share of bytes"})
    table.columns.push_back({name, ""});
  each_point(results, [&](std::size_t place, std::size_t i, const Point& point) {
    std::map<std::string, double> bytes;
    double all = 0;
    for (const std::string& type : types_of(results[place])) {
      const Estimate mean = estimate(results[place].values(i, "bytes." + type));
      if (mean.count == 0) continue;
      bytes[type] = mean.mean;
      all += mean.mean;
    }
    for (const auto& [type, mean] : bytes) {
      auto cells = point_cells(results, place, point);
      cells.push_back(type);
      cells.push_back(digits(estimate(results[place].values(i, "messages." + type))));
      cells.push_back(digits(estimate(results[place].values(i, "bytes." + type))));
      cells.push_back(all > 0 ? digits(mean / all * 100, 1) + " %" : "-");
      table.rows.push_back(std::move(cells));
    }
  });
  return table;
}

std::string text_of(const Expectation& expected) {
  std::string out;
  const auto add = [&](const std::string& more) { out += (out.empty() ? "" : ", ") + more; };
  if (expected.at_least) add("at least " + digits(*expected.at_least));
  if (expected.at_most) add("at most " + digits(*expected.at_most));
  if (expected.near)
    add("near " + digits(*expected.near) +
        (expected.within > 0 ? " (within " + digits(expected.within * 100) + " %)" : ""));
  return out;
}

// Which varied field is the x axis.
std::size_t x_of(const Scenario& scenario) {
  const auto is_number = [](const Variation& variation) {
    return !find_field(variation.field)->is_text;
  };
  const auto found = std::ranges::find_if(scenario.vary, is_number);
  return found == scenario.vary.end() ? 0 : static_cast<std::size_t>(found - scenario.vary.begin());
}

std::size_t place_in(std::vector<std::string>& words, const std::string& word) {
  const auto found = std::ranges::find(words, word);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  words.push_back(word);
  return words.size() - 1;
}

// One chart while it is filled: a series for each result and value of the field that is not x.
class ChartOf {
 public:
  ChartOf(std::span<const Results> results, const NumberName& number)
      : results_(results),
        number_(number),
        x_(x_of(results[0].scenario)) {
    const Field& field = *find_field(results[0].scenario.vary[x_].field);
    is_words_ = field.is_text;
    chart_.name = number.name;
    chart_.title = std::string(number.name) + ": " + std::string(number.about);
    chart_.x_label = std::string(field.name) + ": " + std::string(field.about);
    chart_.y_label = std::string(number.name) + ", " + std::string(number.unit);
    const auto& vary = results[0].scenario.vary;
    if (vary.size() > 1) chart_.legend = vary[1 - x_].field;
  }

  Chart chart() && {
    add_series();
    each_point(results_, [&](std::size_t place, std::size_t i, const Point& point) {
      const Estimate met = estimate(results_[place].values(i, number_.name));
      if (met.count == 0) return;
      const Value& value = point.values[x_];
      const double x = is_words_ ? static_cast<double>(place_in(chart_.words, to_text(value)))
                                 : std::get<double>(value);
      const std::size_t at = series_.at({place, second_of(point)});
      chart_.series[at].points.push_back({x, met.mean, met.half});
    });
    std::erase_if(chart_.series, [](const Series& series) { return series.points.empty(); });
    return std::move(chart_);
  }

 private:
  // The value of the field that is not x.
  std::string second_of(const Point& point) const {
    return point.values.size() < 2 ? std::string() : digits(point.values[1 - x_]);
  }

  // Real marks have the colour of the curve that they should lie on; a second result of a kind has
  // colours of its own.
  void add_series() {
    std::vector<std::string> seconds;
    for (const Results& one : results_)
      for (const Point& point : points_of(one.scenario))
        place_in(seconds, second_of(point));
    for (std::size_t place = 0; place < results_.size(); ++place) {
      const bool is_real = results_[place].is_real;
      const auto before = static_cast<std::size_t>(
          std::ranges::count(results_.first(place), is_real, &Results::is_real));
      for (std::size_t i = 0; i < seconds.size(); ++i) {
        std::string label = seconds[i];
        if (results_.size() > 1) label += (label.empty() ? "" : ", ") + driver_of(results_, place);
        series_[{place, seconds[i]}] = chart_.series.size();
        chart_.series.push_back({std::move(label), before * seconds.size() + i, is_real, {}});
      }
    }
  }

  std::span<const Results> results_;
  const NumberName& number_;
  std::size_t x_;
  bool is_words_ = false;
  std::map<std::pair<std::size_t, std::string>, std::size_t> series_;
  Chart chart_;
};

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
      cells.insert(cells.end(),
                   {verdict.expected.number, where.empty() ? "-" : where, text_of(verdict.expected),
                    digits(verdict.met), verdict.holds ? "holds" : "FAILS"});
      table.rows.push_back(std::move(cells));
    }
  }
  return table;
}

std::vector<Chart> charts_of(std::span<const Results> results) {
  std::vector<Chart> charts;
  if (results[0].scenario.vary.empty()) return charts;
  for (const NumberName& number : number_names())
    if (came_out(results, number.name)) charts.push_back(ChartOf(results, number).chart());
  return charts;
}

}  // namespace p2p::lab
