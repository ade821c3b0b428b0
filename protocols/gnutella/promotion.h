// Promotion: when a node that may choose its role becomes an ultrapeer, and when it steps down
// (gnutella.md, section 8). Pure functions; the reasons stand with the numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "protocols/base/time.h"

namespace p2p::gnutella {

// A leaf that never found an ultrapeer: somebody has to be the first. Each node draws its own
// patience between these, so that mostly one of those that start together is the first and the
// others hear of it in time.
inline constexpr Duration kLeastPatience = 3s;
inline constexpr Duration kMostPatience = 8s;
// Where ultrapeers are, the network needs another one only when they send leaves away. Who was up
// for so long will mostly stay up (uptimes are heavy-tailed), and leaves lose their work with it.
inline constexpr Duration kProvenUptime = 1h;
// Half a minute without any ultrapeer, though some were known: they are dead or full, and searching
// on costs the user more than a role that can be left again.
inline constexpr Duration kStranded = 30s;
// Slower lines than a cable modem's (7 on the scale of 0 to 10, 0: unknown) carry their own leaf's
// traffic only.
inline constexpr std::uint32_t kLeastSpeed = 7;
// An ultrapeer that nobody needs: no leaf for so long, and others are there to take it as a leaf.
inline constexpr Duration kNotNeeded = 10min;

struct LeafStanding {
  bool reachable = false;  // others can call it
  std::uint32_t link_speed = 0;
  Duration up{};               // since it started
  Duration alone{};            // since it last had an ultrapeer, or since it started
  Duration patience{};         // its own, kLeastPatience to kMostPatience
  std::size_t ultrapeers = 0;  // linked
  bool knows_hosts = false;    // there is somebody it has not tried, or is trying
  std::size_t sent_away = 0;   // by full ultrapeers, within the last minutes
};
inline constexpr std::size_t kSentAwayOften = 3;  // then the network needs another ultrapeer
bool should_promote(const LeafStanding& standing);
// What keeps it a leaf, or what it waits for: a short phrase for the user.
std::string why_role(const LeafStanding& standing);

struct UltrapeerStanding {
  std::size_t leaves = 0;
  std::size_t ultrapeers = 0;  // linked
  // One of them ranks before us (the smaller GUID): of two that nobody needs only one goes.
  bool outranked = false;
  Duration without_leaf{};  // since the last one left, or since it became one
};
bool should_step_down(const UltrapeerStanding& standing);
std::string why_role(const UltrapeerStanding& standing);

}  // namespace p2p::gnutella
