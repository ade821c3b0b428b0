// What follows "servent downloads" and "servent uploads": "pause 3", "priority 3 4 high".
#pragma once

#include <string>

#include "servent/app/options.h"

namespace p2p::app {

// Reads the words of the line: the command is the first one's, then. Returns the mistake, or
// nothing.
std::string read_action(Invocation& out);

}  // namespace p2p::app
