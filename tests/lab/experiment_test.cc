#include "servent/lab/experiment.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "servent/lab/draws.h"

namespace p2p::lab {
namespace {

const std::atomic<bool> kGoOn = false;

Setup small(std::string mode, std::string shape = "flat") {
  Setup setup;
  setup.mode = std::move(mode);
  setup.shape = std::move(shape);
  setup.nodes = 60;
  setup.cluster = 10;
  setup.distinct = 100;
  setup.mean_files = 5;
  setup.count = 10;
  setup.ttl = 15;
  return setup;
}

double number(const Outcome& outcome, std::string_view name) {
  const auto value = outcome.find(name);
  EXPECT_TRUE(value) << name;
  return value.value_or(-1);
}

TEST(Experiment, AFloodToAllFindsAllAtWhatAFloodCosts) {
  const auto outcome = run_once(small("gnutella"), 1, nullptr, kGoOn);
  ASSERT_TRUE(outcome) << outcome.error().detail;
  EXPECT_EQ(number(*outcome, "recall"), 1);
  EXPECT_EQ(number(*outcome, "reach"), 59);
  Rng rng(seed_of(1, Drawn::overlay));
  const Graph graph = random_graph(60, 2, rng);
  double queries = 0;
  for (const TypeCount& type : outcome->by_type)
    if (type.type == "query") queries = type.messages;
  EXPECT_EQ(queries, 2.0 * static_cast<double>(graph.edges.size()) - 59);
  EXPECT_GT(number(*outcome, "upkeep_messages"), 0);
  EXPECT_GT(number(*outcome, "load_max"), number(*outcome, "load_mean"));
  EXPECT_GE(number(*outcome, "first_hit_ms"), 20);
}

// Farther than the 15 hops that the wire has, where all nodes are told so.
TEST(Experiment, HitsComeBackFromAsFarAsTheQueryWent) {
  Graph line;
  line.nodes = 60;
  for (NodeNumber node = 1; node < line.nodes; ++node)
    line.edges.emplace_back(node - 1, node);
  auto setup = small("gnutella");
  setup.overlay = "file";
  setup.ttl = 60;
  const auto outcome = run_once(setup, 1, &line, kGoOn);
  ASSERT_TRUE(outcome) << outcome.error().detail;
  EXPECT_EQ(number(*outcome, "reach"), 59);
  EXPECT_EQ(number(*outcome, "recall"), 1);
}

TEST(Experiment, ACentralServerIsAskedAndAnswers) {
  const auto outcome = run_once(small("napster"), 1, nullptr, kGoOn);
  ASSERT_TRUE(outcome) << outcome.error().detail;
  EXPECT_EQ(number(*outcome, "recall"), 1);
  EXPECT_FALSE(outcome->find("reach")) << "nothing floods";
}

TEST(Experiment, SuperPeersAnswerForTheirs) {
  for (const auto& setup : {small("kazaa", "two-tier"), small("gnutella", "two-tier")}) {
    const auto outcome = run_once(setup, 1, nullptr, kGoOn);
    ASSERT_TRUE(outcome) << outcome.error().detail;
    EXPECT_GT(number(*outcome, "recall"), 0.9) << setup.mode;
  }
}

TEST(Experiment, TheSameSeedGivesTheSame) {
  const auto one = run_once(small("gnutella"), 5, nullptr, kGoOn);
  const auto two = run_once(small("gnutella"), 5, nullptr, kGoOn);
  const auto other = run_once(small("gnutella"), 6, nullptr, kGoOn);
  ASSERT_TRUE(one && two && other);
  EXPECT_EQ(one->hash, two->hash);
  EXPECT_NE(one->hash, other->hash);
}

Setup asking(SearchMethod method) {
  auto setup = small("gnutella");
  setup.method = method;
  return setup;
}

Setup with_radius(std::uint8_t radius) {
  auto setup = small("gnutella");
  setup.radius = radius;
  return setup;
}

struct Known {
  const char* hash;
  Setup setup;
};

// The same numbers whatever the compiler, its standard library and how it optimises: nothing may
// hang on the order of an unordered map, on std::hash or on the library's distributions. Who
// changes what a network says, or when, changes them: put in what the failure tells, once another
// build (clang, fast) tells the same.
TEST(Experiment, EveryBuildMakesTheSame) {
  const std::vector<Known> all{
      {"4a75445325892d81", small("napster")},
      {"77b99128e1d729a1", small("gnutella")},
      {"d390e55cb092cf88", asking(SearchMethod::ring)},
      {"de3509eb4c411acf", asking(SearchMethod::walk)},
      {"703dd1a9209ea0b1", asking(SearchMethod::directed)},
      {"7784b2cd55f9f54c", with_radius(1)},
      {"9ffa630e23f33bcc", small("gnutella", "two-tier")},
      {"50ec842e394f0505", small("kazaa", "two-tier")},
  };
  for (const Known& known : all) {
    const auto outcome = run_once(known.setup, 1, nullptr, kGoOn);
    ASSERT_TRUE(outcome) << outcome.error().detail;
    EXPECT_EQ(outcome->hash, known.hash)
        << known.setup.mode << ' ' << known.setup.shape << ' ' << to_text(known.setup.method);
  }
}

TEST(Experiment, EndsWhenItIsTold) {
  const std::atomic<bool> stop = true;
  const auto outcome = run_once(small("gnutella"), 1, nullptr, stop);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Errc::stopped);
}

TEST(Experiment, OfOneNodeAsksNobody) {
  auto setup = small("gnutella");
  setup.nodes = 1;
  const auto outcome = run_once(setup, 1, nullptr, kGoOn);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(number(*outcome, "upkeep_messages"), 0);
}

}  // namespace
}  // namespace p2p::lab
