// Scenario files: every fault by its line, with the word that may have been meant.
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include <toml++/toml.h>

#include "protocols/base/bytes.h"
#include "protocols/base/nearest_word.h"

#include "servent/lab/outcome.h"
#include "servent/lab/scenario.h"

namespace p2p::lab {

namespace {

using Line = toml::source_index;

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestClaim = 1000;
constexpr std::size_t kMostVaried = 2;
constexpr std::size_t kMostValues = 1'000;  // of one variation
constexpr std::size_t kMostExpectations = 1'000;
constexpr double kMostSeed = 9007199254740992;  // 2^53: JSON's numbers count so far
constexpr double kUnbounded = std::numeric_limits<double>::max();

std::string named(std::string_view name) {
  return '"' + escaped(name) + '"';
}

// A key with its dots, and what it is set to.
struct Leaf {
  std::string name;  // "query.ttl"
  const toml::node* node;
  Line line;
};

// Both `query.ttl = 7` and `"query.ttl" = 7` are query.ttl; in the order of the file. A table with
// nothing in it is a leaf: nobody means it.
std::vector<Leaf> leaves_of(const toml::table& table, const std::string& before = {}) {
  std::vector<Leaf> out;
  for (const auto& [key, node] : table) {
    const std::string name = before + std::string(key.str());
    const bool has_more = node.is_table() && !node.as_table()->empty();
    if (has_more && before.size() < kLongestName) {
      for (Leaf& leaf : leaves_of(*node.as_table(), name + '.'))
        out.push_back(std::move(leaf));
    } else {
      out.push_back({name, &node, key.source().begin.line});
    }
  }
  std::ranges::stable_sort(out, [](const Leaf& a, const Leaf& b) {
    const auto& at = a.node->source().begin;
    const auto& other = b.node->source().begin;
    return std::pair(at.line, at.column) < std::pair(other.line, other.column);
  });
  return out;
}

// Of whole numbers too large for a double the nearest one: no bound takes it for another.
std::optional<double> number_of(const toml::node& node) {
  if (const auto* whole = node.as_integer()) return static_cast<double>(whole->get());
  if (const auto* real = node.as_floating_point()) return real->get();
  return {};
}

// "1..7": whole numbers from one to another, both included, at most kMostValues.
struct NumberRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};
std::optional<NumberRange> range_of(const toml::node& node) {
  const std::string text = node.value_or(std::string());
  const char* end = text.data() + text.size();
  NumberRange range;
  const auto [dots, first] = std::from_chars(text.data(), end, range.first);
  if (first != std::errc() || !std::string_view(dots, end).starts_with("..")) return {};
  const auto [rest, last] = std::from_chars(dots + 2, end, range.last);
  const bool is_range = last == std::errc() && rest == end && range.first <= range.last &&
                        range.last - range.first < kMostValues;
  return is_range ? std::optional(range) : std::nullopt;
}

class ScenarioReader {
 public:
  Result<Scenario> read(const toml::table& table, const std::string& file) {
    for (const auto& [key, node] : table)
      read_top(std::string(key.str()), node, key.source().begin.line);
    if (!table.contains("name")) wrong(1, "the scenario has no name: say name = \"...\"");
    if (const toml::node* node = table.get("vary")) read_varied(*node);
    if (const toml::node* node = table.get("expect")) read_expected(*node);
    if (fault_.empty()) check_points();
    if (fault_.empty()) return std::move(out_);
    return fail(Errc::malformed, file + ':' + std::to_string(line_) + ": " + fault_);
  }

  // `table` stands for what `scenario` says of its fields.
  Result<Scenario> change(Scenario scenario, const toml::table& table) {
    out_ = std::move(scenario);
    out_.expect.clear();
    for (const Leaf& leaf : leaves_of(table)) {
      const auto is_same = [&](const Variation& variation) { return variation.field == leaf.name; };
      std::erase_if(out_.vary, is_same);
      const Field* field = find_field(leaf.name);
      const bool is_range = field != nullptr && !field->is_text && range_of(*leaf.node);
      leaf.node->is_array() || is_range ? read_variation(leaf) : read_field(leaf);
    }
    if (fault_.empty()) check_points();
    if (fault_.empty()) return std::move(out_);
    return fail(Errc::malformed, fault_);
  }

