#include "servent/lab/graph.h"

#include <algorithm>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

namespace p2p::lab {
namespace {

using Edge = Graph::Edge;
using Edges = std::vector<Edge>;

std::vector<std::size_t> degrees(const Graph& graph) {
  std::vector<std::size_t> out(graph.nodes, 0);
  for (const auto& [a, b] : graph.edges) {
    ++out[a];
    ++out[b];
  }
  return out;
}

void expect_simple(const Graph& graph) {
  EXPECT_TRUE(std::ranges::is_sorted(graph.edges));
  EXPECT_EQ(std::ranges::adjacent_find(graph.edges), graph.edges.end());
  for (const auto& [a, b] : graph.edges) {
    ASSERT_LT(a, b);
    ASSERT_LT(b, graph.nodes);
  }
}

TEST(Graph, ReadsTwoColumnsWhateverIsOddInThem) {
  std::istringstream in("# a comment\n 5\t9 \n9 5\n\n7 7\r\n100 5\n");
  const auto read = read_graph(in);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->graph.nodes, 4U) << "gaps in the numbers are closed";
  EXPECT_EQ(read->graph.edges, (Edges{{0, 2}, {0, 3}}));
  EXPECT_EQ(read->loops, 1U);
  EXPECT_EQ(read->repeated, 1U);
}

TEST(Graph, NamesTheLineThatIsNoLink) {
  for (const char* line : {"1", "1 2 3", "a b", "1 -2", "1 99999999999999999999999", "1x 2"}) {
    std::istringstream in("1 2\n" + std::string(line) + "\n");
    const auto read = read_graph(in);
    ASSERT_FALSE(read) << line;
    EXPECT_EQ(read.error().detail, "line 2: not two numbers") << line;
  }
}

TEST(Graph, OfAnEmptyFileIsEmpty) {
  std::istringstream in("# nothing\n");
  const auto read = read_graph(in);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->graph.nodes, 0U);
  EXPECT_EQ(largest_component(read->graph).nodes, 0U);
}

TEST(Graph, EverybodyOfARandomOneCallsSoMany) {
  Rng rng(1);
  const Graph graph = random_graph(10'000, 2, rng);
  expect_simple(graph);
  EXPECT_GE(std::ranges::min(degrees(graph)), 2U);
  EXPECT_NEAR(2.0 * static_cast<double>(graph.edges.size()) / 10'000, 4.0, 0.01);
  EXPECT_EQ(largest_component(graph).nodes, 10'000U);
}

TEST(Graph, OfFewNodesIsComplete) {
  Rng rng(1);
  EXPECT_EQ(random_graph(2, 2, rng).edges, (Edges{{0, 1}}));
  EXPECT_TRUE(random_graph(1, 2, rng).edges.empty());
  EXPECT_TRUE(random_graph(0, 2, rng).edges.empty());
  EXPECT_EQ(power_law(3, 3, rng).edges.size(), 3U);
}

TEST(Graph, OfAPowerLawHasFewWithMany) {
  Rng rng(1);
  const Graph graph = power_law(20'000, 2, rng);
  expect_simple(graph);
  auto degree = degrees(graph);
  std::ranges::sort(degree, std::ranges::greater());
  EXPECT_EQ(degree.back(), 2U);
  EXPECT_GT(degree.front(), 100U);
  // Exponent 3: of degree 20 or more there are about (2/20)^2 of all, 6/(d(d+1)(d+2)) summed up.
  const auto many = std::ranges::count_if(degree, [](std::size_t d) { return d >= 20; });
  EXPECT_NEAR(static_cast<double>(many) / 20'000, 6.0 / (20 * 21), 0.004);
}

TEST(Graph, OfTheSameSeedIsTheSame) {
  Rng a(7);
  Rng b(7);
  EXPECT_EQ(random_graph(500, 3, a).edges, random_graph(500, 3, b).edges);
  EXPECT_EQ(power_law(500, 3, a).edges, power_law(500, 3, b).edges);
}

TEST(Graph, GridLinksRowsAndColumns) {
  const Graph graph = grid(3, 4);
  EXPECT_EQ(graph.nodes, 12U);
  EXPECT_EQ(graph.edges.size(), 3U * 3 + 2U * 4);
}

TEST(Graph, TheLargestPartIsNumberedAnew) {
  Graph graph{7, {{0, 1}, {2, 5}, {4, 5}, {4, 6}}};
  const Graph part = largest_component(graph);
  EXPECT_EQ(part.nodes, 4U);
  EXPECT_EQ(part.edges, (Edges{{0, 2}, {1, 2}, {1, 3}}));
}

}  // namespace
}  // namespace p2p::lab
