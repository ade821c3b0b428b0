#include "servent/lab/scenario.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace p2p::lab {

namespace {

// As TOML writes it: every control character and quote by its number.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F && c != '"' && c != '\\') {
      out += c;
      continue;
    }
    std::array<char, 8> code{};
    std::snprintf(code.data(), code.size(), "\\u%04X", static_cast<unsigned>(byte));
    out += code.data();
  }
  return out + '"';
}

std::string quoted(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr ? quoted(std::string_view(*text)) : to_text(value);
}

std::string quoted(double value) {
  return to_text(Value(value));
}

std::string expectation_toml(const Expectation& expectation) {
  std::string out = "\n[[expect]]\nnumber = " + quoted(std::string_view(expectation.number)) + '\n';
  std::string where;
  for (const auto& [field, value] : expectation.where)
    where += (where.empty() ? "" : ", ") + field + " = " + quoted(value);
  if (!where.empty()) out += "where = { " + where + " }\n";
  if (expectation.at_least) out += "at_least = " + quoted(*expectation.at_least) + '\n';
  if (expectation.at_most) out += "at_most = " + quoted(*expectation.at_most) + '\n';
  if (expectation.near) out += "near = " + quoted(*expectation.near) + '\n';
  if (expectation.within > 0) out += "within = " + quoted(expectation.within) + '\n';
  return out;
}

}  // namespace

std::string to_toml(const Scenario& scenario) {
  std::string out = "name = " + quoted(std::string_view(scenario.name)) + '\n';
  if (!scenario.claim.empty()) out += "claim = " + quoted(std::string_view(scenario.claim)) + '\n';
  if (!scenario.source.empty())
    out += "source = " + quoted(std::string_view(scenario.source)) + '\n';
  std::string_view table;
  for (const Field& field : fields()) {
    const auto dot = field.name.find('.');
    if (table != field.name.substr(0, dot)) {
      table = field.name.substr(0, dot);
      out.append("\n[").append(table).append("]\n");
    }
    const Value value = field.get(scenario.setup);
    const bool is_varied = std::ranges::count(scenario.vary, field.name, &Variation::field) > 0;
    if (is_varied || value == Value(std::string())) continue;
    out.append(field.name.substr(dot + 1)).append(" = ").append(quoted(value)).append("\n");
  }
  if (!scenario.vary.empty()) out += "\n[vary]\n";
  for (const Variation& variation : scenario.vary) {
    out += variation.field + " = [";
    for (std::size_t i = 0; i < variation.values.size(); ++i)
      out += (i == 0 ? "" : ", ") + quoted(variation.values[i]);
    out += "]\n";
  }
  out += "\n[run]\nseeds = " + std::to_string(scenario.seeds) +
         "\nfirst_seed = " + std::to_string(scenario.first_seed) +
         "\ntight = " + quoted(scenario.tight) +
         "\ntight_number = " + quoted(std::string_view(scenario.tight_number)) + '\n';
  for (const Expectation& expectation : scenario.expect)
    out += expectation_toml(expectation);
  return out;
}

std::vector<Point> points_of(const Scenario& scenario) {
  std::vector<Point> points{{{}, scenario.setup}};
  for (const Variation& variation : scenario.vary) {
    const Field* field = find_field(variation.field);
    std::vector<Point> finer;
    for (const Point& point : points) {
      for (const Value& value : variation.values) {
        finer.push_back(point);
        finer.back().values.push_back(value);
        field->set(finer.back().setup, value);
      }
    }
    points = std::move(finer);
  }
  return points;
}

bool is_of(const Expectation& expectation, const Scenario& scenario, const Point& point) {
  return std::ranges::all_of(expectation.where, [&](const auto& condition) {
    const auto& [field, value] = condition;
    const auto varied = std::ranges::find(scenario.vary, field, &Variation::field);
    if (varied == scenario.vary.end()) return false;
    return point.values[static_cast<std::size_t>(varied - scenario.vary.begin())] == value;
  });
}

}  // namespace p2p::lab
