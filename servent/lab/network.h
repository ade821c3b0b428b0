// The networks that a setup can ask for, built of real Modes in a world.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "servent/lab/graph.h"
#include "servent/lab/setup.h"
#include "servent/lab/world.h"

namespace p2p::lab {

// Who plays which role, and who is linked to whom. Nodes from 0 share and ask; a central server is
// the one behind them.
struct Plan {
  std::string_view mode;
  std::vector<std::string_view> roles;                   // of each node
  std::vector<std::pair<NodeNumber, NodeNumber>> links;  // the first one called
  bool dials = false;                                    // clients call the server themselves
  bool dials_greeted = false;  // links that nodes call themselves begin greeted, nothing enciphered
  bool asks_on = false;        // who asks goes on for seconds, with more TTL (dynamic querying)
  bool counts_told = false;    // nodes say how many of their files the network may find
  unsigned answer_hops = 0;    // links to who answers, where they are always so many
  std::size_t users = 0;       // nodes that share and ask
  std::size_t uppers = 0;      // from 0: those that others are linked to, but for a central server
  bool repairs = false;        // nodes look for neighbours themselves
  std::uint64_t seed = 0;      // of the hosts that each of these knows
};
// A role that others are linked to: no leaf, no child, no client of a server.
bool is_upper(std::string_view role);

// The overlay of the setup: `graph` where it is read from a file, else drawn from the seed.
Graph overlay_of(const Setup& setup, const Graph* graph, Rng& rng);
// Flat: the overlay's nodes are all alike. Two-tier (and KaZaA): the overlay is that of the
// super-peers, and each has cluster - 1 leaves; a leaf is linked to `parents` of them. Napster: all
// are linked to the server.
Plan plan_of(const Setup& setup, const Graph* graph, Rng& rng);
// Hosts by which a node enters where nodes look for neighbours themselves (overlay.repair), as it
// would have them from an earlier run: some that others are linked to. Empty where they do not.
std::vector<NodeNumber> known_to(const Plan& plan, NodeNumber node);
// The Mode of a node, as build() makes it.
std::unique_ptr<Mode> make_node(const Plan& plan, const Setup& setup, NodeNumber node);
// Adds and starts all nodes, and links them; leaves off when `stop` is set.
void build(World& world, const Plan& plan, const Setup& setup, const std::atomic<bool>& stop);

}  // namespace p2p::lab
