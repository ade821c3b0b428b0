#include "servent/lab/campaign.h"

#include <array>
#include <set>

#include <gtest/gtest.h>

#include "servent/lab/experiment.h"
#include "servent/lab/results_file.h"

namespace p2p::lab {
namespace {

constexpr const char* kScenario = R"(
name = "small"
[overlay]
nodes = 12
[files]
distinct = 10
mean_files = 3
[query]
count = 2
[vary]
query.ttl = [1, 3]
[run]
seeds = 3
)";

Results empty(const std::string& scenario = kScenario) {
  Results results;
  results.scenario = read_scenario(scenario, "small.toml").value();
  return results;
}

// A run that costs nothing: what it finds is its seed.
Result<Outcome> free_run(const Setup& setup, std::uint64_t seed, const Told& told) {
  told({setup.nodes, 1, 2, 100, 10});
  return Outcome{0, seed, "", {{"messages", static_cast<double>(seed)}}, {}, {}};
}

std::string csv(const Results& results) {
  return to_csv({&results, 1});
}

TEST(Campaign, RunsEachPointWithEachSeedAndAddsUpWhatItTook) {
  Results results = empty();
  std::atomic<bool> stop = false;
  ASSERT_TRUE(run_campaign(results, {free_run, {}, 1}, stop));
  EXPECT_EQ(results.outcomes.size(), 6U);
  EXPECT_FALSE(results.is_partial);
  EXPECT_EQ(results.effort.nodes, 12U);
  EXPECT_EQ(results.effort.events, 600U);
  EXPECT_EQ(results.effort.messages, 60U);
  EXPECT_GT(results.effort.peak_bytes, 0U);
}

TEST(Campaign, OfSeveralJobsFindsTheSameToTheLastByte) {
  std::atomic<bool> stop = false;
  const auto run_one = [&](const lab::Setup& setup, std::uint64_t seed, const Told& told) {
    return run_once(setup, seed, nullptr, stop, told);
  };
  std::set<std::string> found;
  for (const std::size_t jobs : {1U, 4U}) {
    Results results = empty();
    ASSERT_TRUE(run_campaign(results, {run_one, {}, jobs}, stop));
    found.insert(csv(results));
  }
  EXPECT_EQ(found.size(), 1U);
}

TEST(Campaign, StopsWhereItIsToldAndGoesOnFromThere) {
  std::atomic<bool> stop = false;
  Results whole = empty();
  ASSERT_TRUE(run_campaign(whole, {free_run, {}, 1}, stop));

  Results results = empty();
  const auto stop_after_two = [&](const Outcome& outcome, const Effort&) -> Result<void> {
    stop = outcome.seed == 2;
    return {};
  };
  ASSERT_TRUE(run_campaign(results, {free_run, stop_after_two, 1}, stop));
  EXPECT_TRUE(results.is_partial);
  EXPECT_EQ(results.outcomes.size(), 2U);

  stop = false;
  std::vector<std::uint64_t> ran;
  const auto note = [&](const lab::Setup& setup, std::uint64_t seed, const Told& told) {
    ran.push_back(setup.ttl * 10 + seed);
    return free_run(setup, seed, told);
  };
  ASSERT_TRUE(run_campaign(results, {note, {}, 1}, stop));
  EXPECT_EQ(ran, (std::vector<std::uint64_t>{13, 31, 32, 33}));
  EXPECT_FALSE(results.is_partial);
  EXPECT_EQ(csv(results), csv(whole));
  EXPECT_EQ(results.effort.events, whole.effort.events);
}

TEST(Campaign, KeepsEachRunWhenItIsDone) {
  Results results = empty();
  std::atomic<bool> stop = false;
  std::vector<std::uint64_t> events;
  const auto keep = [&](const Outcome&, const Effort& effort) -> Result<void> {
    events.push_back(effort.events);
    return {};
  };
  ASSERT_TRUE(run_campaign(results, {free_run, keep, 1}, stop));
  EXPECT_EQ(events, (std::vector<std::uint64_t>{100, 200, 300, 400, 500, 600}));
}

TEST(Campaign, EndsWhereARunCannotBeKept) {
  for (const std::size_t jobs : {1U, 3U}) {
    Results results = empty();
    std::atomic<bool> stop = false;
    std::size_t kept = 0;
    const auto keep = [&](const Outcome&, const Effort&) -> Result<void> {
      if (++kept > 2) return fail(Errc::io, "no space");
      return {};
    };
    const auto done = run_campaign(results, {free_run, keep, jobs}, stop);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().detail, "no space");
    EXPECT_TRUE(stop);
  }
}

TEST(Campaign, TellsWhatARunSaysOrThrows) {
  std::atomic<bool> stop = false;
  Results results = empty();
  const auto refuse = [](const lab::Setup&, std::uint64_t, const Told&) -> Result<Outcome> {
    return fail(Errc::refused, "no node");
  };
  EXPECT_EQ(run_campaign(results, {refuse, {}, 1}, stop).error().detail, "no node");
  stop = false;
  const auto fall = [](const lab::Setup&, std::uint64_t, const Told&) -> Result<Outcome> {
    throw std::bad_alloc();
  };
  EXPECT_FALSE(run_campaign(results, {fall, {}, 2}, stop));
}

}  // namespace
}  // namespace p2p::lab
