// What follows "servent downloads", "uploads", "peers" and "wish": "pause 3", "priority 3 4 high",
// "drop 127.0.0.1:6346", "add sun dogs".
#pragma once

#include <string>
#include <vector>

#include "servent/app/options.h"

namespace p2p::app {

// Reads the words of the line: the command is the first one's, then. Returns the mistake, or
// nothing.
std::string read_action(Invocation& out);

// What may be read there; nothing for a command without actions.
std::vector<std::string> action_words(Command command);

}  // namespace p2p::app
