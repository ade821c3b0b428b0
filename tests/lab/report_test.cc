#include "servent/lab/report.h"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "servent/lab/exhibits.h"
#include "servent/lab/plot.h"
#include "servent/lab/results_file.h"
#include "servent/lab/terminal.h"

#include "tests/support/count_of.h"
#include "tests/support/files.h"
#include "tests/support/temp_dir.h"
#include "tests/support/units.h"

namespace p2p::lab {
namespace {

namespace fs = std::filesystem;
using test::count_of;
using test::kNaN;
using test::read_file;

// Every element is closed, in order, and outside of them only `<` that begin one. Void elements of
// HTML are taken for closed.
void expect_balanced(const std::string& text) {
  static const std::regex tag(
      R"(<(/?)([A-Za-z][A-Za-z0-9]*)((?:\s+[-a-zA-Z0-9:]+="[^"<]*")*)\s*(/?)>)");
  std::vector<std::string> open;
  std::size_t tags = 0;
  for (std::sregex_iterator at(text.begin(), text.end(), tag); at != std::sregex_iterator(); ++at) {
    ++tags;
    const std::string name = (*at)[2];
    if ((*at)[4] == "/" || name == "meta") continue;
    if ((*at)[1] == "") {
      open.push_back(name);
      continue;
    }
    ASSERT_FALSE(open.empty()) << name;
    EXPECT_EQ(open.back(), name);
    open.pop_back();
  }
  EXPECT_TRUE(open.empty());
  EXPECT_EQ(count_of(text, "<") - count_of(text, "<!DOCTYPE"), tags);
}

constexpr const char* kCostScenario = R"(
name = "cost"
claim = "one more hop multiplies what a flood costs"
source = "experiments.md, section 7"
[vary]
query.ttl = [1, 2, 7]
network.shape = ["flat", "two-tier"]
[run]
seeds = 2
[[expect]]
number = "messages"
where = { query.ttl = 7, network.shape = "flat" }
at_least = 8_000
[[expect]]
number = "success"
where = { query.ttl = 1 }
near = 0.5
within = 0.1
)";

// Two seeds of each point but the last, which the run did not come to.
Results simulated() {
  Results results{read_scenario(kCostScenario, "cost.toml").value(),
                  "0.1.0",
                  false,
                  true,
                  {12.34, 200, 5'000, 1'000, 1U << 20U},
                  {}};
  const std::vector<double> messages{4, 3, 15.25, 9, 8848};
  for (std::size_t point = 0; point < 5; ++point) {
    for (const std::uint64_t seed : {1U, 2U}) {
      const double more = static_cast<double>(seed - 1) * static_cast<double>(point);
      results.outcomes.push_back(
          {point,
           seed,
           "a1b2",
           {{"messages", messages[point] + more},
            {"success", 0.25 + 0.125 * more},
            {"first_hit_ms", point == 0 ? kNaN : 120.5}},
           {{"query", messages[point], 23 * messages[point]}, {"query_hit", 1, 100 + more}},
           {}});
    }
  }
  return results;
}

Results measured() {
  Results results = simulated();
  results.is_real = true;
  results.is_partial = false;
  results.scenario.vary[0].values = {2.0, 7.0};
  results.scenario.expect.pop_back();
  results.outcomes.clear();
  results.outcomes.push_back(
      {0, 1, "", {{"messages", 16}}, {}, {"node 7 ended by itself: signal 11"}});
  return results;
}

// SERVENT_GOLDEN=1 writes them anew.
void expect_golden(const std::string& name, const std::string& text) {
  const fs::path file = fs::path(TEST_DATA_DIR) / "lab" / "golden" / name;
  // NOLINTNEXTLINE(concurrency-mt-unsafe)
  if (std::getenv("SERVENT_GOLDEN") != nullptr) std::ofstream(file, std::ios::binary) << text;
  EXPECT_EQ(text, read_file(file)) << file;
}

