// Leaf: a node that hangs on a few ultrapeers. It tells them its keyword table, asks them for the
// user and never relays (gnutella.md, sections 2.1 and 6.4).
#pragma once

#include <memory>

#include "protocols/registry.h"

namespace p2p::gnutella {

// With config.changes_role it asks to become an ultrapeer when promotion.h says so.
std::unique_ptr<Mode> make_leaf(const ModeConfig& config);

}  // namespace p2p::gnutella
