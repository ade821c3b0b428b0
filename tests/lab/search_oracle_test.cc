// Floods, rings and walkers against a table of Monte-Carlo values made by another program
// (experiments.md, section 3): worlds of real nodes must come to the same means. LAB_SEARCH_METHODS
// is the table, LAB_TOPOLOGY the folder of the crawls, LAB_QUERIES how many are asked (400),
// LAB_ONLY a graph; without the first nothing is done.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unordered_map>
#include <vector>

#include <gtest/gtest.h>

#include "servent/lab/crowd.h"
#include "servent/lab/demand.h"
#include "servent/lab/graph_file.h"
#include "servent/lab/network.h"
#include "servent/lab/outcome.h"

#include "tests/support/search_table.h"

namespace p2p::lab {
namespace {

using test::SearchRow;
constexpr std::uint8_t kMostTtl = 100;  // of rings; on a grid they go far

// Queries of each asker; who asked twice is not told apart.
class CountingAskers final : public Guest {
 public:
  void told(NodeNumber, Event&) override {}
  Mark sent(NodeNumber from, NodeNumber, Bytes bytes, Stream stream) override {
    if (stream == kDatagram) {
      const auto note = watching_.datagram(bytes);
      if (note && watching_.kinds[note->kind].name == "check") ++checks;
      return 0;
    }
    for (std::uint32_t state = 0; !bytes.empty();) {
      const auto passing = watching_.first(bytes, state);
      if (!passing) return 0;
      if (watching_.kinds[passing->kind].name == "query")
        ++of_asker[asker_of_.try_emplace(key(*passing->id), from).first->second];
      bytes = bytes.subspan(passing->size);
    }
    return 0;
  }
  std::unordered_map<NodeNumber, double> of_asker;
  std::uint64_t checks = 0;

 private:
  static std::string key(const Guid& id) { return std::string(text_of(id.bytes)); }

