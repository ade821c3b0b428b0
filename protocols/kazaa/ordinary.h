// Ordinary node: hangs on one supernode, its parent, which knows what it shares and answers for it
// (fasttrack.md, sections 1 and 10). When the parent is lost, three others are called at once and
// the first that takes it in is kept: shares are registered again and living searches asked again.
#pragma once

#include <memory>

#include "protocols/registry.h"

namespace p2p::kazaa {

// With config.changes_role it makes itself a supernode when the network needs one.
std::unique_ptr<Mode> make_ordinary(const ModeConfig& config);

}  // namespace p2p::kazaa