 private:
  void read_top(const std::string& name, const toml::node& node, Line line) {
    const auto is_of = [&](const Field& field) { return field.name.starts_with(name + '.'); };
    if (name == "name") return read_name(node, line);
    if (name == "claim") return take_text(name, node, line, out_.claim);
    if (name == "source") return take_text(name, node, line, out_.source);
    if (name == "vary" || name == "expect") return;
    const bool is_table = name == "run" || std::ranges::any_of(fields(), is_of);
    if (is_table && !node.is_table()) return wrong(line, named(name) + " must be a table");
    if (is_table) {
      for (const Leaf& leaf : leaves_of(*node.as_table(), name + '.'))
        name == "run" ? read_run(leaf) : read_field(leaf);
      return;
    }
    std::vector<std::string_view> known{"name", "claim", "source", "vary", "run", "expect"};
    for (const Field& field : fields())
      known.push_back(field.name.substr(0, field.name.find('.')));
    unknown("field", name, known, line);
  }

  void read_name(const toml::node& node, Line line) {
    out_.name = node.value_or(std::string());
    const bool is_fine =
        node.is_string() && !out_.name.empty() && out_.name.size() <= kLongestName &&
        std::ranges::all_of(out_.name,
                            [](unsigned char c) { return c == '-' || std::isalnum(c) != 0; });
    if (!is_fine) wrong(line, "\"name\" must be 1 to 64 letters, digits and '-'");
  }

  void read_field(const Leaf& leaf) {
    const Field* field = field_of(leaf);
    if (field == nullptr) return;
    if (const auto value = take(*field, *leaf.node, leaf.line)) field->set(out_.setup, *value);
    lines_.emplace_back(field->name, leaf.line);
  }

  void read_run(const Leaf& leaf) {
    static constexpr std::array<std::string_view, 4> kKeys{"run.seeds", "run.first_seed",
                                                           "run.tight", "run.tight_number"};
    if (leaf.name == "run.seeds") {
      if (const auto seeds = take_number(leaf, 1, kMostSeeds, true))
        out_.seeds = static_cast<std::uint32_t>(*seeds);
    } else if (leaf.name == "run.first_seed") {
      if (const auto seed = take_number(leaf, 0, kMostSeed, true))
        out_.first_seed = static_cast<std::uint64_t>(*seed);
    } else if (leaf.name == "run.tight") {
      out_.tight = take_number(leaf, 0, 1).value_or(0);
    } else if (leaf.name == "run.tight_number") {
      take_number_name(leaf, out_.tight_number);
    } else {
      unknown("field", leaf.name, kKeys, leaf.line);
    }
  }

  void read_varied(const toml::node& node) {
    if (!node.is_table()) return wrong(node.source().begin.line, "\"vary\" must be a table");
    for (const Leaf& leaf : leaves_of(*node.as_table()))
      read_variation(leaf);
  }

  void read_variation(const Leaf& leaf) {
    const Field* field = field_of(leaf);
    if (field == nullptr) return;
    if (out_.vary.size() == kMostVaried)
      return wrong(leaf.line, "more than two fields are varied: a third makes no picture");
    if (std::ranges::count(lines_, field->name, &FieldLine::first) > 0)
      return wrong(leaf.line, named(leaf.name) + " is set already, so it cannot be varied too");
    lines_.emplace_back(field->name, leaf.line);
    Variation variation{leaf.name, {}};
    const auto range = range_of(*leaf.node);
    const toml::array* list = leaf.node->as_array();
    const bool is_list = list != nullptr && !list->empty() && list->size() <= kMostValues;
    if (!is_list && (!range || field->is_text))
      return wrong(leaf.line,
                   named(leaf.name) + " must be 1 to 1000 values: " +
                       (field->is_text ? "[\"one\", \"other\"]" : "[1, 2, 3] or \"1..3\""));
    const bool is_done = is_list ? take_list(*field, *list, variation.values)
                                 : take_range(*field, *range, leaf.line, variation.values);
    if (is_done) out_.vary.push_back(std::move(variation));
  }

  bool take_list(const Field& field, const toml::array& list, std::vector<Value>& out) {
    for (const toml::node& one : list) {
      const Line line = one.source().begin.line;
      const auto value = take(field, one, line);
      if (!value) return false;
      if (std::ranges::count(out, *value) > 0) {
        wrong(line, named(field.name) + " has the value " + escaped(to_text(*value)) + " twice");
        return false;
      }
      out.push_back(*value);
    }
    return true;
  }

