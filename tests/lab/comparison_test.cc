#include "servent/lab/comparison.h"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace p2p::lab {
namespace {

BySeed seeds(std::initializer_list<double> values, std::uint64_t first = 1) {
  BySeed out;
  for (const double value : values)
    out[first++] = value;
  return out;
}

Results results_of(const std::string& vary) {
  Results results;
  results.scenario = read_scenario("name = \"x\"\n" + vary, "x.toml").value();
  return results;
}

void add(Results& results, std::size_t point, const std::string& number,
         std::initializer_list<double> values) {
  std::uint64_t seed = 0;
  for (const double value : values)
    results.outcomes.push_back(
        {point, ++seed, "", {{number, value}}, {{"ping", value, value}}, {}});
}

std::vector<std::string> named(const Comparison& comparison) {
  std::vector<std::string> out;
  for (const Compared& row : comparison.rows)
    out.push_back(row.point + '/' + row.number);
  return out;
}

// The differences are 1, 2 and 3: mean 2, deviation 1, t of two degrees 4.302653 over sqrt(3).
TEST(Difference, OfTheSameSeedsIsThatOfThePairs) {
  const Difference found = difference(seeds({10, 50, 90}), seeds({11, 52, 93}));
  EXPECT_TRUE(found.is_paired);
  EXPECT_EQ(found.freedom, 2U);
  EXPECT_DOUBLE_EQ(found.mean, 2);
  EXPECT_NEAR(found.half, 2.484138, 1e-6);
  EXPECT_FALSE(found.is_significant());
  EXPECT_DOUBLE_EQ(found.a.mean, 50);
  EXPECT_TRUE(difference(seeds({10, 50, 90}), seeds({12, 53, 94})).is_significant());
}

// Variances 8/3 and 10 of four and five values: 2/3 and 2 of the means, and (8/3)^2 / ((2/3)^2 / 3
// + 2^2 / 4) = 6.19 degrees, of which t is 2.446912.
TEST(Difference, OfOtherSeedsIsWelchs) {
  const Difference found = difference(seeds({8, 10, 10, 12}), seeds({16, 18, 20, 22, 24}, 11));
  EXPECT_FALSE(found.is_paired);
  EXPECT_EQ(found.freedom, 6U);
  EXPECT_DOUBLE_EQ(found.mean, 10);
  EXPECT_NEAR(found.half, 2.446912 * std::sqrt(8.0 / 3), 1e-5);
  EXPECT_TRUE(found.is_significant());
}

TEST(Difference, OfNumbersThatNeverVaryIsExact) {
  EXPECT_FALSE(difference(seeds({7, 7, 7}), seeds({7, 7}, 10)).is_significant());
  EXPECT_TRUE(difference(seeds({7, 7, 7}), seeds({8, 8}, 10)).is_significant());
  EXPECT_TRUE(difference(seeds({7, 7}), seeds({8, 8})).is_significant());
  EXPECT_FALSE(difference(seeds({7, 9}), seeds({7, 9})).is_significant());
}

TEST(Difference, OfOneSeedTellsNothing) {
  for (const Difference& found :
       {difference(seeds({7}), seeds({9})), difference(seeds({7}), seeds({9, 10})),
        difference(seeds({7, 8}), seeds({90}, 5))}) {
    EXPECT_TRUE(std::isnan(found.half));
    EXPECT_FALSE(found.is_significant());
  }
}

TEST(Comparison, PutsTheSamePointsBesideEachOtherAndNamesTheOthers) {
  Results a = results_of("vary.query.ttl = [1, 2, 3]");
  Results b = results_of("vary.query.ttl = [3, 2]");
  add(a, 0, "messages", {1, 2});
  add(a, 1, "messages", {3, 4});
  add(a, 2, "messages", {5, 6});
  add(b, 0, "messages", {5, 6});
  add(b, 1, "recall", {0.5, 0.6});
  const auto found = compare(a, b, false);
  ASSERT_TRUE(found);
  EXPECT_EQ(named(*found), (std::vector<std::string>{"query.ttl = 3/messages"}));
  EXPECT_FALSE(found->is_significant());
  EXPECT_EQ(found->only_a, (std::vector<std::string>{"query.ttl = 1", "query.ttl = 2: messages"}));
  EXPECT_EQ(found->only_b, (std::vector<std::string>{"query.ttl = 2: recall"}));
  const auto with_types = compare(a, b, true);
  ASSERT_TRUE(with_types);
  EXPECT_EQ(with_types->rows.size(), 1U + 2 * 3);
}

TEST(Comparison, RefusesRunsThatHaveNothingInCommon) {
  Results a = results_of("vary.query.ttl = [1]");
  Results b = results_of("vary.query.count = [1]");
  add(a, 0, "messages", {1});
  EXPECT_FALSE(compare(a, b, false));
  add(b, 0, "messages", {1});
  EXPECT_EQ(compare(a, b, false).error().code, Errc::refused);
}

TEST(Comparison, IsATableAndADocument) {
  Results a = results_of("");
  Results b = results_of("");
  add(a, 0, "messages", {100, 110});
  add(b, 0, "messages", {200, 210});
  const auto found = compare(a, b, false);
  ASSERT_TRUE(found);
  EXPECT_EQ(table_of(*found).rows.at(0),
            (std::vector<std::string>{"messages", "105", "205", "100 ± 0", "+95.2 %", "paired",
                                      "significant"}));
  const auto json = nlohmann::json::parse(to_json(*found));
  EXPECT_EQ(json["rows"][0]["difference"], 100);
  EXPECT_EQ(json["rows"][0]["a"]["mean"], 105);
  EXPECT_EQ(json["rows"][0]["test"], "paired");
  EXPECT_TRUE(json["significant"]);
}

}  // namespace
}  // namespace p2p::lab
