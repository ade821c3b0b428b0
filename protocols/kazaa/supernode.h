// Supernode: knows what its children share and answers for them, and floods their queries among
// other supernodes, never to a child (fasttrack.md, sections 4 and 10).
#pragma once

#include <memory>

#include "protocols/registry.h"

namespace p2p::kazaa {

// With config.changes_role it steps down when nobody needs it.
std::unique_ptr<Mode> make_supernode(const ModeConfig& config);

}  // namespace p2p::kazaa
