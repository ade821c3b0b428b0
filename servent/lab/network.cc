#include "servent/lab/network.h"

#include <algorithm>
#include <array>

#include "protocols/registry.h"

#include "servent/lab/crowd.h"

namespace p2p::lab {

namespace {

constexpr std::size_t kKnownHosts = 20;

// What a mode's networks are like: here alone the laboratory tells modes apart.
struct Kind {
  enum class Tiers : std::uint8_t { central, two, either };
  std::string_view mode;
  Tiers tiers;
  std::string_view upper;  // the roles of two tiers
  std::string_view lower;
  bool dials_greeted = false;
  bool asks_on = false;
  bool counts_told = false;
  unsigned answer_hops = 0;
};
constexpr std::array kKinds{
    Kind{"napster", Kind::Tiers::central, "server", "client", false, false, false, 1},
    Kind{"gnutella", Kind::Tiers::either, "ultrapeer", "leaf", false, true, true},
    Kind{"kazaa", Kind::Tiers::two, "supernode", "ordinary", true},
};
const Kind& kind_of(std::string_view mode) {
  return *std::ranges::find(kKinds, mode, &Kind::mode);
}

Plan central(const Setup& setup) {
  const Kind& kind = kind_of(setup.mode);
  Plan plan;
  plan.users = setup.nodes;
  plan.roles.assign(setup.nodes, kind.lower);
  plan.roles.push_back(kind.upper);
  plan.dials = true;
  return plan;
}

Plan flat(const Graph& graph) {
  Plan plan;
  plan.users = graph.nodes;
  plan.roles.assign(graph.nodes, "plain");
  plan.uppers = graph.nodes;
  plan.links.assign(graph.edges.begin(), graph.edges.end());
  return plan;
}

// The super-peers come first.
Plan two_tier(const Setup& setup, const Graph& graph, Rng& rng) {
  const Kind& kind = kind_of(setup.mode);
  Plan plan;
  const std::size_t supers = graph.nodes;
  plan.users = std::max(setup.nodes, supers);
  plan.uppers = supers;
  plan.roles.assign(supers, kind.upper);
  plan.roles.resize(plan.users, kind.lower);
  plan.links.assign(graph.edges.begin(), graph.edges.end());
  for (auto leaf = static_cast<NodeNumber>(supers); leaf < plan.users; ++leaf) {
    // One after the other, so that clusters are alike; further parents anywhere.
    std::vector<NodeNumber> parents{static_cast<NodeNumber>(leaf % supers)};
    while (parents.size() < std::min(setup.parents, supers)) {
      const auto other = static_cast<NodeNumber>(rng.below(supers));
      if (std::ranges::find(parents, other) == parents.end()) parents.push_back(other);
    }
    for (const NodeNumber parent : parents)
      plan.links.emplace_back(leaf, parent);
  }
  return plan;
}

bool is_two_tier(const Setup& setup) {
  const Kind::Tiers tiers = kind_of(setup.mode).tiers;
  return tiers == Kind::Tiers::two || (tiers == Kind::Tiers::either && setup.shape == "two-tier");
}

constexpr std::uint32_t kNoLimit = 1'000'000;

ModeConfig config_of(const Setup& setup, const Plan& plan, NodeNumber node) {
  ModeConfig config;
  config.listen = World::address(node);
  config.nick = Crowd::nick(node);
  config.only_connect = true;
  config.compresses = false;  // what passes is counted
  config.tallies = false;     // from outside
  config.flat.ttl = setup.ttl;
  config.flat.method = setup.method;
  config.flat.walkers = setup.walkers;
  config.flat.check_every = setup.check_every;
  config.flat.enough = setup.enough;
  config.flat.radius = setup.radius;
  config.flat.ping_every = std::chrono::seconds(setup.ping_s);
  config.flat.floods_pings = setup.pongs == "flooded";
  config.flat.ring_wait = std::chrono::milliseconds(setup.ring_wait_ms);
  config.supernode.ttl = setup.ttl;
  config.supernode.max_links = config.supernode.max_children = kNoLimit;  // links are as drawn
  config.max_users = static_cast<std::uint32_t>(setup.nodes + 1);
  if (plan.dials && node < plan.users)
    config.connect = {World::address(static_cast<NodeNumber>(plan.users))};
  if (plan.repairs) config.only_connect = false;
  for (const NodeNumber host : known_to(plan, node))
    config.connect.push_back(World::address(host));
  return config;
}

}  // namespace

Graph overlay_of(const Setup& setup, const Graph* graph, Rng& rng) {
  if (setup.overlay == "file" && graph != nullptr) return *graph;
  const std::size_t nodes =
      is_two_tier(setup) ? std::max<std::size_t>(1, setup.nodes / setup.cluster) : setup.nodes;
  if (setup.overlay == "power-law") return power_law(nodes, setup.calls, rng);
  if (setup.overlay == "complete") return complete_graph(nodes);
  if (setup.overlay == "grid") {
    std::size_t rows = 1;
    while ((rows + 1) * (rows + 1) <= nodes)
      ++rows;
    return grid(rows, nodes / rows);
  }
  return random_graph(nodes, setup.calls, rng);
}

Plan plan_of(const Setup& setup, const Graph* graph, Rng& rng) {
  const Kind& kind = kind_of(setup.mode);
  Plan plan;
  if (kind.tiers == Kind::Tiers::central)
    plan = central(setup);
  else if (is_two_tier(setup))
    plan = two_tier(setup, overlay_of(setup, graph, rng), rng);
  else
    plan = flat(overlay_of(setup, graph, rng));
  plan.mode = setup.mode;
  plan.dials_greeted = kind.dials_greeted;
  plan.asks_on = kind.asks_on && is_two_tier(setup);
  plan.counts_told = kind.counts_told;
  plan.answer_hops = kind.answer_hops;
  plan.repairs = setup.repair == "self" && !plan.dials;
  if (plan.repairs) plan.seed = rng();
  return plan;
}

std::vector<NodeNumber> known_to(const Plan& plan, NodeNumber node) {
  std::vector<NodeNumber> hosts;
  if (!plan.repairs) return hosts;
  Rng rng(plan.seed ^ node);
  for (std::size_t tries = 0; tries < kKnownHosts * 4 && hosts.size() < kKnownHosts; ++tries) {
    const auto other = static_cast<NodeNumber>(rng.below(plan.uppers));
    if (other != node && std::ranges::find(hosts, other) == hosts.end()) hosts.push_back(other);
  }
  return hosts;
}

bool is_upper(std::string_view role) {
  return role != "leaf" && role != "ordinary" && role != "client";
}

std::unique_ptr<Mode> make_node(const Plan& plan, const Setup& setup, NodeNumber node) {
  return find_mode(plan.mode, plan.roles[node])->make(config_of(setup, plan, node));
}

void build(World& world, const Plan& plan, const Setup& setup, const std::atomic<bool>& stop) {
  const auto count = static_cast<NodeNumber>(plan.roles.size());
  world.reserve(count);
  for (NodeNumber node = 0; node < count && !stop; ++node)
    world.add(make_node(plan, setup, node));
  if (stop) return;
  if (plan.dials_greeted) world.dial_greeted();
  // A server is there before its clients.
  for (NodeNumber node = count; node > 0 && !stop; --node)
    world.start(node - 1);
  for (const auto& [a, b] : plan.links) {
    if (stop) return;
    world.link(a, b, plan.roles[a], plan.roles[b]);
  }
}

}  // namespace p2p::lab
