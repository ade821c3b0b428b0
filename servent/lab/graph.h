// Overlays as they are drawn: who is linked to whom, without direction, no link twice and none to
// itself. Read from a file, or generated from a seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "protocols/base/result.h"
#include "protocols/base/rng.h"

namespace p2p::lab {

struct Graph {
  using Node = std::uint32_t;  // numbered from 0 without gaps
  using Edge = std::pair<Node, Node>;

  std::size_t nodes = 0;
  std::vector<Edge> edges;  // the smaller number first, in ascending order
};

// Each node calls `calls` others, all different (the yardstick of experiments.md, section 7: two
// calls give a mean degree of 4). Links that both ends made count once. With `calls` or fewer
// nodes everybody is linked to everybody.
Graph random_graph(std::size_t nodes, std::size_t calls, Rng& rng);
// Each newcomer links to `calls` of those before, chosen by their degree (Barabasi and Albert
// 1999): a power law with exponent 3.
Graph power_law(std::size_t nodes, std::size_t calls, Rng& rng);
// Every pair, for clusters of super-peers that all know each other.
Graph complete_graph(std::size_t nodes);
Graph grid(std::size_t rows, std::size_t columns);

// Two columns of numbers, any white space between, '#' starts a comment line. Numbers may have
// gaps: nodes are numbered anew in ascending order. Loops and repeated links are left out and
// counted. Errc::malformed names the line.
struct ReadGraph {
  Graph graph;
  std::size_t loops = 0;
  std::size_t repeated = 0;
};
Result<ReadGraph> read_graph(std::istream& in);
inline constexpr std::uint64_t kMostGraphEdges = 100'000'000;  // lines of a file; more is refused

// The largest part whose nodes can all reach each other, numbered anew in ascending order.
Graph largest_component(const Graph& graph);

// For each node its neighbours, one after another: those of `node` are to[first[node]] up to
// to[first[node + 1]].
struct Adjacency {
  std::vector<std::size_t> first;
  std::vector<Graph::Node> to;
};
Adjacency adjacency(const Graph& graph);

}  // namespace p2p::lab