TEST(Report, LooksAsTheGoldenFiles) {
  const std::vector<Results> both{simulated(), measured()};
  expect_golden("results.csv", to_csv(both));
  expect_golden("results.json", to_json(both));
  expect_golden("report.md", to_markdown(both));
  expect_golden("scenario.toml", to_toml(both[0].scenario));
  std::string terminal;
  for (const Table& table : tables_of(both))
    terminal += to_terminal(table) + '\n';
  terminal += to_terminal(verdicts_of(both)) + '\n';
  for (const Chart& chart : charts_of(both))
    terminal += to_terminal(chart) + '\n';
  expect_golden("terminal.txt", terminal);
  expect_golden("plot-messages.svg", to_svg(charts_of(both)[0]));
}

TEST(Report, OfTheSameResultsIsTheSameBytes) {
  const std::vector<Results> one{simulated(), measured()};
  const std::vector<Results> other{simulated(), measured()};
  EXPECT_EQ(to_html(one), to_html(other));
  EXPECT_EQ(to_json(one), to_json(other));
}

TEST(Report, IsAFolderOfWholeFiles) {
  const test::TempDir dir;
  const fs::path folder = dir.path() / "runs" / "cost";
  const std::vector<Results> both{simulated(), measured()};
  ASSERT_TRUE(write_report(folder, both));
  ASSERT_TRUE(write_report(folder, both)) << "a second time in the same place";
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  EXPECT_EQ(names,
            (std::vector<std::string>{"plot-first_hit_ms.svg", "plot-messages.svg",
                                      "plot-success.svg", "report.html", "report.md", "results.csv",
                                      "results.json", "scenario-2.toml", "scenario.toml"}));
  EXPECT_EQ(read_file(folder / "report.html"), to_html(both));
  EXPECT_EQ(read_file(folder / "scenario-2.toml"), to_toml(both[1].scenario));
}

TEST(Report, OfAPartialRunSaysSoInEveryFile) {
  const test::TempDir dir;
  const std::vector<Results> one{simulated()};
  ASSERT_TRUE(write_report(dir.path(), one));
  EXPECT_EQ(read_file(dir.path() / "scenario.toml"),
            "# PARTIAL: ended before all runs were done\n" + to_toml(one[0].scenario));
  for (const auto& entry : fs::directory_iterator(dir.path())) {
    const std::string text = read_file(entry.path());
    EXPECT_TRUE(text.find("artial") != std::string::npos ||
                text.find("PARTIAL") != std::string::npos)
        << entry.path();
  }
}

TEST(Report, NamesTheFileThatTheDiskHasNoRoomFor) {
  const test::TempDir dir;
  fs::create_symlink("/dev/full", dir.path() / "results.json.new");
  dir.write("results.json", "old");
  const std::vector<Results> one{simulated()};
  const auto written = write_report(dir.path(), one);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Errc::io);
  EXPECT_EQ(written.error().detail,
            "cannot write " + (dir.path() / "results.json").string() + ": No space left on device");
  EXPECT_EQ(read_file(dir.path() / "results.json"), "old");
  EXPECT_FALSE(fs::is_symlink(dir.path() / "results.json.new")) << "nothing is left lying about";
  EXPECT_EQ(read_file(dir.path() / "results.csv"), to_csv(one))
      << "what was written before is whole";
}

TEST(Report, NamesTheFolderThatCannotBe) {
  const test::TempDir dir;
  const fs::path file = dir.write("a", "");
  const std::vector<Results> one{simulated()};
  const auto written = write_report(file / "b", one);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().detail.substr(0, 13 + file.string().size()),
            "cannot write " + file.string());
  fs::create_directory(dir.path() / "results.csv");
  EXPECT_FALSE(write_report(dir.path(), one)) << "a folder where the file should be";
}

TEST(Report, RefusesResultsThatVaryDifferentFields) {
  const test::TempDir dir;
  std::vector<Results> both{simulated(), simulated()};
  std::swap(both[1].scenario.vary[0], both[1].scenario.vary[1]);
  EXPECT_EQ(write_report(dir.path(), both).error().code, Errc::refused);
  EXPECT_EQ(write_report(dir.path(), {}).error().code, Errc::refused);
}

