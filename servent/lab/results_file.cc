#include "servent/lab/results_file.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <nlohmann/json.hpp>

#include "protocols/base/bytes.h"

#include "servent/lab/exhibits.h"

namespace p2p::lab {

namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr int kFormat = 1;

std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text)
    out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

// Names of all numbers that some run has, those of the table first, then those of types.
std::vector<std::string> numbers_of(std::span<const Results> results) {
  std::set<std::string> found;
  std::set<std::string> types;
  for (const Results& one : results) {
    for (const Outcome& outcome : one.outcomes) {
      for (const Number& number : outcome.numbers)
        found.insert(number.name);
      for (const TypeCount& count : outcome.by_type)
        types.insert(count.type);
    }
  }
  std::vector<std::string> names;
  for (const NumberName& number : number_names())
    if (found.contains(std::string(number.name))) names.emplace_back(number.name);
  for (const std::string& type : types) {
    names.push_back("messages." + type);
    names.push_back("bytes." + type);
  }
  return names;
}

OrderedJson json_of(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return std::get<double>(value);
}

// What is not finite is null.
OrderedJson json_of(const Estimate& estimate) {
  return {{"count", estimate.count}, {"mean", estimate.mean}, {"half", estimate.half}};
}

OrderedJson json_of(const Outcome& outcome) {
  OrderedJson numbers = OrderedJson::object();
  for (const Number& number : outcome.numbers)
    numbers[number.name] = number.value;
  OrderedJson types = OrderedJson::object();
  for (const TypeCount& count : outcome.by_type)
    types[count.type] = {{"messages", count.messages}, {"bytes", count.bytes}};
  OrderedJson json{{"point", outcome.point}, {"seed", outcome.seed}, {"hash", outcome.hash},
                   {"numbers", numbers},     {"by_type", types},     {"notes", outcome.notes}};
  for (const Stretch& stretch : outcome.course)
    json["course"].push_back({{"at_s", stretch.at_s}, {"success", stretch.success}});
  return json;
}

OrderedJson json_of(const Effort& effort) {
  return {{"wall_s", effort.wall_s},
          {"nodes", effort.nodes},
          {"events", effort.events},
          {"messages", effort.messages},
          {"peak_bytes", effort.peak_bytes}};
}

const char* driver_name(const Results& results) {
  return results.is_real ? "real" : "simulated";
}

OrderedJson points_as_json(const Results& results) {
  OrderedJson all = OrderedJson::array();
  const std::vector<Point> points = points_of(results.scenario);
  for (std::size_t i = 0; i < points.size(); ++i) {
    OrderedJson values = OrderedJson::object();
    for (std::size_t k = 0; k < points[i].values.size(); ++k)
      values[results.scenario.vary[k].field] = json_of(points[i].values[k]);
    OrderedJson means = OrderedJson::object();
    for (const std::string& number : numbers_of({&results, 1})) {
      const Estimate mean = estimate(results.values(i, number));
      if (mean.count > 0) means[number] = json_of(mean);
    }
    all.push_back({{"values", values}, {"means", means}});
  }
  return all;
}

OrderedJson verdicts_as_json(const Results& results) {
  OrderedJson all = OrderedJson::array();
  for (const Verdict& verdict : judge(results)) {
    OrderedJson one{{"number", verdict.expected.number}, {"point", verdict.point}};
    if (verdict.expected.at_least) one["at_least"] = *verdict.expected.at_least;
    if (verdict.expected.at_most) one["at_most"] = *verdict.expected.at_most;
    if (verdict.expected.near) one["near"] = *verdict.expected.near;
    if (verdict.expected.within > 0) one["within"] = verdict.expected.within;
    one["met"] = json_of(verdict.met);
    one["holds"] = verdict.holds;
    all.push_back(std::move(one));
  }
  return all;
}

double number_or_nan(const OrderedJson& json) {
  return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

// Throws OrderedJson::exception for what is not there or of another type.
Outcome outcome_in(const OrderedJson& json) {
  Outcome outcome;
  outcome.point = json.at("point").get<std::size_t>();
  outcome.seed = json.at("seed").get<std::uint64_t>();
  outcome.hash = json.at("hash").get<std::string>();
  for (const auto& [name, value] : json.at("numbers").items())
    outcome.numbers.push_back({name, number_or_nan(value)});
  for (const auto& [type, count] : json.at("by_type").items())
    outcome.by_type.push_back(
        {type, number_or_nan(count.at("messages")), number_or_nan(count.at("bytes"))});
  outcome.notes = json.at("notes").get<std::vector<std::string>>();
  if (json.contains("course"))
    for (const OrderedJson& stretch : json.at("course"))
      outcome.course.push_back(
          {number_or_nan(stretch.at("at_s")), number_or_nan(stretch.at("success"))});
  return outcome;
}

Effort effort_in(const OrderedJson& json) {
  return {number_or_nan(json.at("wall_s")), json.at("nodes").get<std::size_t>(),
          json.at("events").get<std::uint64_t>(), json.at("messages").get<std::uint64_t>(),
          json.at("peak_bytes").get<std::uint64_t>()};
}

// What was run, without the runs.
Result<Results> head_in(const OrderedJson& json, const std::string& file) {
  auto scenario = read_scenario(json.at("scenario").get<std::string>(), file + " (scenario)");
  if (!scenario) return tl::unexpected<Error>(scenario.error());
  Results results;
  results.scenario = std::move(*scenario);
  results.version = json.at("version").get<std::string>();
  results.is_real = json.at("driver").get<std::string>() == "real";
  return results;
}

Result<void> take_run(const OrderedJson& json, std::size_t points, const std::string& file,
                      Results& results) {
  results.outcomes.push_back(outcome_in(json));
  if (results.outcomes.back().point >= points)
    return fail(Errc::malformed, file + ": a run is of a point that the scenario has not");
  return {};
}

tl::unexpected<Error> other_version(const std::string& file) {
  return fail(Errc::unsupported, file + ": not written by this version of the laboratory");
}

Result<Results> results_in(const OrderedJson& json, const std::string& file) {
  auto results = head_in(json, file);
  if (!results) return results;
  results->is_partial = json.at("partial").get<bool>();
  results->effort = effort_in(json.at("effort"));
  const std::size_t points = points_of(results->scenario).size();
  for (const OrderedJson& run : json.at("runs"))
    if (auto added = take_run(run, points, file, *results); !added)
      return tl::unexpected<Error>(added.error());
  return results;
}

}  // namespace

