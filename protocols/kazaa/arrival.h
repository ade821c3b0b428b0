// Whose an accepted connection is: one port serves sessions and transfers (fasttrack.md, section
// 1).
#pragma once

#include "protocols/registry.h"

namespace p2p::kazaa {

// GET and HEAD ask for a file, GIVE brings one; anything else is the greeting of a session, whose
// first bytes may be any. A method of HTTP that is none of these is therefore a link, too.
Arrival arrival(Bytes first);

}  // namespace p2p::kazaa
