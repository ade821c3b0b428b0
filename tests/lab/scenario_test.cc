#include "servent/lab/scenario.h"

#include <set>

#include <gtest/gtest.h>

namespace p2p::lab {
namespace {

// The error of a scenario whose third line is `line`.
std::string fault_of(const std::string& line) {
  const auto read = read_scenario("name = \"x\"\n\n" + line, "x.toml");
  return read ? "" : read.error().detail;
}

std::string fault_of_value(std::string_view field, const std::string& value) {
  const auto dot = field.find('.');
  const std::string text = "name = \"x\"\n[" + std::string(field.substr(0, dot)) + "]\n" +
                           std::string(field.substr(dot + 1)) + " = " + value + "\n";
  const auto read = read_scenario(text, "x.toml");
  return read ? "" : read.error().detail;
}

Scenario scenario_in(const std::string& text) {
  const auto scenario = read_scenario(text, "x.toml");
  EXPECT_TRUE(scenario) << (scenario ? "" : scenario.error().detail);
  return scenario.value_or(Scenario{});
}

constexpr const char* kWhole = R"(
name = "ttl"
claim = "one more hop \"multiplies\""
source = "experiments.md"
[network]
mode = "gnutella"
[overlay]
nodes = 10_000
kind = "power-law"
[latency]
model = "lognormal"
[vary]
query.ttl = [1, 7]
files.copies = [0.01, 1]
[run]
seeds = 3
first_seed = 9007199254740992
tight = 0.05
tight_number = "recall"
[[expect]]
number = "messages"
where = { query.ttl = 7, files.copies = 1.0 }
at_least = 8_000
at_most = 9_000.5
[[expect]]
number = "bytes.query"
near = -1e-3
within = 0.02
)";

TEST(Scenario, IsReadWithAllThatIsInIt) {
  const Scenario scenario = scenario_in(kWhole);
  EXPECT_EQ(scenario.name, "ttl");
  EXPECT_EQ(scenario.claim, "one more hop \"multiplies\"");
  EXPECT_EQ(scenario.setup.nodes, 10'000U);
  EXPECT_EQ(scenario.setup.overlay, "power-law");
  EXPECT_EQ(scenario.setup.latency.model, Latency::Model::lognormal);
  EXPECT_EQ(scenario.setup.count, 100U) << "what is not said is as it was";
  ASSERT_EQ(scenario.vary.size(), 2U);
  EXPECT_EQ(scenario.vary[0].field, "query.ttl") << "in the order of the file";
  EXPECT_EQ(scenario.seeds, 3U);
  EXPECT_EQ(scenario.first_seed, 9'007'199'254'740'992U);
  EXPECT_EQ(scenario.tight_number, "recall");
  ASSERT_EQ(scenario.expect.size(), 2U);
  EXPECT_EQ(scenario.expect[0].where.at("query.ttl"), Value(7.0));
  EXPECT_EQ(scenario.expect[0].at_most, 9000.5);
  EXPECT_FALSE(scenario.expect[0].near);
  EXPECT_EQ(scenario.expect[1].near, -1e-3);
}

TEST(Scenario, WrittenAndReadBackIsTheSame) {
  const Scenario scenario = scenario_in(kWhole);
  const std::string text = to_toml(scenario);
  EXPECT_EQ(to_toml(scenario_in(text)), text);
  EXPECT_NE(text.find("first_seed = 9007199254740992"), std::string::npos) << text;
  EXPECT_NE(text.find("vary]\nquery.ttl = [1, 7]\nfiles.copies = [0.01, 1]"), std::string::npos);
  EXPECT_NE(text.find("where = { files.copies = 1, query.ttl = 7 }"), std::string::npos);
  Scenario hostile = scenario;
  hostile.claim = "a\"\n\\ \x7F [run]\nseeds = 7 ü";
  EXPECT_EQ(scenario_in(to_toml(hostile)).claim, hostile.claim);
  EXPECT_EQ(scenario_in(to_toml(hostile)).seeds, 3U);
}

TEST(Scenario, PointsAreAllPairsAndTheLastTurnsFastest) {
  const auto points = points_of(scenario_in(kWhole));
  ASSERT_EQ(points.size(), 4U);
  EXPECT_EQ(points[1].values, (std::vector<Value>{1.0, 1.0}));
  EXPECT_EQ(points[2].values, (std::vector<Value>{7.0, 0.01}));
  EXPECT_EQ(points[2].setup.ttl, 7);
  EXPECT_DOUBLE_EQ(points[2].setup.copies, 0.01);
  EXPECT_EQ(points[2].setup.nodes, 10'000U);
  EXPECT_EQ(points_of(scenario_in("name = \"x\"")).size(), 1U);
}

TEST(Scenario, ARangeIsAllItsWholeNumbers) {
  const Scenario scenario = scenario_in("name = \"x\"\nvary.query.ttl = \"1..3\"");
  EXPECT_EQ(scenario.vary.at(0).values, (std::vector<Value>{1.0, 2.0, 3.0}));
}

TEST(Scenario, WordsCanBeVaried) {
  const auto points =
      points_of(scenario_in("name = \"x\"\nvary.network.mode = [\"napster\", \"kazaa\"]\n"
                            "vary.\"latency.model\" = [\"constant\"]"));
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[1].setup.mode, "kazaa");
  EXPECT_EQ(points[1].setup.latency.model, Latency::Model::constant);
}

// Each field in turn: other types, beyond each bound, no whole number, no number at all.
TEST(Scenario, EveryFieldRefusesWhatDoesNotFit) {
  for (const Field& field : fields()) {
    const std::string begin =
        "x.toml:3: \"" + std::string(field.name) + "\" must be " + wanted(field);
    std::vector<std::string> wrong{"true", "[1, 2]", "{ a = 1 }", "1979-05-27"};
    if (field.is_text) {
      wrong.insert(wrong.end(), {"7", "0.5"});
      if (!field.words.empty()) wrong.insert(wrong.end(), {"\"\"", "\"grup\"", "\"<b>\\u0007\""});
    } else {
      wrong.insert(wrong.end(), {"\"7\"", "nan", "inf", "-inf", to_text(field.most + 1),
                                 to_text(field.least - 1), "-9223372036854775808"});
      if (field.is_whole) wrong.push_back(to_text(field.least + 0.5));
    }
    for (const std::string& value : wrong) {
      const std::string fault = fault_of_value(field.name, value);
      if (value == "{ a = 1 }")
        EXPECT_EQ(fault, "x.toml:3: unknown field \"" + std::string(field.name) +
                             ".a\", did you mean \"" + std::string(field.name) + "\"?");
      else
        EXPECT_EQ(fault.substr(0, begin.size()), begin) << value << ": " << fault;
      EXPECT_EQ(fault.find('\a'), std::string::npos);
    }
  }
}

TEST(Scenario, EveryFieldMisspeltIsToldWithItsLineAndTheRightWord) {
  for (const Field& field : fields()) {
    const std::string name(field.name);
    const std::string right = "did you mean \"" + name + "\"?";
    for (const std::string& wrong : {name + "z", name + name.back()})
      EXPECT_EQ(fault_of_value(wrong, "1"), "x.toml:3: unknown field \"" + wrong + "\", " + right);
    EXPECT_EQ(fault_of("vary." + name + "z = [1, 2]"),
              "x.toml:3: unknown field \"" + name + "z\", " + right);
  }
}

TEST(Scenario, RefusesAnUnknownTableWithNothingInIt) {
  EXPECT_EQ(fault_of("[overlai]"),
            "x.toml:3: unknown field \"overlai\", did you mean \"overlay\"?");
  EXPECT_EQ(fault_of("[overlay.nodez]"),
            "x.toml:3: unknown field \"overlay.nodez\", did you mean \"overlay.nodes\"?");
  EXPECT_EQ(fault_of("[overlay.nodes]").substr(0, 35), "x.toml:3: \"overlay.nodes\" must be a");
  EXPECT_EQ(fault_of("[vary.query]").substr(0, 23), "x.toml:3: unknown field");
  EXPECT_EQ(fault_of("[run.seed]"),
            "x.toml:3: unknown field \"run.seed\", did you mean \"run.seeds\"?");
  EXPECT_EQ(fault_of("[overlay]\n[run]\n[vary]"), "");
}

TEST(Scenario, EveryFieldTakesItsBoundsAndWords) {
  for (const Field& field : fields()) {
    lab::Setup setup;
    std::vector<Value> values{field.least, field.most};
    if (field.is_text) values.assign({std::string("a/b")});
    if (!field.words.empty()) {
      values.clear();
      for (const std::string_view word : words_of(field))
        values.emplace_back(std::string(word));
    }
    for (const Value& value : values) {
      EXPECT_EQ(misfit(field, value), "");
      field.set(setup, value);
      EXPECT_EQ(field.get(setup), value) << field.name << ' ' << to_text(value);
    }
  }
}

TEST(Scenario, NamesAreUniqueAndInTables) {
  std::set<std::string_view> names;
  for (const Field& field : fields()) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    EXPECT_NE(field.name.find('.'), std::string_view::npos);
    EXPECT_FALSE(field.about.empty()) << field.name;
  }
}

TEST(Scenario, TellsTheNearestRightWord) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"overlay.nodez = 1",
       "x.toml:3: unknown field \"overlay.nodez\", did you mean \"overlay.nodes\"?"},
      {"overlay.ttl = 1", "x.toml:3: unknown field \"overlay.ttl\", did you mean \"query.ttl\"?"},
      {"[overly]\nnodes = 1", "x.toml:3: unknown field \"overly\", did you mean \"overlay\"?"},
      {"clam = \"\"", "x.toml:3: unknown field \"clam\", did you mean \"claim\"?"},
      {"[network]\nmode = \"gnutela\"",
       "x.toml:4: \"network.mode\" must be one of \"napster\", \"gnutella\", \"kazaa\", not "
       "\"gnutela\": did you mean \"gnutella\"?"},
      {"[run]\nseed = 3", "x.toml:4: unknown field \"run.seed\", did you mean \"run.seeds\"?"},
      {"[run]\ntight_number = \"mesages\"",
       "x.toml:4: unknown number \"mesages\", did you mean \"messages\"?"},
      {"[vary]\nquery.tl = [1]",
       "x.toml:4: unknown field \"query.tl\", did you mean \"query.ttl\"?"},
      {"[[expect]]\nnumber = \"succes\"\nat_least = 1",
       "x.toml:4: unknown number \"succes\", did you mean \"success\"?"},
      {"[[expect]]\nnumber = \"success\"\natleast = 1\nnear = 1",
       "x.toml:5: unknown field of an expectation \"atleast\", did you mean \"at_least\"?"},
      {"vary.query.ttl = [7]\n[[expect]]\nnumber = \"reach\"\nnear = 1\nwhere = { query.tt = 7 }",
       "x.toml:7: unknown varied field \"query.tt\", did you mean \"query.ttl\"?"},
      {"\"\\u001b[2J\" = 1", "x.toml:3: unknown field \"\\x1b[2J\""}};
  for (const auto& [line, fault] : cases)
    EXPECT_EQ(fault_of(line), fault);
}