  bool take_range(const Field& field, const NumberRange& range, Line line,
                  std::vector<Value>& out) {
    for (std::uint32_t i = range.first; i <= range.last; ++i) {
      out.emplace_back(static_cast<double>(i));
      if (const std::string why = misfit(field, out.back()); !why.empty()) {
        wrong(line, why);
        return false;
      }
    }
    return true;
  }

  void read_expected(const toml::node& node) {
    const toml::array* list = node.as_array();
    if (list == nullptr || !list->is_homogeneous(toml::node_type::table) ||
        list->size() > kMostExpectations)
      return wrong(node.source().begin.line, "\"expect\" must be tables: [[expect]]");
    for (const toml::node& one : *list)
      read_expectation(*one.as_table());
  }

  void read_expectation(const toml::table& table) {
    static constexpr std::array<std::string_view, 6> kKeys{"number",  "where", "at_least",
                                                           "at_most", "near",  "within"};
    Expectation out;
    const Line first = table.source().begin.line;
    for (const auto& [key, node] : table) {
      const Leaf leaf{std::string(key.str()), &node, key.source().begin.line};
      if (leaf.name == "number") {
        take_number_name(leaf, out.number);
      } else if (leaf.name == "where") {
        read_where(leaf, out);
      } else if (leaf.name == "at_least") {
        out.at_least = take_number(leaf, -kUnbounded, kUnbounded);
      } else if (leaf.name == "at_most") {
        out.at_most = take_number(leaf, -kUnbounded, kUnbounded);
      } else if (leaf.name == "near") {
        out.near = take_number(leaf, -kUnbounded, kUnbounded);
      } else if (leaf.name == "within") {
        out.within = take_number(leaf, 0, 1).value_or(0);
      } else {
        unknown("field of an expectation", leaf.name, kKeys, leaf.line);
      }
    }
    if (!table.contains("number")) wrong(first, "an expectation needs its \"number\"");
    if (!table.contains("at_least") && !table.contains("at_most") && !table.contains("near"))
      wrong(first, "an expectation needs \"at_least\", \"at_most\" or \"near\"");
    if (out.at_least && out.at_most && *out.at_least > *out.at_most)
      wrong(first, "\"at_least\" is above \"at_most\"");
    if (table.contains("within") && !table.contains("near"))
      wrong(first, "\"within\" is of \"near\", which is not there");
    out_.expect.push_back(std::move(out));
  }

  void read_where(const Leaf& where, Expectation& out) {
    if (!where.node->is_table())
      return wrong(where.line, "\"where\" must be like { query.ttl = 7 }");
    std::vector<std::string_view> varied;
    for (const Variation& variation : out_.vary)
      varied.emplace_back(variation.field);
    for (const Leaf& leaf : leaves_of(*where.node->as_table())) {
      const auto variation = std::ranges::find(out_.vary, leaf.name, &Variation::field);
      if (variation == out_.vary.end()) {
        unknown("varied field", leaf.name, varied, where.line);
        continue;
      }
      const auto value = take(*find_field(leaf.name), *leaf.node, where.line);
      if (!value) continue;
      if (std::ranges::count(variation->values, *value) == 0)
        wrong(where.line, named(leaf.name) + " never has the value " + escaped(to_text(*value)));
      out.where[leaf.name] = *value;
    }
  }

  void check_points() {
    std::size_t points = 1;
    for (const Variation& variation : out_.vary)
      points *= variation.values.size();
    if (points > kMostPoints)
      return wrong(line_of({out_.vary[0].field}), "more than 10000 points: vary less");
    for (const Point& point : points_of(out_)) {
      const Conflict found = conflict(point.setup);
      if (!found.why.empty()) return wrong(line_of(found.fields), found.why);
    }
  }

  // Nothing, and the fault is told, when the node is no value of the field.
  std::optional<Value> take(const Field& field, const toml::node& node, Line line) {
    std::optional<Value> value;
    if (node.is_string()) value = node.value_or(std::string());
    if (const auto number = number_of(node)) value = *number;
    const std::string why = value ? misfit(field, *value)
                                  : named(field.name) + " must be " + wanted(field) +
                                        (node.is_array() ? "; several under [vary]" : "");
    if (why.empty()) return value;
    wrong(line, why);
    return {};
  }

