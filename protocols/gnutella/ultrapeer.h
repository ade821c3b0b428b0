// Ultrapeer: relays queries among ultrapeers, answers and asks for its leaves, and spares them what
// their keyword tables rule out (gnutella.md, sections 2, 6 and 7; first walk of architecture.md).
#pragma once

#include <memory>

#include "protocols/registry.h"

namespace p2p::gnutella {

// With config.changes_role it asks to become a leaf again when nobody needs it (promotion.h).
std::unique_ptr<Mode> make_ultrapeer(const ModeConfig& config);

}  // namespace p2p::gnutella
