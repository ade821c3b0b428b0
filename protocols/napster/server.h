// The central index server that stock OpenNap clients log in to (napster.md sections 1 to 11).
#pragma once

#include <memory>

#include "protocols/registry.h"

namespace p2p::napster {

std::unique_ptr<Mode> make_server(const ModeConfig& config);

}  // namespace p2p::napster