std::string to_csv(std::span<const Results> results) {
  const std::vector<std::string> numbers = numbers_of(results);
  std::string out = "driver,partial,point";
  for (const Variation& variation : results[0].scenario.vary)
    out += ',' + cell(variation.field);
  out += ",seed,hash";
  for (const std::string& number : numbers)
    out += ',' + cell(number);
  out += '\n';
  for (std::size_t place = 0; place < results.size(); ++place) {
    const std::vector<Point> points = points_of(results[place].scenario);
    for (const Outcome& outcome : results[place].outcomes) {
      out += driver_of(results, place) + (results[place].is_partial ? ",1," : ",0,") +
             std::to_string(outcome.point);
      for (const Value& value : points[outcome.point].values)
        out += ',' + cell(to_text(value));
      out += ',' + std::to_string(outcome.seed) + ',' + cell(outcome.hash);
      for (const std::string& number : numbers) {
        const auto value = outcome.find(number);
        out += ',' + (value ? to_text(Value(*value)) : "");
      }
      out += '\n';
    }
  }
  return out;
}

std::string to_json(std::span<const Results> results) {
  OrderedJson all = OrderedJson::array();
  for (const Results& one : results) {
    OrderedJson runs = OrderedJson::array();
    for (const Outcome& outcome : one.outcomes)
      runs.push_back(json_of(outcome));
    all.push_back({{"name", one.scenario.name},
                   {"claim", one.scenario.claim},
                   {"driver", driver_name(one)},
                   {"version", one.version},
                   {"partial", one.is_partial},
                   {"effort", json_of(one.effort)},
                   {"scenario", to_toml(one.scenario)},
                   {"points", points_as_json(one)},
                   {"runs", runs},
                   {"verdicts", verdicts_as_json(one)}});
  }
  const OrderedJson whole{{"format", kFormat}, {"results", all}};
  return whole.dump(1, ' ', false, OrderedJson::error_handler_t::replace) + '\n';
}

std::string head_line(const Results& results) {
  const OrderedJson head{{"format", kFormat},
                         {"driver", driver_name(results)},
                         {"version", results.version},
                         {"scenario", to_toml(results.scenario)}};
  return head.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + '\n';
}

std::string run_line(const Outcome& outcome, const Effort& so_far) {
  const OrderedJson line{{"run", json_of(outcome)}, {"effort", json_of(so_far)}};
  return line.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + '\n';
}

Result<Results> read_lines(std::string_view text, const std::string& file) {
  const auto next = [&text] {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + 1);
    return line;
  };
  text = text.substr(0, text.rfind('\n') + 1);
  if (text.empty()) return fail(Errc::malformed, file + ": it has no whole line");
  try {
    const OrderedJson head = OrderedJson::parse(next());
    if (head.at("format") != kFormat) return other_version(file);
    auto results = head_in(head, file);
    if (!results) return results;
    results->is_partial = true;
    const std::size_t points = points_of(results->scenario).size();
    while (!text.empty()) {
      const OrderedJson line = OrderedJson::parse(next());
      if (auto added = take_run(line.at("run"), points, file, *results); !added)
        return tl::unexpected<Error>(added.error());
      results->effort = effort_in(line.at("effort"));
    }
    return results;
  } catch (const OrderedJson::exception& error) {
    return fail(Errc::malformed, file + ": " + escaped(error.what(), 200));
  }
}

Result<std::vector<Results>> read_results(std::string_view json, const std::string& file) {
  try {
    const OrderedJson whole = OrderedJson::parse(json);
    if (whole.at("format") != kFormat) return other_version(file);
    std::vector<Results> all;
    for (const OrderedJson& one : whole.at("results")) {
      auto results = results_in(one, file);
      if (!results) return tl::unexpected<Error>(results.error());
      all.push_back(std::move(*results));
    }
    return all;
  } catch (const OrderedJson::exception& error) {
    return fail(Errc::malformed, file + ": " + escaped(error.what(), 200));
  }
}

}  // namespace p2p::lab
