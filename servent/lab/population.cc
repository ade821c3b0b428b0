#include "servent/lab/population.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <numeric>
#include <utility>

namespace p2p::lab {

namespace {

constexpr std::uint64_t kSpread = 0x9e3779b97f4a7c15U;  // seeds of the nodes lie far apart

bool comes_and_goes(const Plan& plan, const Setup& setup, NodeNumber node) {
  if (setup.who == "all") return true;
  return is_upper(plan.roles[node]) == (setup.who == "upper");
}

Result<std::vector<Move>> trace_of(const Plan& plan, const Setup& setup) {
  std::ifstream in(setup.trace);
  if (!in) return fail(Errc::io, setup.trace + " cannot be read");
  return read_moves(in, setup.trace, plan.users);
}

// Who comes first in a trace is away before.
std::vector<Move> away_before(const std::vector<Move>& trace, std::size_t nodes) {
  std::vector<Move> leaving;
  std::vector<bool> is_known(nodes);
  for (const Move& move : trace) {
    if (is_known[move.node]) continue;
    is_known[move.node] = true;
    if (move.is_up) leaving.push_back({0, move.node, false});
  }
  return leaving;
}

std::vector<Move> drawn_moves(const Plan& plan, const Setup& setup, std::uint64_t seed,
                              World::Ms end) {
  std::vector<Move> moves;
  const Lifetime session{setup.session_s, setup.session_shape};
  for (NodeNumber node = 0; node < plan.users; ++node) {
    if (!comes_and_goes(plan, setup, node)) continue;
    Coming coming(session, setup.absence_s, seed ^ (node + 1) * kSpread);
    if (!coming.is_up()) moves.push_back({0, node, false});
    while (coming.until() <= end) {
      const World::Ms at = coming.until();
      coming.change();
      moves.push_back({at, node, coming.is_up()});
    }
  }
  std::ranges::stable_sort(moves, {}, &Move::at);
  return moves;
}

}  // namespace

bool is_lively(const Setup& setup) {
  return setup.session_s > 0 || !setup.trace.empty() || setup.kill != "none";
}

Result<std::vector<Move>> moves_of(const Plan& plan, const Setup& setup, std::uint64_t seed,
                                   World::Ms end) {
  if (setup.session_s > 0) return drawn_moves(plan, setup, seed, end);
  if (setup.trace.empty()) return std::vector<Move>();
  const auto trace = trace_of(plan, setup);
  if (!trace) return tl::unexpected(trace.error());
  std::vector<Move> moves = away_before(*trace, plan.users);
  std::ranges::copy_if(*trace, std::back_inserter(moves),
                       [&](const Move& move) { return move.at <= end; });
  return moves;
}

std::vector<NodeNumber> victims_of(const Setup& setup, std::uint64_t seed,
                                   const std::vector<std::size_t>& links) {
  std::vector<NodeNumber> nodes(links.size());
  std::iota(nodes.begin(), nodes.end(), NodeNumber{0});
  const double wanted = std::round(setup.share * static_cast<double>(nodes.size()));
  const std::size_t count =
      std::clamp<std::size_t>(static_cast<std::size_t>(wanted), 1, nodes.size());
  if (setup.kill == "random") {
    Rng rng(seed + kSpread);
    for (std::size_t place = 0; place < count; ++place)
      std::swap(nodes[place], nodes[place + rng.below(nodes.size() - place)]);
  } else {
    std::ranges::stable_sort(nodes, std::greater(), [&](NodeNumber node) { return links[node]; });
  }
  nodes.resize(count);
  return nodes;
}

Population::Population(World& world, const Plan& plan, const Setup& setup, std::uint64_t seed)
    : world_(world),
      plan_(plan),
      setup_(setup),
      seed_(seed),
      up_(plan.users) {
  if (!is_lively(setup)) return;
  const std::size_t nodes = plan.roles.size();
  is_away_.resize(nodes);
  is_killed_.resize(nodes);
  if (setup.repair == "self") return;
  first_.resize(nodes + 1);
  for (const auto& [a, b] : plan.links)
    for (const NodeNumber node : {a, b})
      ++first_[node + 1];
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  links_.resize(plan.links.size() * 2);
  std::vector<std::uint32_t> next = first_;
  for (std::uint32_t place = 0; place < plan.links.size(); ++place) {
    links_[next[plan.links[place].first]++] = place;
    links_[next[plan.links[place].second]++] = place;
  }
}

// Who is away at first is gone before anything happens.
Result<void> Population::begin(World::Ms end) {
  auto moves = moves_of(plan_, setup_, seed_, end);
  if (!moves) return tl::unexpected(moves.error());
  moves_ = std::move(*moves);
  for (const Move& one : moves_) {
    if (one.at == 0)
      move(one, false);
    else
      world_.at(one.at, [this, &one] { move(one, setup_.departure == "silent"); });
  }
  return {};
}

void Population::move(const Move& move, bool is_silent) {
  is_away_[move.node] = !move.is_up;
  settle(move.node, is_silent);
}

double Population::online() const {
  return static_cast<double>(up_) / static_cast<double>(plan_.users);
}

// ---- faults -----------------------------------------------------------------------------------

std::vector<NodeNumber> Population::victims() {
  std::vector<std::size_t> links(plan_.roles.size());
  for (NodeNumber node = 0; node < links.size(); ++node)
    links[node] = world_.links_of(node);
  return victims_of(setup_, seed_, links);
}

void Population::strike(World::Ms at) {
  if (setup_.kill == "none") return;
  world_.at(at, [this] {
    dead_ = victims();
    for (const NodeNumber node : dead_) {
      is_killed_[node] = true;
      settle(node, setup_.departure == "silent");
    }
  });
  if (setup_.back_s <= 0) return;
  world_.at(at + static_cast<World::Ms>(setup_.back_s * 1'000), [this] {
    for (const NodeNumber node : dead_) {
      is_killed_[node] = false;
      settle(node, false);
    }
  });
}

// ---- one node ---------------------------------------------------------------------------------

void Population::settle(NodeNumber node, bool is_silent) {
  const bool is_wanted = !is_away_[node] && !is_killed_[node];
  if (is_wanted == world_.is_up(node)) return;
  is_wanted ? start(node) : world_.kill(node, is_silent);
  if (node < plan_.users) is_wanted ? ++up_ : --up_;
}

void Population::start(NodeNumber node) {
  world_.replace(node, make_node(plan_, setup_, node));
  world_.start(node);
  if (first_.empty()) return;
  for (std::uint32_t at = first_[node]; at < first_[node + 1]; ++at) {
    const auto& [a, b] = plan_.links[links_[at]];
    if (world_.is_up(a) && world_.is_up(b)) world_.link(a, b, plan_.roles[a], plan_.roles[b]);
  }
}

}  // namespace p2p::lab
