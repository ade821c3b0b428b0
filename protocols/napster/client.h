// The Napster/OpenNap client: one link to a central index server. Logs in, publishes our files,
// searches, browses, and brokers downloads both ways (napster.md sections 2 to 7; the second and
// third walk of architecture.md).
#pragma once

#include <memory>

#include "protocols/registry.h"

namespace p2p::napster {

std::unique_ptr<Mode> make_client(const ModeConfig& config);

}  // namespace p2p::napster
