// The report as pages: the same exhibits as Markdown and as HTML.
#include <algorithm>
#include <string_view>
#include <vector>

#include "servent/lab/digits.h"
#include "servent/lab/exhibits.h"
#include "servent/lab/report.h"

namespace p2p::lab {

namespace {

// What was run, in lines of name and text.
std::vector<std::pair<std::string, std::string>> run_facts(std::span<const Results> results) {
  std::vector<std::pair<std::string, std::string>> facts;
  const auto add = [&](const std::string& name, const std::string& text) {
    if (!text.empty()) facts.emplace_back(name, text);
  };
  add("Claim", results[0].scenario.claim);
  add("Figures to compare with", results[0].scenario.source);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Results& one = results[i];
    const std::size_t points = points_of(one.scenario).size();
    const std::size_t runs = one.outcomes.size();
    std::string text = std::to_string(points) + (points == 1 ? " point, " : " points, ") +
                       std::to_string(runs) + (runs == 1 ? " run, " : " runs, ") + "seeds " +
                       seeds_of(one) + ", version " + one.version;
    if (one.is_partial) text += ". PARTIAL: ended before all runs were done";
    add(driver_of(results, i), text);
    add(driver_of(results, i) + ", effort", effort_line(one.effort));
  }
  return facts;
}

std::vector<std::string> notes_of(std::span<const Results> results) {
  std::vector<std::string> notes;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const std::vector<Point> points = points_of(results[i].scenario);
    for (const Outcome& outcome : results[i].outcomes) {
      std::string where = label_of(results[i].scenario, points[outcome.point]);
      where += (where.empty() ? "seed " : ", seed ") + std::to_string(outcome.seed);
      const std::string begin = driver_of(results, i).append(", ").append(where).append(": ");
      for (const std::string& note : outcome.notes)
        notes.push_back(begin + note);
    }
  }
  return notes;
}

// "4 of 5 expectations hold."; empty when there were none.
std::string summary_of(const Table& verdicts) {
  if (verdicts.rows.empty()) return {};
  const auto held = std::ranges::count_if(
      verdicts.rows, [](const std::vector<std::string>& row) { return row.back() == "holds"; });
  return std::to_string(held) + " of " + std::to_string(verdicts.rows.size()) +
         " expectations hold.";
}

constexpr std::string_view kIntervals =
    "Each number is the mean over the seeds ± half of its 95 % interval (Student's t).";

// One line of Markdown in which every sign stands for itself.
std::string markdown(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      out += ' ';
      continue;
    }
    constexpr std::string_view kSigns = "\\`*_{}[]<>()#+!|~&$";
    if (kSigns.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

void add_table(const Table& table, std::string& out) {
  out += "\n## " + markdown(table.title) + "\n\n|";
  std::string rule = "\n|";
  for (const Column& column : table.columns) {
    out += ' ' + markdown(column.name) +
           (column.unit.empty() ? "" : " (" + markdown(column.unit) + ")") + " |";
    rule += " --- |";
  }
  out += rule + '\n';
  for (const auto& row : table.rows) {
    out += '|';
    for (const std::string& cell : row)
      out += ' ' + markdown(cell) + " |";
    out += '\n';
  }
}

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
)";

