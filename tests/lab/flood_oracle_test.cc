// A flood of a given TTL with equal latencies is a breadth-first search (experiments.md, section
// 2): the search, written here once more and simply, is the oracle for worlds of real nodes, and
// tables of exact means are the oracle for the search.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/base/query.h"
#include "protocols/registry.h"

#include "servent/lab/graph_file.h"
#include "servent/lab/meter.h"
#include "servent/lab/world.h"

#include "tests/support/search_table.h"

namespace p2p::lab {
namespace {

struct Cost {
  std::uint64_t reach = 0;
  std::uint64_t messages = 0;
};
using ByTtl = std::vector<Cost>;  // of TTL 1 and on

// The origin sends to all its neighbours, whoever is reached before the last hop to all but one.
ByTtl search(const Adjacency& near, NodeNumber origin, std::size_t most) {
  ByTtl costs(most);
  std::vector<std::uint8_t> seen(near.first.size() - 1);
  std::vector<NodeNumber> now{origin};
  std::vector<NodeNumber> next;
  seen[origin] = 1;
  Cost sum;
  for (Cost& cost : costs) {
    next.clear();
    for (const NodeNumber node : now) {
      const std::size_t degree = near.first[node + 1] - near.first[node];
      sum.messages += node == origin ? degree : degree - 1;
      for (std::size_t i = near.first[node]; i < near.first[node + 1]; ++i)
        if (seen[near.to[i]] == 0) {
          seen[near.to[i]] = 1;
          next.push_back(near.to[i]);
        }
    }
    sum.reach += next.size();
    cost = sum;
    now.swap(next);
  }
  return costs;
}

class Onlooking final : public Guest {
 public:
  explicit Onlooking(std::size_t nodes) : meter(find_mode("gnutella")->watching(), nodes) {}
  void told(NodeNumber, Event&) override {}
  Mark sent(NodeNumber from, NodeNumber to, Bytes bytes, Stream stream) override {
    meter.sent(from, to, bytes, stream);
    return 0;
  }
  Meter meter;
};

// What floods from these nodes cost in a world of real nodes.
std::vector<Cost> flood(const Graph& graph, std::uint8_t ttl, const std::vector<NodeNumber>& from) {
  Onlooking guest(graph.nodes);
  World world(1, Latency{Latency::Model::constant, 10}, guest);
  const ModeRow* row = find_mode("gnutella", "plain");
  for (NodeNumber node = 0; node < graph.nodes; ++node) {
    ModeConfig config;
    config.listen = World::address(node);
    config.only_connect = true;
    config.flat.ttl = ttl;
    world.add(row->make(config));
    world.start(node);
  }
  for (const auto& [a, b] : graph.edges)
    world.link(a, b);
  world.run(1'000);
  std::uint32_t last = 0;
  for (const NodeNumber origin : from) {
    world.command(origin, Search{SearchId{++last}, parse_query("nothing has this")});
    world.run(world.now() + 1'000);
  }
  std::vector<Cost> costs;
  for (const Flood& one : guest.meter.floods())
    costs.push_back({one.reached, one.sent});
  return costs;
}

void expect_alike(const Graph& graph, const std::vector<std::uint8_t>& ttls,
                  const std::vector<NodeNumber>& origins) {
  const Adjacency near = adjacency(graph);
  for (const std::uint8_t ttl : ttls) {
    const auto costs = flood(graph, ttl, origins);
    ASSERT_EQ(costs.size(), origins.size());
    for (std::size_t i = 0; i < origins.size(); ++i) {
      const Cost expected = search(near, origins[i], ttl).back();
      EXPECT_EQ(costs[i].reach, expected.reach) << "TTL " << int{ttl} << " from " << origins[i];
      EXPECT_EQ(costs[i].messages, expected.messages) << "TTL " << int{ttl};
    }
  }
}

TEST(FloodOracle, WorldsOfDrawnGraphsFloodLikeASearch) {
  Rng rng(5);
  expect_alike(random_graph(400, 2, rng), {1, 2, 3, 5, 7, 15}, {0, 17, 399});
  expect_alike(power_law(400, 2, rng), {1, 2, 3, 4, 9}, {0, 17, 399});
  expect_alike(grid(12, 20), {1, 2, 8, 15}, {0, 130, 239});
}

// Two parts, and a node that nobody knows.
TEST(FloodOracle, AFloodEndsWhereItsPartDoes) {
  const Graph graph{7, {{0, 1}, {0, 2}, {1, 2}, {3, 4}, {4, 5}}};
  expect_alike(graph, {1, 2, 7}, {0, 3, 4});
}

// ---- with the crawls, which are not part of the program: LAB_TOPOLOGY is their folder,
// LAB_FLOOD_REACH and LAB_SEARCH_METHODS the tables

struct Line {
  std::string graph;
  std::size_t nodes = 0;
  std::size_t edges = 0;
  std::size_t origins = 0;
  std::size_t ttl = 0;
  std::array<double, 3> means{};  // reach, messages, duplicates
};

std::vector<Line> lines_of(const std::string& file) {
  std::ifstream in(file);
  std::string text;
  std::getline(in, text);
  std::vector<Line> lines;
  while (std::getline(in, text)) {
    std::ranges::replace(text, ',', ' ');
    std::istringstream fields(text);
    Line line;
    fields >> line.graph >> line.nodes >> line.edges >> line.origins >> line.ttl >> line.means[0] >>
        line.means[1] >> line.means[2];
    lines.push_back(line);
  }
  return lines;
}

// The nodes of the largest part, ascending: largest_component() keeps their order.
std::vector<NodeNumber> largest_part(const Graph& whole) {
  const Adjacency near = adjacency(whole);
  std::vector<std::uint8_t> seen(whole.nodes);
  std::vector<NodeNumber> largest;
  for (NodeNumber start = 0; start < whole.nodes; ++start) {
    if (std::exchange(seen[start], std::uint8_t{1}) != 0) continue;
    std::vector<NodeNumber> part{start};
    for (std::size_t at = 0; at < part.size(); ++at)
      for (std::size_t i = near.first[part[at]]; i < near.first[part[at] + 1]; ++i)
        if (std::exchange(seen[near.to[i]], std::uint8_t{1}) == 0) part.push_back(near.to[i]);
    if (part.size() > largest.size()) largest.swap(part);
  }
  std::ranges::sort(largest);
  return largest;
}

class Crawls : public testing::Test {
 protected:
  void SetUp() override {
    const char* const topology = std::getenv("LAB_TOPOLOGY");
    const char* const table = std::getenv("LAB_FLOOD_REACH");
    if (topology == nullptr || table == nullptr) GTEST_SKIP() << "no crawls named";
    topology_ = topology;
    lines_ = lines_of(table);
    ASSERT_FALSE(lines_.empty());
  }
  Graph read(const std::string& name) const {
    const auto read = read_graph_file(topology_ + "/p2p-" + name + ".txt.gz");
    EXPECT_TRUE(read) << name;
    return read ? read->graph : Graph{};
  }

  std::string topology_;
  std::vector<Line> lines_;
};

TEST_F(Crawls, MeansOverAllOriginsAreThePublishedOnes) {
  for (std::size_t at = 0; at < lines_.size();) {
    const Line& first = lines_[at];
    const Graph whole = read(first.graph);
    EXPECT_EQ(whole.edges.size(), first.edges) << "of all parts";
    const Graph graph = largest_component(whole);
    EXPECT_EQ(graph.nodes, first.nodes);
    const Adjacency near = adjacency(graph);
    const std::size_t every = (graph.nodes + first.origins - 1) / first.origins;
    const std::vector<NodeNumber> members = largest_part(whole);
    std::array<Cost, 16> sums{};
    for (NodeNumber origin = 0; origin < graph.nodes; ++origin) {
      if (members[origin] % every != 0) continue;  // "every 8th" is by the crawl's own numbers
      const ByTtl costs = search(near, origin, sums.size());
      for (std::size_t ttl = 0; ttl < sums.size(); ++ttl) {
        sums[ttl].reach += costs[ttl].reach;
        sums[ttl].messages += costs[ttl].messages;
      }
    }
    double worst = 0;
    for (; at < lines_.size() && lines_[at].graph == first.graph; ++at) {
      const Line& line = lines_[at];
      const Cost& sum = sums[line.ttl - 1];
      const auto origins = static_cast<double>(line.origins);
      const double reach = static_cast<double>(sum.reach) / origins;
      const double messages = static_cast<double>(sum.messages) / origins;
      const std::array<double, 3> means{reach, messages, messages - reach};
      for (std::size_t i = 0; i < means.size(); ++i) {
        EXPECT_NEAR(means[i], line.means[i], 0.00501) << line.graph << " TTL " << line.ttl;
        worst = std::max(worst, std::abs(means[i] - line.means[i]));
      }
    }
    std::printf("%s: %zu nodes, %zu links, worst difference %.4f\n", first.graph.c_str(),
                graph.nodes, graph.edges.size(), worst);
  }
}

TEST_F(Crawls, WorldsFloodLikeASearch) {
  std::string last;
  for (const Line& line : lines_) {
    if (line.graph == last) continue;
    last = line.graph;
    const Graph graph = largest_component(read(line.graph));
    const auto nodes = static_cast<NodeNumber>(graph.nodes);
    expect_alike(graph, {2, 4, 5, 7, 15}, {0, nodes / 3, nodes / 2, nodes - 1});
  }
}

// Messages of floods from all nodes of a graph, by TTL.
struct Moments {
  double mean = 0;
  double variance = 0;
};
constexpr std::size_t kMostTtl = 9;  // of the table
using ByTtlMoments = std::array<Moments, kMostTtl>;

ByTtlMoments moments_of(const Graph& graph) {
  const Adjacency near = adjacency(graph);
  const auto nodes = static_cast<double>(graph.nodes);
  ByTtlMoments moments{};
  for (NodeNumber origin = 0; origin < graph.nodes; ++origin) {
    const ByTtl costs = search(near, origin, kMostTtl);
    for (std::size_t at = 0; at < kMostTtl; ++at) {
      const auto messages = static_cast<double>(costs[at].messages);
      moments[at].mean += messages / nodes;
      moments[at].variance += messages * messages / nodes;  // for now
    }
  }
  for (Moments& one : moments)
    one.variance = std::max(0.0, one.variance - one.mean * one.mean);
  return moments;
}

// The graphs of the table's name: one where it is known, else some that were drawn as it was.
std::vector<Graph> graphs_of(const std::string& name, const std::string& topology) {
  constexpr std::uint64_t kDraws = 12;
  if (name == "grid") return {grid(100, 100)};
  if (name == "random") {
    std::vector<Graph> drawn;
    for (std::uint64_t seed = 1; seed <= kDraws; ++seed)
      drawn.push_back(test::uniform_graph(seed));
    return drawn;
  }
  const auto read = read_graph_file(topology + "/p2p-G" + name.substr(1) + ".txt.gz");
  return read ? std::vector{largest_component(read->graph)} : std::vector<Graph>{};
}

// What the mean over so many askers of one of these graphs is, and how far it is off by chance.
Moments mean_of_some(const std::vector<ByTtlMoments>& graphs, std::size_t ttl, double askers) {
  Moments some;
  const auto count = static_cast<double>(graphs.size());
  for (const ByTtlMoments& one : graphs) {
    some.mean += one[ttl - 1].mean / count;
    some.variance += one[ttl - 1].variance / askers / count;
  }
  for (const ByTtlMoments& one : graphs)  // between the draws; nothing where there is one
    some.variance += std::pow(one[ttl - 1].mean - some.mean, 2) / std::max(1.0, count - 1);
  return some;
}

TEST(FloodOracle, FloodsOfSomeCostWhatTheyDoElsewhere) {
  const char* const topology = std::getenv("LAB_TOPOLOGY");
  const char* const table = std::getenv("LAB_SEARCH_METHODS");
  if (topology == nullptr || table == nullptr) GTEST_SKIP() << "no table named";
  std::string last;
  std::vector<ByTtlMoments> graphs;
  std::size_t rows = 0;
  std::size_t within = 0;
  for (const test::SearchRow& row : test::search_rows(table)) {
    if (row.method != "flood" || row.graph == "power_law")
      continue;  // how it was drawn is not told
    if (row.graph != last) {
      last = row.graph;
      graphs.clear();
      for (const Graph& graph : graphs_of(last, topology))
        graphs.push_back(moments_of(graph));
      ASSERT_FALSE(graphs.empty()) << last;
    }
    const Moments exact = mean_of_some(graphs, row.ttl, row.queries);
    const double chance = std::sqrt(exact.variance);
    const double off = std::max(0.0, std::abs(row.messages - exact.mean) - 0.05);  // it is rounded
    ++rows;
    within += off <= 1.96 * chance ? 1U : 0U;
    // Where all but a few nodes reach all, a mean of some is not normal: 4.1 was seen.
    EXPECT_LE(off, 5 * chance) << row.graph << " TTL " << unsigned{row.ttl} << ": theirs "
                               << row.messages << ", exactly " << exact.mean;
  }
  std::printf("%zu of %zu within the 95 %% interval\n", within, rows);
  EXPECT_GE(within, rows * 85 / 100);
}

}  // namespace
}  // namespace p2p::lab
