#include "servent/lab/population.h"

#include <fstream>

#include <gtest/gtest.h>

#include "servent/lab/experiment.h"
#include "servent/lab/lifetimes.h"
#include "servent/lab/network.h"

#include "tests/support/temp_dir.h"

namespace p2p::lab {
namespace {

const std::atomic<bool> go_on = false;

Setup lively(std::string mode) {
  auto setup = Setup();
  setup.mode = std::move(mode);
  setup.nodes = 60;
  setup.distinct = 60;
  setup.mean_files = 5;
  setup.count = 60;
  setup.gap_ms = 2'000;
  setup.ttl = 15;
  return setup;
}

double number(const Setup& setup, std::string_view name, std::uint64_t seed = 1) {
  const auto outcome = run_once(setup, seed, nullptr, go_on);
  EXPECT_TRUE(outcome) << outcome.error().detail;
  return outcome ? outcome->find(name).value_or(-1) : -1;
}

TEST(Population, WithoutTheServerNobodyFindsAnything) {
  auto setup = lively("napster");
  setup.kill = "best";
  setup.share = 0;  // one: the server has the most links
  EXPECT_EQ(number(setup, "success_before"), 1);
  EXPECT_EQ(number(setup, "success_during"), 0);
  EXPECT_EQ(number(setup, "dent_s"), 58) << "to the last question";
  setup.back_s = 20;
  EXPECT_GT(number(setup, "success_after"), 0) << "clients come again by themselves";
}

TEST(Population, AFewOfManyAreNotMissed) {
  auto setup = lively("gnutella");
  setup.kill = "random";
  setup.share = 0.1;
  EXPECT_EQ(number(setup, "dent_s"), 0);
  EXPECT_NEAR(number(setup, "online"), 1 - 0.1 / 2, 0.001) << "half of the questions came after";
}

TEST(Population, WhoComesBackIsLinkedAsDrawn) {
  auto setup = lively("gnutella");
  setup.kill = "random";
  setup.share = 1;
  setup.back_s = 30;
  setup.wait_ms = 4'000;
  EXPECT_EQ(number(setup, "success_after"), number(setup, "success_before"));
}

TEST(Population, WhoLooksForNeighboursFindsSome) {
  auto setup = lively("gnutella");
  setup.shape = "two-tier";
  setup.repair = "self";
  setup.kill = "best";  // the ultrapeers, all but one
  setup.share = 5.0 / 60;
  EXPECT_GT(number(setup, "success_during"), 0.9);
}

TEST(Population, ComesAndGoes) {
  for (const char* mode : {"napster", "gnutella", "kazaa"}) {
    auto setup = lively(mode);
    setup.session_s = 120;
    setup.absence_s = Lifetime{120, 0.5}.mean_s();
    const auto outcome = run_once(setup, 1, nullptr, go_on);
    ASSERT_TRUE(outcome) << outcome.error().detail;
    EXPECT_NEAR(outcome->find("online").value_or(0), 0.5, 0.2) << mode;
    EXPECT_GT(outcome->find("success").value_or(0), 0) << mode;
  }
}

class NobodyLooks final : public Guest {
 public:
  void told(NodeNumber, Event&) override {}
};

TEST(Population, WhoComesAndGoesCanBeToldBeforehand) {
  NobodyLooks nobody;
  auto setup = lively("gnutella");
  setup.session_s = 60;
  setup.absence_s = 60;
  Rng rng(1);
  const Plan plan = plan_of(setup, nullptr, rng);
  World world(1, setup.latency, nobody);
  build(world, plan, setup, false);
  Population population(world, plan, setup, 7);
  ASSERT_TRUE(population.begin(300'000));
  const auto moves = moves_of(plan, setup, 7, 300'000);
  ASSERT_TRUE(moves);
  EXPECT_GT(moves->size(), 100U);
  std::vector<bool> is_up(plan.users, true);
  auto next = moves->begin();
  for (World::Ms now = 0; now <= 300'000; now += 1'000) {
    world.run(now);
    for (; next != moves->end() && next->at <= now; ++next)
      is_up[next->node] = next->is_up;
    for (NodeNumber node = 0; node < plan.users; ++node)
      ASSERT_EQ(is_up[node], world.is_up(node)) << node << " at " << now;
  }
  EXPECT_EQ(next, moves->end());
}

TEST(Population, TheSameSeedGivesTheSameComings) {
  auto setup = lively("kazaa");
  setup.session_s = 60;
  setup.absence_s = 60;
  setup.repair = "self";
  const auto one = run_once(setup, 4, nullptr, go_on);
  const auto two = run_once(setup, 4, nullptr, go_on);
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->hash, two->hash);
}

TEST(Population, SilentDeathsLeaveStaleAnswers) {
  constexpr std::uint64_t kServerLives = 4;
  auto setup = lively("napster");
  setup.kill = "random";
  setup.share = 0.5;
  setup.departure = "closing";
  EXPECT_LT(number(setup, "stale", kServerLives), 0.02) << "those that were on their way";
  setup.departure = "silent";
  EXPECT_GT(number(setup, "stale", kServerLives), 0.1);
}

TEST(Population, MovesByATrace) {
  const test::TempDir dir;
  const auto file = dir.path() / "trace";
  std::ofstream(file) << "0 0 up\n60 0 down\n";  // seconds from the start: away, there, away
  auto setup = lively("gnutella");
  setup.trace = file.string();
  setup.session_s = 0;
  EXPECT_NEAR(number(setup, "online"), 59.0 / 60, 1e-9);
  std::ofstream(file) << "0 60 up\n";
  const auto outcome = run_once(setup, 1, nullptr, go_on);
  ASSERT_FALSE(outcome);
  EXPECT_NE(outcome.error().detail.find("trace:1: node 60"), std::string::npos);
}

}  // namespace
}  // namespace p2p::lab