constexpr std::string_view kStyle = R"(<style>
body { font: 18px/1.5 sans-serif; color: #222; background: #fff; max-width: 1100px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.8em; }
h2 { font-size: 1.3em; margin-top: 2em; }
dt { font-weight: bold; }
dd { margin: 0 0 .5em 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { border: 1px solid #ccc; padding: .3em .7em; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.words { text-align: left; }
th { background: #f2f2f2; vertical-align: top; }
th small { display: block; font-weight: normal; }
.holds { background: #dff2df; }
.fails { background: #fadcd9; font-weight: bold; }
svg { max-width: 100%; height: auto; margin: 1em 0; border: 1px solid #eee; }
pre { background: #f7f7f7; padding: 1em; overflow-x: auto; font-size: .85em; }
@media (prefers-color-scheme: dark) {
  body { color: #ddd; background: #181818; }
  th, td { border-color: #444; }
  th, pre { background: #262626; }
  .holds { background: #1d3b1d; }
  .fails { background: #55211c; }
  svg { border-color: #333; fill: #ddd; }
  svg rect { fill: #181818; }
  svg line[stroke="#ddd"] { stroke: #3a3a3a; }
  svg line[stroke="#222"] { stroke: #aaa; }
  svg [stroke="#000000"] { stroke: #fff; }
  svg [fill="#000000"] { fill: #fff; }
  svg [stroke="#0072B2"] { stroke: #3b9ddb; }
  svg [fill="#0072B2"] { fill: #3b9ddb; }
}
</style>
)";

std::string element(std::string_view name, std::string_view text) {
  return std::string("<")
             .append(name)
             .append(">")
             .append(escaped_xml(text))
             .append("</")
             .append(name) +
         ">\n";
}

void add_html_table(const Table& table, std::string& out) {
  out += element("h2", table.title) + "<div class=\"wide\"><table>\n<tr>";
  for (const Column& column : table.columns) {
    out += "<th>" + escaped_xml(column.name);
    if (!column.unit.empty()) out += "<small>" + escaped_xml(column.unit) + "</small>";
    out += "</th>";
  }
  out += "</tr>\n";
  for (const auto& row : table.rows) {
    out += "<tr>";
    for (const std::string& cell : row) {
      const std::string_view kind = cell == "holds"   ? " class=\"holds\""
                                    : cell == "FAILS" ? " class=\"fails\""
                                    : is_number(cell) ? ""
                                                      : " class=\"words\"";
      out.append("<td").append(kind).append(">").append(escaped_xml(cell)).append("</td>");
    }
    out += "</tr>\n";
  }
  out += "</table></div>\n";
}

}  // namespace

std::string to_markdown(std::span<const Results> results) {
  std::string out = "# " + markdown(results[0].scenario.name) + "\n\n";
  for (const auto& [name, text] : run_facts(results))
    out += "* **" + markdown(name) + "**: " + markdown(text) + '\n';
  const Table verdicts = verdicts_of(results);
  if (!verdicts.rows.empty()) {
    add_table(verdicts, out);
    out += '\n' + markdown(summary_of(verdicts)) + '\n';
  }
  out += '\n' + markdown(kIntervals) + '\n';
  for (const Table& table : tables_of(results))
    add_table(table, out);
  const std::vector<Chart> charts = charts_of(results);
  if (!charts.empty()) out += "\n## Plots\n\n";
  for (const Chart& chart : charts)
    out += "![" + markdown(chart.title) + "](plot-" + chart.name + ".svg)\n";
  const std::vector<std::string> notes = notes_of(results);
  if (!notes.empty()) out += "\n## Notes\n\n";
  for (const std::string& note : notes)
    out += "* " + markdown(note) + '\n';
  return out;
}

std::string to_html(std::span<const Results> results) {
  std::string out(kHead);
  out += element("title", results[0].scenario.name);
  out += std::string(kStyle) + "</head>\n<body>\n" + element("h1", results[0].scenario.name);
  out += "<dl>\n";
  for (const auto& [name, text] : run_facts(results))
    out += element("dt", name) + element("dd", text);
  out += "</dl>\n";
  const Table verdicts = verdicts_of(results);
  if (!verdicts.rows.empty()) {
    add_html_table(verdicts, out);
    out += element("p", summary_of(verdicts));
  }
  const std::vector<Chart> charts = charts_of(results);
  if (!charts.empty()) out += element("h2", "Plots");
  for (const Chart& chart : charts)
    out += to_svg(chart);
  out += element("p", kIntervals);
  for (const Table& table : tables_of(results))
    add_html_table(table, out);
  const std::vector<std::string> notes = notes_of(results);
  if (!notes.empty()) out += element("h2", "Notes") + "<ul>\n";
  for (const std::string& note : notes)
    out += element("li", note);
  if (!notes.empty()) out += "</ul>\n";
  for (const Results& one : results)
    out += "<details><summary>The scenario as it was run</summary>\n" +
           element("pre", to_toml(one.scenario)) + "</details>\n";
  return out + "</body>\n</html>\n";
}

}  // namespace p2p::lab
