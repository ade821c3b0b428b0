#include "servent/lab/schedule.h"

#include <gtest/gtest.h>

namespace p2p::lab {
namespace {

Scenario scenario_of(const std::string& run) {
  return read_scenario("name = \"x\"\nvary.query.ttl = [1, 2]\n[run]\n" + run, "x.toml").value();
}

Outcome outcome(std::size_t point, std::uint64_t seed, double messages = 7) {
  return {point, seed, "", {{"messages", messages}}, {}, {}};
}

std::string named(const std::optional<Schedule::Run>& run) {
  if (!run) return "none";
  return std::to_string(run->point) + ':' + std::to_string(run->seed);
}

std::string named(const std::vector<Outcome>& outcomes) {
  std::string out;
  for (const Outcome& one : outcomes)
    out += named(Schedule::Run{one.point, one.seed}) + ' ';
  return out;
}

TEST(Schedule, GoesByPointsAndThenSeeds) {
  const Scenario scenario = scenario_of("seeds = 2\nfirst_seed = 5");
  Schedule schedule(scenario);
  EXPECT_EQ(schedule.runs(), 4U);
  for (const char* run : {"0:5", "0:6", "1:5", "1:6", "none", "none"})
    EXPECT_EQ(named(schedule.next()), run);
}

TEST(Schedule, PutsOutcomesInOrderHoweverTheyCome) {
  const Scenario scenario = scenario_of("seeds = 2");
  Schedule schedule(scenario);
  for (const auto& [point, seed] : {std::pair{1, 2}, {0, 2}, {1, 1}}) {
    schedule.add(outcome(static_cast<std::size_t>(point), static_cast<std::uint64_t>(seed)));
    EXPECT_FALSE(schedule.is_complete());
  }
  schedule.add(outcome(0, 1));
  EXPECT_TRUE(schedule.is_complete());
  EXPECT_EQ(named(schedule.outcomes()), "0:1 0:2 1:1 1:2 ");
}

TEST(Schedule, BeginsNoRunThatIsDone) {
  const Scenario scenario = scenario_of("seeds = 2");
  Schedule schedule(scenario);
  schedule.add(outcome(0, 2));
  schedule.add(outcome(1, 1));
  for (const char* run : {"0:1", "1:2", "none"})
    EXPECT_EQ(named(schedule.next()), run);
}

TEST(Schedule, LeavesOutRunsThatTheScenarioHasNot) {
  const Scenario scenario = scenario_of("seeds = 2\nfirst_seed = 5");
  Schedule schedule(scenario);
  for (const std::uint64_t seed : {0U, 4U, 7U})
    schedule.add(outcome(0, seed));
  schedule.add(outcome(2, 5));
  EXPECT_EQ(schedule.done(), 0U);
}

TEST(Schedule, EndsATightPointAtTheThirdSeed) {
  const Scenario scenario = scenario_of("seeds = 9\ntight = 0.1");
  Schedule schedule(scenario);
  for (const char* run : {"0:1", "0:2", "0:3"}) {
    EXPECT_EQ(named(schedule.next()), run);
    schedule.add(outcome(0, static_cast<std::uint64_t>(run[2] - '0')));
  }
  EXPECT_EQ(named(schedule.next()), "1:1");
}

// The fourth seed was begun beside the third, and the fifth came before it.
TEST(Schedule, TakesTheSameSeedsOfATightPointHoweverManyRanBeside) {
  const Scenario scenario = scenario_of("seeds = 9\ntight = 0.1");
  Schedule schedule(scenario);
  for (const std::uint64_t seed : {5U, 4U, 2U, 1U, 3U})
    schedule.add(outcome(0, seed));
  EXPECT_EQ(named(schedule.outcomes()), "0:1 0:2 0:3 ");
}

TEST(Schedule, IsNotTightAcrossAGap) {
  const Scenario scenario = scenario_of("seeds = 4\ntight = 0.1");
  Schedule schedule(scenario);
  for (const std::uint64_t seed : {1U, 2U, 4U})
    schedule.add(outcome(0, seed));
  EXPECT_EQ(named(schedule.outcomes()), "0:1 0:2 0:4 ");
  EXPECT_EQ(named(schedule.next()), "0:3");
}

TEST(Schedule, RunsAllSeedsOfAPointThatIsNotTight) {
  const Scenario scenario = scenario_of("seeds = 4\ntight = 0.01");
  Schedule schedule(scenario);
  for (std::uint64_t seed = 1; seed <= 4; ++seed)
    schedule.add(outcome(0, seed, static_cast<double>(seed)));
  EXPECT_EQ(schedule.outcomes().size(), 4U);
}

}  // namespace
}  // namespace p2p::lab