TEST(Report, HtmlIsWellFormedAndAsksForNothing) {
  const std::vector<Results> both{simulated(), measured()};
  const std::string html = to_html(both);
  expect_balanced(html);
  EXPECT_EQ(count_of(html, "<svg"), 3U);
  for (const char* outside : {"src=", "href=", "url(", "@import", "<script", "<link"})
    EXPECT_EQ(count_of(html, outside), 0U) << outside;
  EXPECT_EQ(count_of(html, "http"), 3U + 1U) << "the names of SVG's space, and http-equiv";
  EXPECT_NE(html.find("PARTIAL"), std::string::npos);
  EXPECT_NE(html.find("node 7 ended by itself"), std::string::npos);
  EXPECT_NE(html.find("<td class=\"fails\">FAILS"), std::string::npos);
}

TEST(Report, NoNameGetsOutOfItsPlace) {
  const std::string evil = "</title><script>alert(1)</script>\"'|`[x](y)\x1b[2J\n# h";
  Results results = simulated();
  results.scenario.claim = evil;
  results.scenario.source = evil;
  results.version = evil;
  results.outcomes[0].notes = {evil};
  results.outcomes[0].hash = evil + ",\"";
  results.outcomes[0].by_type[0].type = evil;
  // Beyond what a scenario file can hold.
  results.scenario.name = evil;
  results.scenario.vary[1] = {"overlay.graph", {evil, std::string("flat")}};
  results.scenario.expect.clear();
  const std::vector<Results> one{results};
  const std::string html = to_html(one);
  expect_balanced(html);
  EXPECT_EQ(count_of(html, "<script"), 0U);
  EXPECT_EQ(count_of(html, "\x1b"), 0U);
  for (const Chart& chart : charts_of(one))
    expect_balanced(to_svg(chart));
  const std::string markdown = to_markdown(one);
  EXPECT_EQ(count_of(markdown, "\n# h"), 0U);
  EXPECT_EQ(count_of(markdown, "<script"), count_of(markdown, "\\<script"));
  EXPECT_EQ(count_of(markdown, "\x1b"), 0U);
  for (const Table& table : tables_of(one))
    EXPECT_EQ(count_of(to_terminal(table), "\x1b"), 0U);
  for (const Chart& chart : charts_of(one))
    EXPECT_EQ(count_of(to_terminal(chart), "\x1b"), 0U);
  EXPECT_NE(to_csv(one).find("[2J\n# h,\"\"\""), std::string::npos) << "quotes are doubled";
  EXPECT_EQ(nlohmann::json::parse(to_json(one))["results"][0]["claim"], evil);
}

TEST(Results, ReadBackAreTheSame) {
  std::vector<Results> both{simulated(), measured()};
  both[0].outcomes[0].notes = {"ü \xFF"};
  const std::string json = to_json(both);
  const auto back = read_results(json, "results.json");
  ASSERT_TRUE(back) << back.error().detail;
  EXPECT_EQ(to_json(*back), json);
  EXPECT_EQ(to_csv(*back), to_csv(both));
  EXPECT_EQ(to_html(*back), to_html(both)) << "what is no letter is replaced in both";
}

TEST(Results, ThatAreOddAreRefusedByTheNameOfTheirFile) {
  const std::vector<Results> one{simulated()};
  const std::string json = to_json(one);
  for (std::size_t length = 0; length + 2 < json.size(); length += 97)
    EXPECT_FALSE(read_results(json.substr(0, length), "x"));
  const auto with = [&](const std::string& old, const std::string& text) {
    std::string changed = json;
    changed.replace(changed.find(old), old.size(), text);
    const auto read = read_results(changed, "x.json");
    return read ? "" : read.error().detail.substr(0, 6);
  };
  EXPECT_EQ(with("\"format\": 1", "\"format\": 2"), "x.json");
  EXPECT_EQ(with("\"point\": 0", "\"point\": 6"), "x.json");
  EXPECT_EQ(with("\"point\": 0", "\"point\": \"0\""), "x.json");
  EXPECT_EQ(with("\"seed\": 1", "\"sead\": 1"), "x.json");
  EXPECT_EQ(with("name = \\\"cost\\\"", "nam = \\\"cost\\\""), "x.json");
  EXPECT_EQ(with("\"version\"", "\"version\""), "");
}

