#include "servent/lab/plot.h"

#include <gtest/gtest.h>

#include "servent/lab/digits.h"
#include "servent/lab/exhibits.h"

#include "tests/support/count_of.h"
#include "tests/support/units.h"

namespace p2p::lab {
namespace {

using test::count_of;
using test::kNaN;

TEST(Digits, AreThoseThatAPersonReads) {
  const std::vector<std::pair<double, std::string>> known{{0, "0"},
                                                          {7, "7"},
                                                          {8848, "8,848"},
                                                          {299'997, "299,997"},
                                                          {-1234567, "-1,234,567"},
                                                          {0.82, "0.82"},
                                                          {0.123456, "0.1235"},
                                                          {12.3456, "12.35"},
                                                          {1234.56, "1,235"},
                                                          {999.96, "1,000"},
                                                          {0.00012346, "0.0001235"},
                                                          {1.5e-7, "1.500e-07"},
                                                          {2e15, "2.000e+15"},
                                                          {100, "100"},
                                                          {kNaN, "-"}};
  for (const auto& [value, text] : known)
    EXPECT_EQ(digits(value), text);
}

TEST(Digits, OfAnIntervalHaveTwoOfItsHalf) {
  EXPECT_EQ(digits(Estimate{5, 8848.37, 12.34}), "8,848 ± 12");
  EXPECT_EQ(digits(Estimate{5, 0.98765, 0.0123}), "0.988 ± 0.012");
  EXPECT_EQ(digits(Estimate{5, 8848.37, 1234}), "8,848 ± 1,234");
  EXPECT_EQ(digits(Estimate{5, 299'997, 0}), "299,997 ± 0");
  EXPECT_EQ(digits(Estimate{1, 299'997.5, kNaN}), "299,998");
  EXPECT_EQ(digits(Estimate{0, kNaN, kNaN}), "-");
}

TEST(Digits, AreShortWhereTheLastOnesDoNotMatter) {
  const std::vector<std::pair<double, std::string>> known{{0, "0"},
                                                          {7.4, "7"},
                                                          {999, "999"},
                                                          {999.6, "1.00 k"},
                                                          {1'240, "1.24 k"},
                                                          {35'100'000, "35.1 M"},
                                                          {999'900, "1.00 M"},
                                                          {123'456, "123 k"},
                                                          {2.1e9, "2.10 G"},
                                                          {5e13, "50.0 T"},
                                                          {7e16, "70,000 T"}};
  for (const auto& [value, text] : known)
    EXPECT_EQ(short_digits(value), text);
}

TEST(Digits, AreToldFromWords) {
  for (const char* text : {"7", "-", "-0.5", "+12 %", "8,848 ± 12"})
    EXPECT_TRUE(is_number(text)) << text;
  for (const char* text : {"", "+", "g2", "flat", "at least 7"})
    EXPECT_FALSE(is_number(text)) << text;
}

TEST(Axis, OfTwoDecadesIsLogarithmic) {
  const Axis wide = axis_of({4, 8848}, true);
  EXPECT_TRUE(wide.is_log);
  EXPECT_EQ(wide.ticks, (std::vector<double>{1, 10, 100, 1000, 10'000}));
  EXPECT_DOUBLE_EQ(wide.share(100), 0.5);
  EXPECT_TRUE(axis_of({4, 400}, true).is_log);
  EXPECT_FALSE(axis_of({4, 400}, true, false).is_log) << "shares";
  EXPECT_FALSE(axis_of({4, 399}, true).is_log);
  EXPECT_FALSE(axis_of({0, 8848}, true).is_log) << "a zero has no logarithm";
  EXPECT_FALSE(axis_of({-1, 8848}, true).is_log);
}

TEST(Axis, IsDividedRoundly) {
  EXPECT_EQ(axis_of({1, 7}, false).ticks, (std::vector<double>{1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(axis_of({3, 9}, true).ticks, (std::vector<double>{0, 2, 4, 6, 8, 10}));
  const Axis share = axis_of({0.91, 0.97}, true);
  EXPECT_EQ(share.low, 0);
  EXPECT_EQ(share.high, 1);
}

TEST(Axis, OfOneValueOrNoneStillHasALength) {
  for (const std::vector<double>& values : {std::vector<double>{},
                                            {0},
                                            {5},
                                            {-5},
                                            {5, 5},
                                            {1e16, 1e16 + 2},
                                            {1e-300, 1e300},
                                            {1e300},
                                            {1e-300}}) {
    const Axis axis = axis_of(values, true);
    EXPECT_GT(axis.high, axis.low);
    for (const double value : values) {
      EXPECT_GE(axis.share(value), 0);
      EXPECT_LE(axis.share(value), 1);
    }
  }
}

TEST(Plot, HoldsEveryPointWithItsErrorBar) {
  Chart chart{"x", "x", "x", "y", "", {}, {}};
  for (std::size_t series = 0; series < 9; ++series) {
    chart.series.push_back({"s" + std::to_string(series), series, series == 8, {}});
    for (int i = 1; i <= 5; ++i)
      chart.series.back().points.push_back({i * 1.0, i * 10.0, i == 1 ? kNaN : 2});
  }
  const std::string svg = to_svg(chart);
  EXPECT_EQ(count_of(svg, "class=\"point\""), 45U);
  EXPECT_EQ(count_of(svg, "class=\"key\""), 9U);
  EXPECT_EQ(count_of(svg, "<polyline"), 8U) << "real points have no line";
  EXPECT_EQ(count_of(svg, "stroke-width=\"1.5\""), 9U * 4 * 3) << "a bar and its two ends";
  EXPECT_EQ(count_of(svg, "nan"), 0U);
  EXPECT_EQ(count_of(svg, "inf"), 0U);
  EXPECT_NE(svg.find("<title>s0: 2: 20.0 ± 2.0</title>"), std::string::npos);
}

TEST(Plot, LettersThatXmlCannotHoldAreReplaced) {
  EXPECT_EQ(escaped_xml("<a b='\"'>&"), "&lt;a b=&#39;&quot;&#39;&gt;&amp;");
  EXPECT_EQ(escaped_xml("ü € 𝄞\n"), "ü € 𝄞\n");
  const std::string gone = "\xEF\xBF\xBD";
  for (const char* odd : {"\x01", "\x1b", "\x80", "\xff", "\xc0", "\xc3"})
    EXPECT_EQ(escaped_xml(odd), gone);
  EXPECT_EQ(escaped_xml("\xc0\xbc"), gone + gone) << "'<' in a longer form";
  EXPECT_EQ(escaped_xml("\xed\xa0\x80"), gone + gone + gone) << "half of a surrogate pair";
  EXPECT_EQ(escaped_xml("\xf4\x90\x80\x80"), gone + gone + gone + gone) << "beyond U+10FFFF";
  EXPECT_EQ(escaped_xml("\xef\xbf\xbf"), gone + gone + gone);
  EXPECT_EQ(escaped_xml("\xe2\x82<"), gone + gone + "&lt;") << "a letter that is cut";
}

TEST(Plot, OfNothingIsAnEmptyFrame) {
  EXPECT_EQ(count_of(to_svg(Chart{"x", "x", "x", "y", "", {}, {}}), "class=\"point\""), 0U);
}

TEST(Plot, RealPointsHaveTheColourOfTheirCurve) {
  Results simulated{read_scenario("name = \"x\"\nvary.network.mode = [\"kazaa\", \"napster\"]\n"
                                  "vary.overlay.nodes = [8, 16, 10_000]",
                                  "x")
                        .value(),
                    "",
                    false,
                    false,
                    {},
                    {}};
  for (std::size_t point = 0; point < 6; ++point)
    simulated.outcomes.push_back({point, 1, "", {{"messages", 2}}, {}, {}});
  Results real = simulated;
  real.is_real = true;
  real.scenario.vary[0].values = {std::string("napster")};
  real.outcomes.resize(2);
  const std::vector<Results> both{simulated, real};
  const auto charts = charts_of(both);
  ASSERT_EQ(charts.size(), 1U);
  const Chart& chart = charts[0];
  EXPECT_TRUE(chart.words.empty()) << "over the field of numbers";
  EXPECT_EQ(chart.x_label, "overlay.nodes: nodes; with a file its own");
  ASSERT_EQ(chart.series.size(), 3U);
  EXPECT_EQ(chart.series[1].label, "napster, simulated");
  EXPECT_EQ(chart.series[2].label, "napster, real");
  EXPECT_EQ(chart.series[2].colour, chart.series[1].colour);
  EXPECT_EQ(chart.series[2].points.size(), 2U);
  EXPECT_NE(to_svg(chart).find(", logarithmic"), std::string::npos);
}

TEST(Plot, OverWordsHasOnePlaceForEach) {
  Results results{
      read_scenario("name = \"x\"\nvary.network.mode = [\"kazaa\", \"napster\"]", "x").value(),
      "",
      false,
      false,
      {},
      {}};
  for (std::size_t point = 0; point < 2; ++point)
    results.outcomes.push_back({point, 1, "", {{"messages", 2}}, {}, {}});
  const std::vector<Results> one{results};
  const Chart chart = charts_of(one).at(0);
  EXPECT_EQ(chart.words, (std::vector<std::string>{"kazaa", "napster"}));
  const std::string svg = to_svg(chart);
  EXPECT_EQ(count_of(svg, ">kazaa</text>"), 1U);
  EXPECT_EQ(count_of(svg, "<polyline"), 0U);
}

}  // namespace
}  // namespace p2p::lab
