// The trace of a query of real nodes, made of what each of them remembers (protocols/trail.h); the
// same tree as that of a simulated one (trace.h).
#pragma once

#include <string>
#include <vector>

#include "protocols/trail.h"

#include "servent/lab/trace.h"

namespace p2p::lab {

// All that the first node asked in that time is taken for one query: rings and several networks
// have more names than one. Whoever is at the other end of a link and told nothing of it is a node
// of the trace too, named by his address. Empty of copies where the first node asked nobody.
Trace trace_of(const std::vector<NodeTrail>& nodes, const std::string& words);

}  // namespace p2p::lab
