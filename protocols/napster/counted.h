// A Mode of this network with its traffic counted (protocols/traffic.h): all of it passes here,
// whole frames out, a stream in. Around the mode and not in it, so that who does not measure pays
// nothing.
#pragma once

#include <memory>

#include "protocols/mode.h"

namespace p2p::napster {

std::unique_ptr<Mode> counted(std::unique_ptr<Mode> mode);

}  // namespace p2p::napster
