// Exhibits that are drawn: numbers over a varied field.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "protocols/base/letters.h"

#include "servent/lab/digits.h"
#include "servent/lab/exhibits.h"

namespace p2p::lab {

namespace {

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
    if (std::ranges::any_of(results, &Results::is_partial)) chart_.title += " (partial)";
    chart_.x_label = std::string(field.name) + ": " + std::string(field.about);
    chart_.y_label = std::string(number.name) + ", " + std::string(number.unit);
    chart_.is_share = number.unit == "share" || number.unit == "0 to 1";
    const auto& vary = results[0].scenario.vary;
    if (vary.size() > 1) chart_.legend = vary[1 - x_].field;
  }

  Chart chart() && {
    add_series();
    for (const Ran& ran : ran_points(results_)) {
      const Value& value = ran.point.values[x_];
      const double x = is_words_ ? static_cast<double>(place_in(chart_.words, to_text(value)))
                                 : std::get<double>(value);
      const Estimate met = estimate(results_[ran.place].values(ran.number, number_.name));
      if (met.count == 0) continue;
      const std::size_t at = series_.at({ran.place, second_of(ran.point)});
      chart_.series[at].points.push_back({x, met.mean, met.half});
    }
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

// The shares of all types: a series each.
Chart share_chart(std::span<const Results> results) {
  Chart all;
  std::size_t colour = 0;
  for (const std::string& type : types_of(results)) {
    const std::string name = "share." + type;
    Chart one = ChartOf(results, {name, "", "of all bytes", "bytes by type of message"}).chart();
    for (Series& series : one.series) {
      series.label = type + (series.label.empty() ? "" : ", ") + series.label;
      series.colour = colour;
      all.series.push_back(std::move(series));
    }
    one.series = std::move(all.series);
    all = std::move(one);
    ++colour;
  }
  const bool is_partial = all.title.ends_with(" (partial)");
  all.name = "share";
  all.title =
      is_partial ? "share: of all bytes, by type (partial)" : "share: of all bytes, by type";
  all.y_label = "share, of all bytes";
  all.is_share = true;
  all.legend = "type";
  return all;
}

// How success went at each point, a series each; without series where nobody comes or goes.
Chart course_chart(std::span<const Results> results) {
  Chart chart;
  chart.name = "course";
  chart.title = "course: success over time";
  if (std::ranges::any_of(results, &Results::is_partial)) chart.title += " (partial)";
  chart.x_label = "s, from the first question";
  chart.y_label = "success, share";
  chart.is_share = chart.is_time = true;
  std::vector<std::string> fields;
  for (const Variation& variation : results[0].scenario.vary)
    fields.push_back(variation.field);
  chart.legend = joined(fields, ", ");
  for (const Ran& ran : ran_points(results)) {
    const Results& of = results[ran.place];
    std::map<double, std::vector<double>> over_seeds;
    for (const Outcome& outcome : of.outcomes)
      if (outcome.point == ran.number)
        for (const Stretch& stretch : outcome.course)
          over_seeds[stretch.at_s].push_back(stretch.success);
    if (over_seeds.empty()) continue;
    std::vector<std::string> words;
    for (const Value& value : ran.point.values)
      words.push_back(digits(value));
    if (results.size() > 1) words.push_back(driver_of(results, ran.place));
    Series series{joined(words, ", "), ran.number, of.is_real, {}};
    for (const auto& [at_s, values] : over_seeds) {
      const Estimate met = estimate(values);
      series.points.push_back({at_s, met.mean, met.half});
    }
    chart.series.push_back(std::move(series));
  }
  return chart;
}

}  // namespace

std::vector<Chart> charts_of(std::span<const Results> results) {
  std::vector<Chart> charts;
  const std::size_t varied = results[0].scenario.vary.size();
  if (varied > 0)
    for (const NumberName& number : number_names())
      if (came_out(results, number.name)) charts.push_back(ChartOf(results, number).chart());
  if (varied == 1 && !types_of(results).empty()) charts.push_back(share_chart(results));
  if (Chart course = course_chart(results); !course.series.empty())
    charts.push_back(std::move(course));
  return charts;
}

}  // namespace p2p::lab