  std::optional<double> take_number(const Leaf& leaf, double least, double most,
                                    bool is_whole = false) {
    const double value = number_of(*leaf.node).value_or(std::nan(""));
    if (value >= least && value <= most && (!is_whole || std::floor(value) == value)) return value;
    wrong(leaf.line,
          named(leaf.name) + " must be a " + (is_whole ? "whole " : "") + "number" +
              (most < kUnbounded ? " from " + to_text(least) + " to " + to_text(most) : ""));
    return {};
  }

  void take_text(const std::string& name, const toml::node& node, Line line, std::string& out) {
    out = node.value_or(std::string());
    if (!node.is_string() || out.size() > kLongestClaim)
      wrong(line, named(name) + " must be a text in \"quotes\" of at most 1000 bytes");
  }

  void take_number_name(const Leaf& leaf, std::string& out) {
    out = leaf.node->value_or(std::string());
    if (!leaf.node->is_string())
      return wrong(leaf.line, named(leaf.name) + " must be the name of a number");
    if (names_number(out)) return;
    std::vector<std::string_view> names;
    for (const NumberName& number : number_names())
      names.push_back(number.name);
    unknown("number", out, names, leaf.line);
  }

  const Field* field_of(const Leaf& leaf) {
    const Field* field = find_field(leaf.name);
    if (field != nullptr) return field;
    std::vector<std::string_view> names;
    const std::string_view last = std::string_view(leaf.name).substr(leaf.name.rfind('.') + 1);
    for (const Field& one : fields())  // the right word in the wrong table
      if (one.name.substr(one.name.find('.') + 1) == last) names.push_back(one.name);
    if (names.size() == 1) {
      wrong(leaf.line,
            "unknown field " + named(leaf.name) + ", did you mean " + named(names[0]) + '?');
      return nullptr;
    }
    for (const Field& one : fields())
      names.push_back(one.name);
    unknown("field", leaf.name, names, leaf.line);
    return nullptr;
  }

  void unknown(const std::string& what, const std::string& name,
               std::span<const std::string_view> known, Line line) {
    const std::string near(nearest_word(name, known));
    wrong(line, "unknown " + what + ' ' + named(name) +
                    (near.empty() ? "" : ", did you mean " + named(near) + '?'));
  }

  // Of the first of these that the file has.
  Line line_of(const std::vector<std::string_view>& names) const {
    for (const std::string_view name : names) {
      const auto known = std::ranges::find(lines_, name, &FieldLine::first);
      if (known != lines_.end()) return known->second;
    }
    return 1;
  }

  void wrong(Line line, const std::string& what) {
    if (!fault_.empty() && line_ <= line) return;
    line_ = line;
    fault_ = what;
  }

  using FieldLine = std::pair<std::string_view, Line>;

  Scenario out_;
  std::vector<FieldLine> lines_;  // of the fields that are set or varied
  std::string fault_;             // the first in the file so far
  Line line_ = 0;
};

// What stands behind "=" may be a word without its quotes.
toml::table assigned(const std::string& field, const std::string& value) {
  try {
    return toml::parse(field + " = " + value);
  } catch (const toml::parse_error&) {
    return toml::parse(field + " = \"" + value + '"');
  }
}

}  // namespace

Result<Scenario> change(Scenario scenario, std::string_view assignment) {
  const std::string begin = "--set " + escaped(assignment) + ": ";
  const std::size_t at = assignment.find('=');
  if (at == std::string_view::npos) return fail(Errc::malformed, begin + "say FIELD=VALUE");
  const std::string field(assignment.substr(0, at));
  try {
    auto changed = ScenarioReader().change(std::move(scenario),
                                           assigned(field, std::string(assignment.substr(at + 1))));
    if (!changed) return fail(changed.error().code, begin + changed.error().detail);
    return changed;
  } catch (const toml::parse_error& error) {
    return fail(Errc::malformed, begin + escaped(error.description(), 200));
  }
}

Result<Scenario> read_scenario(std::string_view text, const std::string& file) {
  if (text.size() > kMostScenarioBytes)
    return fail(Errc::too_long, file + ":1: larger than 1 MiB, which no scenario is");
  try {
    return ScenarioReader().read(toml::parse(text, file), file);
  } catch (const toml::parse_error& error) {
    return fail(Errc::malformed, file + ':' + std::to_string(error.source().begin.line) + ": " +
                                     escaped(error.description(), 200));
  }
}

}  // namespace p2p::lab
