// Plain: a node of the flat network of 2000. No leaves, no tables: every query goes on to every
// neighbour but the one it came from, until its TTL is spent (gnutella.md, sections 1.2 and 2).
#pragma once

#include <memory>

#include "protocols/registry.h"

namespace p2p::gnutella {

std::unique_ptr<Mode> make_plain(const ModeConfig& config);

}  // namespace p2p::gnutella