TEST(Scenario, RefusesWhatMakesNoSense) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"claim = 7", "3: \"claim\" must be a text in \"quotes\" of at most 1000 bytes"},
      {"overlay = 7", "3: \"overlay\" must be a table"},
      {"run = []", "3: \"run\" must be a table"},
      {"run.seeds = 0", "3: \"run.seeds\" must be a whole number from 1 to 1000"},
      {"run.seeds = 1001", "3: \"run.seeds\" must be a whole number from 1 to 1000"},
      {"run.seeds = 1.5", "3: \"run.seeds\" must be a whole number from 1 to 1000"},
      {"run.seeds = nan", "3: \"run.seeds\" must be a whole number from 1 to 1000"},
      {"run.first_seed = -1",
       "3: \"run.first_seed\" must be a whole number from 0 to 9007199254740992"},
      {"run.tight = inf", "3: \"run.tight\" must be a number from 0 to 1"},
      {"run.tight_number = 1", "3: \"run.tight_number\" must be the name of a number"},
      {"vary = [1]", "3: \"vary\" must be a table"},
      {"vary.query.ttl = 7", "3: \"query.ttl\" must be 1 to 1000 values: [1, 2, 3] or \"1..3\""},
      {"vary.query.ttl = []", "3: \"query.ttl\" must be 1 to 1000 values: [1, 2, 3] or \"1..3\""},
      {"vary.query.ttl = \"3..2\"", "3: \"query.ttl\" must be 1 to 1000 values"},
      {"vary.query.ttl = \"1..2x\"", "3: \"query.ttl\" must be 1 to 1000 values"},
      {"vary.query.ttl = \"-1..2\"", "3: \"query.ttl\" must be 1 to 1000 values"},
      {"vary.query.count = \"0..1000\"", "3: \"query.count\" must be 1 to 1000 values"},
      {"vary.query.count = \"0..4294967296\"", "3: \"query.count\" must be 1 to 1000 values"},
      {"vary.network.mode = \"1..2\"",
       "3: \"network.mode\" must be 1 to 1000 values: [\"one\", \"other\"]"},
      {"vary.query.ttl = \"0..3\"", "3: \"query.ttl\" must be a whole number from 1 to 255, not 0"},
      {"vary.query.ttl = [1,\n2,\n1.0]", "5: \"query.ttl\" has the value 1 twice"},
      {"vary.query.ttl = [1,\n0]", "4: \"query.ttl\" must be a whole number from 1 to 255, not 0"},
      {"vary.query.ttl = [1,\n\"x\"]", "4: \"query.ttl\" must be a whole number from 1 to 255"},
      {"query.ttl = 7\nvary.query.ttl = [1]",
       "4: \"query.ttl\" is set already, so it cannot be varied too"},
      {"vary.query.ttl = [1]\nvary.\"query.ttl\" = [2]",
       "4: \"query.ttl\" is set already, so it cannot be varied too"},
      {"[vary]\nquery.ttl = [1]\nquery.gap_ms = [1]\nquery.wait_ms = [1]",
       "6: more than two fields are varied: a third makes no picture"},
      {"expect = 7", "3: \"expect\" must be tables: [[expect]]"},
      {"[expect]\nnumber = \"reach\"", "3: \"expect\" must be tables: [[expect]]"},
      {"\n[[expect]]\nat_least = 1", "4: an expectation needs its \"number\""},
      {"[[expect]]\nnumber = 7\nnear = 1", "4: \"number\" must be the name of a number"},
      {"[[expect]]\nnumber = \"reach\"",
       "3: an expectation needs \"at_least\", \"at_most\" or \"near\""},
      {"[[expect]]\nnumber = \"reach\"\nnear = nan", "5: \"near\" must be a number"},
      {"[[expect]]\nnumber = \"reach\"\nat_least = -inf", "5: \"at_least\" must be a number"},
      {"[[expect]]\nnumber = \"reach\"\nat_most = \"7\"", "5: \"at_most\" must be a number"},
      {"[[expect]]\nnumber = \"reach\"\nat_least = 2\nat_most = 1",
       "3: \"at_least\" is above \"at_most\""},
      {"[[expect]]\nnumber = \"reach\"\nnear = 1\nwithin = 1.1",
       "6: \"within\" must be a number from 0 to 1"},
      {"[[expect]]\nnumber = \"reach\"\nat_most = 1\nwithin = 0.1",
       "3: \"within\" is of \"near\", which is not there"},
      {"[[expect]]\nnumber = \"reach\"\nnear = 1\nwhere = 7",
       "6: \"where\" must be like { query.ttl = 7 }"},
      {"[[expect]]\nnumber = \"reach\"\nnear = 1\nwhere = { query.ttl = 7 }",
       "6: unknown varied field \"query.ttl\""},
      {"vary.query.ttl = [1]\n[[expect]]\nnumber = \"reach\"\nnear = 1\nwhere = { query.ttl = 7 }",
       "7: \"query.ttl\" never has the value 7"},
      {"overlay.kind = \"file\"", "3: kind = \"file\" needs \"overlay.graph\", the file"},
      {"overlay.graph = \"g\"", "3: a graph is named, so \"overlay.kind\" must be \"file\""},
      {"overlay.kind = \"complete\"\nvary.overlay.nodes = [10, 5001]",
       "4: at most 5000 nodes can all be linked"},
      {"\nlatency.least_ms = 101", "4: \"latency.least_ms\" is above \"latency.most_ms\""},
      {"latency.most_ms = 9", "3: \"latency.least_ms\" is above \"latency.most_ms\""},
      {"network.shape = \"two-tier\"\noverlay.parents = 3\noverlay.nodes = 20",
       "4: more parents than there are super-peers (nodes / cluster)"},
      {"a = ", "3: "},
      {"name = \"y\"", "3: "}};
  for (const auto& [line, fault] : cases) {
    const std::string found = fault_of(line);
    EXPECT_EQ(found.substr(0, 7 + fault.size()), "x.toml:" + fault) << line << '\n' << found;
  }
}