  const Watching& watching_ = find_mode("gnutella")->watching();
  std::unordered_map<std::string, NodeNumber> asker_of_;
};

struct Met {
  Estimate messages;
  double success = 0;
  double checks = 0;
};

// Of each row others ask, so that who they happen to be is not the same luck in all rows.
Met ask(const Graph& graph, const SearchRow& row, std::size_t queries, std::uint64_t seed) {
  Setup setup;
  setup.nodes = graph.nodes;
  setup.overlay = "file";
  setup.latency = {Latency::Model::constant, 1};
  const bool is_flood = row.method == "flood";
  setup.ttl = is_flood ? row.ttl : kMostTtl;
  setup.ring_wait_ms = 2 * kMostTtl + 50;  // there and back
  setup.method = is_flood                         ? SearchMethod::flood
                 : row.method == "expanding_ring" ? SearchMethod::ring
                                                  : SearchMethod::walk;
  setup.walkers = static_cast<std::uint8_t>(std::strtoul(row.method.c_str(), nullptr, 10));
  PlacementSetup placed;
  placed.nodes = graph.nodes;
  placed.distinct = 10 * queries;  // few ask for the same file, or their costs would hang together
  placed.copies = row.copies;
  Placement placement(placed);
  Meter meter(find_mode("gnutella")->watching(), graph.nodes);
  Crowd crowd(placement, meter);
  CountingAskers counting;
  crowd.set_onlooker(&counting);
  World world(1, setup.latency, crowd);
  crowd.enter(world);
  Rng rng(1);
  build(world, plan_of(setup, &graph, rng), setup, false);
  world.run(500);
  DemandSetup wanted;
  wanted.count = queries;
  wanted.gap_ms = 60;
  wanted.asked = 0;
  wanted.seed = seed;
  Demand demand(placement, wanted);
  const auto is_up = [](NodeNumber) { return true; };
  while (const auto wish = demand.next(is_up)) {
    world.run(500 + wish->at);
    crowd.ask(wish->node, wish->query, 110'000);
  }
  const auto is_open = [](const AskedQuery& asked) { return !asked.ended; };
  for (World::Ms waited = 0; waited < 110'000; waited += 1'000) {
    if (std::ranges::none_of(crowd.asked(), is_open)) break;
    world.run(world.now() + 1'000);
  }
  std::unordered_map<NodeNumber, int> times;
  for (const AskedQuery& asked : crowd.asked())
    ++times[asked.asker];
  std::vector<double> messages;
  Met met;
  for (const AskedQuery& asked : crowd.asked()) {
    if (times[asked.asker] == 1) messages.push_back(counting.of_asker[asked.asker]);
    met.success += asked.is_success() ? 1.0 : 0.0;
  }
  const auto all = static_cast<double>(crowd.asked().size());
  met.messages = estimate(messages);
  met.success /= all;
  met.checks = static_cast<double>(counting.checks) / all;
  return met;
}

TEST(SearchOracle, FloodsRingsAndWalkersCostWhatTheyDoElsewhere) {
  const char* const table = std::getenv("LAB_SEARCH_METHODS");
  const char* const topology = std::getenv("LAB_TOPOLOGY");
  if (table == nullptr || topology == nullptr) GTEST_SKIP() << "no table named";
  const char* const given = std::getenv("LAB_QUERIES");
  const std::size_t queries = given == nullptr ? 400 : std::strtoul(given, nullptr, 10);
  const char* const only = std::getenv("LAB_ONLY");
  std::string last;
  Graph graph;
  std::uint64_t seed = 0;
  for (const SearchRow& row : test::search_rows(table)) {
    if (row.graph == "power_law") continue;  // it is not told which graph that was
    if (only != nullptr && row.graph != only) continue;
    if (row.graph != last) {
      last = row.graph;
      if (last == "random") graph = test::uniform_graph(11);
      if (last.starts_with("grid")) graph = grid(100, 100);
      if (last.starts_with("gnutella")) {
        const auto read =
            read_graph_file(std::string(topology) + "/p2p-G" + last.substr(1) + ".txt.gz");
        ASSERT_TRUE(read) << read.error().detail;
        graph = largest_component(read->graph);
      }
    }
    const Met met = ask(graph, row, queries, ++seed);
    // Theirs of a flood or a ring is told without an interval: as wide as ours, for as many
    // queries.
    const double theirs =
        row.half > 0
            ? row.half
            : met.messages.half * std::sqrt(static_cast<double>(met.messages.count) / row.queries);
    const double both = std::hypot(met.messages.half, theirs);
    std::printf(
        "%-11s %.5f %-15s %2u theirs %8.1f ± %5.1f  ours %8.1f ± %5.1f  checks %6.1f  "
        "success %.3f  %s\n",
        row.graph.c_str(), row.copies, row.method.c_str(), unsigned{row.ttl}, row.messages, theirs,
        met.messages.mean, met.messages.half, met.checks, met.success,
        std::abs(met.messages.mean - row.messages) <= both ? "within" : "OUTSIDE");
    std::fflush(stdout);
    // What a flood costs is known better than by some askers: flood_oracle_test.cc. How often it
    // finds is by chance in both tables; of a hundred rows some are three deviations off.
    if (row.method == "flood") {
      const double each = row.success * (1 - row.success);
      const double chance = std::sqrt(each / static_cast<double>(queries) + each / row.queries);
      EXPECT_NEAR(met.success, row.success, 0.02 + 4 * chance) << row.graph << unsigned{row.ttl};
      continue;
    }
    // One of twenty means lies outside by chance, one of ten thousand outside of twice as much.
    EXPECT_LE(std::abs(met.messages.mean - row.messages), 2 * both) << row.graph << row.method;
    EXPECT_GE(met.success, row.success - 0.02) << row.graph << row.method;
  }
}

}  // namespace
}  // namespace p2p::lab
