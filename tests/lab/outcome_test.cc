#include "servent/lab/outcome.h"

#include <cmath>
#include <utility>

#include <gtest/gtest.h>

#include "tests/support/units.h"

namespace p2p::lab {
namespace {

using test::kNaN;

Results results_expecting(const std::string& expectations) {
  Results results;
  results.scenario =
      read_scenario("name = \"x\"\nvary.query.ttl = [1, 2]\n" + expectations, "x.toml").value();
  return results;
}

void add(Results& results, std::size_t point, std::uint64_t seed, double messages) {
  results.outcomes.push_back({point, seed, "", {{"messages", messages}}, {}, {}});
}

// Whether all of the one expectation's verdicts hold.
bool holds(const std::string& expectation, std::initializer_list<double> messages) {
  Results results = results_expecting(
      "[[expect]]\nnumber = \"messages\"\nwhere = { query.ttl = 2 }\n" + expectation);
  std::uint64_t seed = 0;
  for (const double value : messages)
    add(results, 1, ++seed, value);
  const auto verdicts = judge(results);
  EXPECT_EQ(verdicts.size(), 1U);
  EXPECT_EQ(verdicts.at(0).point, 1U);
  return verdicts.at(0).holds;
}

TEST(StudentT, IsWhatTheTablesSay) {
  const std::vector<std::pair<std::size_t, double>> known{
      {1, 12.706205}, {2, 4.302653},  {3, 3.182446},   {4, 2.776445},   {5, 2.570582},
      {9, 2.262157},  {10, 2.228139}, {19, 2.093024},  {29, 2.045230},  {30, 2.042272},
      {40, 2.021075}, {60, 2.000298}, {100, 1.983972}, {120, 1.979930}, {1000, 1.962339}};
  for (const auto& [freedom, t] : known)
    EXPECT_NEAR(student_t(freedom), t, 1e-6) << freedom;
}

TEST(Estimate, IsMeanAndHalfOfTheInterval) {
  // 1 .. 5: deviation sqrt(2.5), times t of 4 degrees over sqrt(5).
  const std::vector<double> values{5, 1, 4, 2, 3};
  const Estimate five = estimate(values);
  EXPECT_EQ(five.count, 5U);
  EXPECT_DOUBLE_EQ(five.mean, 3);
  EXPECT_NEAR(five.half, 1.963243, 1e-6);
}

TEST(Estimate, OfEqualValuesIsExact) {
  const std::vector<double> values(7, 299'997.1);
  EXPECT_EQ(estimate(values).mean, 299'997.1);
  EXPECT_EQ(estimate(values).half, 0);
}

TEST(Estimate, OfOneValueHasNoInterval) {
  const std::vector<double> one{7};
  EXPECT_EQ(estimate(one).mean, 7);
  EXPECT_TRUE(std::isnan(estimate(one).half));
  EXPECT_TRUE(std::isnan(estimate({}).mean));
}

TEST(Outcome, FindsNumbersAndCountsOfATypeButNothingThatIsNotFinite) {
  const Outcome outcome{
      0, 1, "", {{"messages", 3}, {"recall", kNaN}}, {{"ping", 2, 46}, {"query", kNaN, 9}}, {}};
  EXPECT_EQ(outcome.find("messages"), 3);
  EXPECT_EQ(outcome.find("messages.ping"), 2);
  EXPECT_EQ(outcome.find("bytes.ping"), 46);
  EXPECT_EQ(outcome.find("bytes.query"), 9);
  for (const char* missing :
       {"recall", "bytes", "bytes.pong", "messages.query", "ping", "x.ping", ""})
    EXPECT_FALSE(outcome.find(missing)) << missing;
}

TEST(Outcome, FindsTheShareThatATypeHasOfAllBytes) {
  const Outcome outcome{0, 1, "", {}, {{"ping", 2, 30}, {"query", 1, 90}}, {}};
  EXPECT_EQ(outcome.find("share.ping"), 0.25);
  EXPECT_EQ(outcome.find("share.query"), 0.75);
  EXPECT_FALSE(outcome.find("share.pong"));
  const Outcome silent{0, 1, "", {}, {{"ping", 0, 0}}, {}};
  EXPECT_FALSE(silent.find("share.ping"));
}

TEST(NumberNames, AreThoseOfTheTableAndOfTypes) {
  for (const char* name :
       {"messages", "load_gini", "upkeep_bytes", "messages.query-hit", "bytes.X_1", "share.ping"})
    EXPECT_TRUE(names_number(name)) << name;
  for (const char* name : {"", "message", "messages.", "bytes.<b>", "share.", "reach.query", "a.b"})
    EXPECT_FALSE(names_number(name)) << name;
}

TEST(Judge, ComparesTheMeanWithItsBounds) {
  EXPECT_TRUE(holds("at_least = 2", {1, 3}));
  EXPECT_FALSE(holds("at_least = 2.1", {1, 3}));
  EXPECT_TRUE(holds("at_most = 2", {1, 3}));
  EXPECT_FALSE(holds("at_most = 1.9", {1, 3}));
  EXPECT_FALSE(holds("at_least = 1\nat_most = 1.5", {1, 3}));
}

TEST(Judge, TakesAFigureThatTheIntervalHolds) {
  EXPECT_TRUE(holds("near = 4.9", {5, 1, 4, 2, 3}));
  EXPECT_FALSE(holds("near = 5", {5, 1, 4, 2, 3}));
  EXPECT_TRUE(holds("near = 5\nwithin = 0.4", {5, 1, 4, 2, 3}));
  EXPECT_FALSE(holds("near = 5\nwithin = 0.3", {5, 1, 4, 2, 3}));
}

TEST(Judge, TakesOneValueOnlyWhenItIsTheFigure) {
  EXPECT_TRUE(holds("near = 299997", {299'997}));
  EXPECT_FALSE(holds("near = 299996", {299'997}));
  EXPECT_TRUE(holds("near = 299996\nwithin = 0.01", {299'997}));
}

TEST(Judge, FailsWhereNothingWasMeasured) {
  EXPECT_FALSE(holds("at_least = 0", {}));
  EXPECT_FALSE(holds("at_most = 9", {kNaN}));
}

TEST(Judge, LooksAtEveryPointThatIsMeant) {
  Results results = results_expecting("[[expect]]\nnumber = \"messages\"\nat_least = 10\n");
  add(results, 0, 1, 11);
  add(results, 1, 1, 9);
  const auto verdicts = judge(results);
  ASSERT_EQ(verdicts.size(), 2U);
  EXPECT_TRUE(verdicts[0].holds);
  EXPECT_FALSE(verdicts[1].holds);
}

TEST(Judge, FailsAnExpectationThatIsOfNoPoint) {
  Results results = results_expecting("[[expect]]\nnumber = \"messages\"\nat_least = 0\n");
  add(results, 0, 1, 11);
  results.scenario.expect[0].where["overlay.nodes"] = 7.0;
  const auto verdicts = judge(results);
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_FALSE(verdicts[0].holds);
}

}  // namespace
}  // namespace p2p::lab
