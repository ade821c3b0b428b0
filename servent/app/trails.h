// The trails of nodes whose homes lie beside each other, as those of a laboratory do: who passed
// which query on to whom (servent search --trace).
#pragma once

#include <array>
#include <filesystem>
#include <string_view>
#include <vector>

#include "protocols/base/time.h"
#include "protocols/trail.h"

namespace p2p::app {

// How a TrailStep::What is told over the control socket.
inline constexpr std::array<std::string_view, 4> kTrailWords{"query in", "query out", "answer in",
                                                             "answer out"};

// What the node of this home and all that run beside it saw since then, the home's first and the
// others by name. One that does not answer, or keeps no trail, has no steps. `since` is of this
// machine's steady clock, as the nodes' own times are.
std::vector<NodeTrail> gather_trails(const std::filesystem::path& home, Time since);

}  // namespace p2p::app
