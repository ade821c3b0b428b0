#include "servent/lab/graph.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <istream>
#include <numeric>
#include <string_view>

namespace p2p::lab {

namespace {

using Node = Graph::Node;
using Edge = Graph::Edge;

// Sorts, and takes out loops and repetitions. How many of each went.
std::pair<std::size_t, std::size_t> tidy(std::vector<Edge>& edges) {
  for (Edge& edge : edges)
    if (edge.first > edge.second) std::swap(edge.first, edge.second);
  const std::size_t all = edges.size();
  std::erase_if(edges, [](const Edge& edge) { return edge.first == edge.second; });
  const std::size_t loops = all - edges.size();
  std::ranges::sort(edges);
  const auto repeated = std::unique(edges.begin(), edges.end());
  const auto count = static_cast<std::size_t>(edges.end() - repeated);
  edges.erase(repeated, edges.end());
  return {loops, count};
}

// `count` numbers below `among` that differ from each other and from `own`; among > count.
void draw_others(std::size_t count, Node own, std::size_t among, Rng& rng, std::vector<Node>& out) {
  out.clear();
  while (out.size() < count) {
    const auto other = static_cast<Node>(rng.below(among));
    if (other != own && std::ranges::find(out, other) == out.end()) out.push_back(other);
  }
}

class Lines {
 public:
  explicit Lines(std::istream& in) : in_(in) {}

  // Two numbers of the next line that is no comment; nothing at the end.
  Result<bool> next(std::uint64_t& a, std::uint64_t& b) {
    while (more()) {
      if (in_.fail())
        return fail(Errc::too_long, "line " + std::to_string(number_) + " is too long");
      std::string_view rest(line_.data());
      skip(rest);
      if (rest.empty() || rest.front() == '#') continue;
      if (!take(rest, a) || !take(rest, b) || !rest.empty())
        return fail(Errc::malformed, "line " + std::to_string(number_) + ": not two numbers");
      return true;
    }
    return false;
  }

 private:
  bool more() {
    in_.getline(line_.data(), static_cast<std::streamsize>(line_.size()));
    ++number_;
    return in_.gcount() > 0;
  }
  static void skip(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r"), text.size()));
  }
  static bool take(std::string_view& text, std::uint64_t& number) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    const bool ends =
        text.empty() || text.front() == ' ' || text.front() == '\t' || text.front() == '\r';
    skip(text);
    return ends;
  }

  std::istream& in_;
  std::array<char, 4'096> line_{};  // a longer one is refused
  std::size_t number_ = 0;
};

}  // namespace

Graph random_graph(std::size_t nodes, std::size_t calls, Rng& rng) {
  if (nodes <= calls) return complete_graph(nodes);
  Graph graph{nodes, {}};
  graph.edges.reserve(nodes * calls);
  std::vector<Node> others;
  for (Node node = 0; node < nodes; ++node) {
    draw_others(calls, node, nodes, rng, others);
    for (const Node other : others)
      graph.edges.emplace_back(node, other);
  }
  tidy(graph.edges);
  return graph;
}

Graph power_law(std::size_t nodes, std::size_t calls, Rng& rng) {
  const std::size_t first = std::min(nodes, calls + 1);
  Graph graph = complete_graph(first);
  graph.nodes = nodes;
  // Each end of a link once: drawing from here is drawing by degree.
  std::vector<Node> ends;
  for (const auto& [a, b] : graph.edges)
    ends.insert(ends.end(), {a, b});
  std::vector<Node> chosen;
  for (auto node = static_cast<Node>(first); node < nodes; ++node) {
    chosen.clear();
    while (chosen.size() < calls) {
      const Node other = ends[rng.below(ends.size())];
      if (std::ranges::find(chosen, other) == chosen.end()) chosen.push_back(other);
    }
    for (const Node other : chosen) {
      graph.edges.emplace_back(other, node);
      ends.insert(ends.end(), {other, node});
    }
  }
  tidy(graph.edges);
  return graph;
}

Graph complete_graph(std::size_t nodes) {
  Graph graph{nodes, {}};
  for (Node a = 0; a < nodes; ++a)
    for (Node b = a + 1; b < nodes; ++b)
      graph.edges.emplace_back(a, b);
  return graph;
}

Graph grid(std::size_t rows, std::size_t columns) {
  Graph graph{rows * columns, {}};
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column) {
      const auto here = static_cast<Node>(row * columns + column);
      if (column + 1 < columns) graph.edges.emplace_back(here, here + 1);
      if (row + 1 < rows) graph.edges.emplace_back(here, here + static_cast<Node>(columns));
    }
  return graph;
}

Result<ReadGraph> read_graph(std::istream& in) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> read;
  std::vector<std::uint64_t> names;
  Lines lines(in);
  for (std::uint64_t a = 0, b = 0;;) {
    const auto more = lines.next(a, b);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    if (read.size() == kMostGraphEdges) return fail(Errc::too_long, "more links than fit");
    read.emplace_back(a, b);
    names.insert(names.end(), {a, b});
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  const auto number = [&](std::uint64_t name) {
    return static_cast<Node>(std::ranges::lower_bound(names, name) - names.begin());
  };
  ReadGraph out;
  out.graph.nodes = names.size();
  out.graph.edges.reserve(read.size());
  for (const auto& [a, b] : read)
    out.graph.edges.emplace_back(number(a), number(b));
  std::tie(out.loops, out.repeated) = tidy(out.graph.edges);
  return out;
}

Adjacency adjacency(const Graph& graph) {
  Adjacency out;
  out.first.assign(graph.nodes + 1, 0);
  for (const auto& [a, b] : graph.edges) {
    ++out.first[a + 1];
    ++out.first[b + 1];
  }
  std::partial_sum(out.first.begin(), out.first.end(), out.first.begin());
  out.to.resize(out.first.back());
  std::vector<std::size_t> next(out.first.begin(), out.first.end() - 1);
  for (const auto& [a, b] : graph.edges) {
    out.to[next[a]++] = b;
    out.to[next[b]++] = a;
  }
  return out;
}

Graph largest_component(const Graph& graph) {
  const Adjacency near = adjacency(graph);
  constexpr Node kNone = ~Node{0};
  std::vector<Node> part(graph.nodes, kNone);
  std::vector<std::size_t> sizes;
  std::vector<Node> open;
  for (Node start = 0; start < graph.nodes; ++start) {
    if (part[start] != kNone) continue;
    const auto name = static_cast<Node>(sizes.size());
    sizes.push_back(0);
    open.assign(1, start);
    part[start] = name;
    while (!open.empty()) {
      const Node node = open.back();
      open.pop_back();
      ++sizes[name];
      for (std::size_t i = near.first[node]; i < near.first[node + 1]; ++i)
        if (part[near.to[i]] == kNone) {
          part[near.to[i]] = name;
          open.push_back(near.to[i]);
        }
    }
  }
  if (sizes.empty()) return {};
  const auto best = static_cast<Node>(std::ranges::max_element(sizes) - sizes.begin());
  std::vector<Node> number(graph.nodes, kNone);
  Graph out;
  for (Node node = 0; node < graph.nodes; ++node)
    if (part[node] == best) number[node] = static_cast<Node>(out.nodes++);
  for (const auto& [a, b] : graph.edges)
    if (part[a] == best) out.edges.emplace_back(number[a], number[b]);
  return out;
}

}  // namespace p2p::lab
