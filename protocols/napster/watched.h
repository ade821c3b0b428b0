// A Mode of this network with what passes it seen: its traffic counted (protocols/traffic.h), its
// searches and their answers remembered (protocols/trail.h). All passes here, whole frames out, a
// stream in. Around the mode and not in it, so that who does not measure pays nothing.
#pragma once

#include <memory>

#include "protocols/mode.h"
#include "protocols/registry.h"

namespace p2p::napster {

// The mode itself where the settings ask for neither.
std::unique_ptr<Mode> watched(std::unique_ptr<Mode> mode, const ModeConfig& config);

}  // namespace p2p::napster
