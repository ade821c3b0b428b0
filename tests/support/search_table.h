// The table of Monte-Carlo values of searches that another program made (experiments.md, section
// 3).
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "protocols/base/rng.h"

#include "servent/lab/graph.h"

namespace p2p::test {

struct SearchRow {
  std::string graph;
  double copies = 0;  // share of the nodes
  std::string method;
  std::uint8_t ttl = 0;  // of a flood
  double success = 0;
  double messages = 0;
  double half = 0;  // of the 95 % interval; 0: not told
  double queries = 0;
};

inline std::vector<SearchRow> search_rows(const std::string& file) {
  std::ifstream in(file);
  std::string text;
  std::getline(in, text);
  std::vector<SearchRow> rows;
  while (std::getline(in, text)) {
    std::vector<std::string> cells;
    std::istringstream line(text);
    for (std::string cell; std::getline(line, cell, ',');)
      cells.push_back(cell);
    const auto number = [&](std::size_t at) { return std::strtod(cells.at(at).c_str(), nullptr); };
    rows.push_back({cells.at(0), number(5), cells.at(8), static_cast<std::uint8_t>(number(9)),
                    number(10), number(12), number(13), number(7)});
  }
  return rows;
}

// As its "random" graph was drawn: 10,000 nodes and 20,000 links anywhere, of which the largest
// part counts.
inline lab::Graph uniform_graph(std::uint64_t seed) {
  Rng rng(seed);
  lab::Graph graph{10'000, {}};
  while (graph.edges.size() < 20'000) {
    const auto a = static_cast<lab::Graph::Node>(rng.below(graph.nodes));
    const auto b = static_cast<lab::Graph::Node>(rng.below(graph.nodes));
    if (a != b) graph.edges.emplace_back(std::min(a, b), std::max(a, b));
  }
  std::ranges::sort(graph.edges);
  graph.edges.erase(std::unique(graph.edges.begin(), graph.edges.end()), graph.edges.end());
  return largest_component(graph);
}

}  // namespace p2p::test