TEST(Terminal, CutsAWideTableBetweenColumns) {
  const Table table{"Wide",
                    {{"ttl", ""}, {"messages", "a query"}, {"bytes", "a query"}},
                    {{"1", "10 ± 2", "100"}, {"12", "3.5 ± 0.25", "-"}},
                    1};
  EXPECT_EQ(to_terminal(table, 40),
            "Wide\n  messages, bytes: a query\n"
            "  ttl    messages  bytes\n"
            "    1   10 ± 2       100\n"
            "   12  3.5 ± 0.25      -\n");
  EXPECT_EQ(to_terminal(table, 20),
            "Wide\n  messages, bytes: a\n  query\n"
            "  ttl    messages\n"
            "    1   10 ± 2\n"
            "   12  3.5 ± 0.25\n\n"
            "  ttl  bytes\n"
            "    1    100\n"
            "   12      -\n");
}

TEST(Terminal, WrapsBetweenWords) {
  EXPECT_EQ(wrapped("ttl  ", "one hop more costs", 15), "ttl  one hop\n     more costs\n");
  EXPECT_EQ(wrapped("a ", "", 15), "a \n");
}

TEST(Results, OfOnePointHaveTablesButNoPlot) {
  Results results{read_scenario("name = \"x\"", "x").value(), "", false, false, {}, {}};
  results.outcomes.push_back({0, 1, "", {{"messages", 7}}, {}, {}});
  const std::vector<Results> one{results};
  EXPECT_TRUE(charts_of(one).empty());
  ASSERT_EQ(tables_of(one).size(), 1U);
  EXPECT_EQ(tables_of(one)[0].rows, (std::vector<std::vector<std::string>>{{"1", "7"}}));
  expect_balanced(to_html(one));
}

TEST(Results, WithoutRunsMakeAReportToo) {
  const Results results{read_scenario(kCostScenario, "x").value(), "", false, true, {}, {}};
  const std::vector<Results> one{results};
  EXPECT_TRUE(tables_of(one).empty());
  EXPECT_TRUE(charts_of(one).empty());
  expect_balanced(to_html(one));
  EXPECT_EQ(to_csv(one), "driver,partial,point,query.ttl,network.shape,seed,hash\n");
}

TEST(Report, ShowsHowSuccessWentWhereNodesComeAndGo) {
  std::vector<Results> both{simulated(), measured()};
  both[0].outcomes[0].course = {{1, 1}, {3, 0.5}};
  both[0].outcomes[1].course = {{1, 0.5}, {3, 0.5}};
  both[1].outcomes[0].course = {{1, 1}};
  const auto charts = charts_of(both);
  ASSERT_EQ(charts.back().name, "course");
  ASSERT_EQ(charts.back().series.size(), 2U);
  const Series& series = charts.back().series[0];
  ASSERT_EQ(series.points.size(), 2U);
  EXPECT_EQ(series.points[0].y, 0.75);
  EXPECT_EQ(series.points[1].half, 0);
  EXPECT_TRUE(series.label.ends_with("simulated")) << series.label;
  EXPECT_TRUE(charts.back().series[1].is_real);
  const auto back = read_results(to_json(both), "results.json");
  ASSERT_TRUE(back) << back.error().detail;
  EXPECT_EQ(back->at(0).outcomes[0].course, both[0].outcomes[0].course);
  EXPECT_TRUE(back->at(0).outcomes[2].course.empty());
}

}  // namespace
}  // namespace p2p::lab
