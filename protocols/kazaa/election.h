// Election: when a node that may choose its role makes itself a supernode, and when it steps down
// (fasttrack.md, section 10.2). Pure functions; the reasons stand with the numbers.
//
// A node changes at most once in ten minutes: a supernode steps down only after ten minutes without
// a child, and an ordinary node's uptime counts anew from then on. Only where no supernode is alive
// nobody waits for that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "protocols/base/time.h"

namespace p2p::kazaa {

// The wire to its parent says that there is hardly any room.
inline constexpr std::uint8_t kFullLoad = 80;  // percent
// Slower lines than a cable modem's (7 on Napster's scale, 0: unknown) carry less than 256 kbit/s
// upwards, the least that a supernode should have.
inline constexpr std::uint32_t kLeastSpeed = 7;
// Nobody takes us in for so long, though some are alive: they are full.
inline constexpr Duration kStranded = 15s;
// A node that knows of no living supernode: somebody has to be the first, when a network begins and
// when the only one dies, and there is nobody to be proven to. Each draws its own patience between
// these, so that mostly one is the first and the others hear of it in time.
inline constexpr Duration kLeastPatience = 3s;
inline constexpr Duration kMostPatience = 8s;
// A supernode that nobody needs, for so long.
inline constexpr Duration kNotNeeded = 10min;
// It steps down only where others are.
inline constexpr std::size_t kLeastOthers = 2;

struct OrdinaryStanding {
  bool is_reachable = false;     // it accepts connections, as far as it knows itself
  bool was_reached = false;      // and somebody outside did connect
  std::uint32_t link_speed = 0;  // Napster's scale
  Duration up{};                 // since it started in this role
  Duration proven_uptime = 10min;
  bool has_parent = false;
  std::uint8_t parent_load = 0;  // percent, as it says
  Duration without_parent{};     // since it last had one, or since it started
  Duration patience{};           // its own
  bool knows_others = false;     // somebody was not tried yet, or refused it a short while ago
};
bool should_promote(const OrdinaryStanding& standing);
// What keeps it an ordinary node, or what it waits for: a short phrase for the user.
std::string why_role(const OrdinaryStanding& standing);

struct SupernodeStanding {
  std::size_t children = 0;
  Duration without_child{};  // since the last one left, or since it became a supernode
  std::size_t others = 0;    // supernodes that it knows
};
bool should_step_down(const SupernodeStanding& standing);
std::string why_role(const SupernodeStanding& standing);

}  // namespace p2p::kazaa
