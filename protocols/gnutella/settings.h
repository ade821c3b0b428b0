// Settings: what a member is told at its start and does not change.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "protocols/gnutella/message.h"
#include "protocols/registry.h"

namespace p2p::gnutella {

enum class Role : std::uint8_t { leaf, ultrapeer, plain };

// How many neighbours of each kind a role dials for, and takes at most.
struct Limits {
  std::uint32_t wanted_ultrapeers = 0;
  std::uint32_t max_ultrapeers = 0;
  std::uint32_t max_leaves = 0;
  std::uint32_t wanted_plain = 0;
  std::uint32_t max_plain = 0;

  friend bool operator==(const Limits&, const Limits&) = default;
};
Limits limits_of(Role role);

// Of TTL and hops together that are let through: what the wire has, but in experiments, whose nodes
// are all told the same.
inline std::uint8_t most_hops(const FlatOptions& flat) {
  return std::max(kMaxTtlHops, flat.ttl);
}

struct Settings {
  Settings() = default;
  Settings(const ModeConfig& config, Role as);
  friend bool operator==(const Settings&, const Settings&) = default;

  std::string agent;
  Limits limits;
  std::uint32_t link_speed = 0;
  Role role = Role::leaf;
  bool compresses = true;  // links, with who does too
  bool allow_public = false;
  bool only_connect = false;
  bool changes_role = false;
  bool upkeep = true;
  bool tallies = true;
  FlatOptions flat{};
};

}  // namespace p2p::gnutella