TEST(Scenario, NeedsANameThatIsGoodForAFolder) {
  EXPECT_EQ(read_scenario("", "x").error().detail,
            "x:1: the scenario has no name: say name = \"...\"");
  for (const std::string& name : {std::string(), std::string("../x"), std::string("a b"),
                                  std::string("\\u0007"), std::string("ü"), std::string(65, 'a')})
    EXPECT_EQ(read_scenario("\nname = \"" + name + "\"", "x").error().detail,
              "x:2: \"name\" must be 1 to 64 letters, digits and '-'");
  EXPECT_EQ(read_scenario("name = 7", "x").error().detail.substr(0, 11), "x:1: \"name\"");
}

TEST(Scenario, TellsTheFirstFaultOfSeveral) {
  EXPECT_EQ(fault_of("query.ttl = 0\noverlay.nodes = 0\nclaim = 7").substr(0, 20),
            "x.toml:3: \"query.ttl");
}

std::string fault_of_change(const std::string& assignment) {
  const auto changed = change(scenario_in(kWhole), assignment);
  return changed ? "" : changed.error().detail;
}

TEST(Scenario, IsChangedFieldByField) {
  const auto one = change(scenario_in(kWhole), "overlay.nodes=50");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->setup.nodes, 50U);
  EXPECT_EQ(one->vary.size(), 2U);
  EXPECT_TRUE(one->expect.empty()) << "that was of 10,000 nodes";
  EXPECT_EQ(change(scenario_in(kWhole), "network.mode=kazaa").value().setup.mode, "kazaa");
  const auto fixed = change(scenario_in(kWhole), "query.ttl=5");
  ASSERT_TRUE(fixed);
  EXPECT_EQ(fixed->vary.size(), 1U) << "it is varied no more";
  EXPECT_EQ(fixed->setup.ttl, 5);
  const auto varied = change(scenario_in(kWhole), "query.ttl=1..3");
  ASSERT_TRUE(varied);
  EXPECT_EQ(points_of(*varied).size(), 6U);
}

TEST(Scenario, TellsWhatIsWrongWithAChange) {
  EXPECT_EQ(fault_of_change("overlay.nodes"), "--set overlay.nodes: say FIELD=VALUE");
  EXPECT_EQ(fault_of_change("overlay.nodez=5"),
            "--set overlay.nodez=5: unknown field \"overlay.nodez\", did you mean "
            "\"overlay.nodes\"?");
  EXPECT_NE(fault_of_change("overlay.nodes=0"), "");
  EXPECT_NE(fault_of_change("overlay.nodes=\n"), "");
  EXPECT_NE(fault_of_change("=5"), "");
  EXPECT_NE(fault_of_change("overlay.calls=[1, 2]"), "") << "a third field";
}

TEST(Scenario, IsBounded) {
  const auto huge = read_scenario(std::string(2'000'000, '#'), "x.toml");
  ASSERT_FALSE(huge);
  EXPECT_EQ(huge.error().code, Errc::too_long);
  EXPECT_EQ(huge.error().detail, "x.toml:1: larger than 1 MiB, which no scenario is");

  std::string many = "vary.overlay.nodes = [";
  for (int i = 1; i <= 101; ++i)
    many += std::to_string(i) + ',';
  many += "]\nvary.query.ttl = [";
  for (int i = 1; i <= 100; ++i)
    many += std::to_string(i) + ',';
  EXPECT_EQ(fault_of(many + "]"), "x.toml:3: more than 10000 points: vary less");

  EXPECT_NE(fault_of("vary." + std::string(500, 'a') + " = [1]"), "");
  EXPECT_NE(fault_of("a = " + std::string(100'000, '[')), "");
  std::string deep = "vary";
  for (int i = 0; i < 200; ++i)
    deep += ".a";
  EXPECT_NE(fault_of(deep + " = 1"), "");
}

}  // namespace
}  // namespace p2p::lab
