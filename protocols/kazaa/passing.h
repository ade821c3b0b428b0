// What passes by on a link of this network (protocols/passing.h).
#pragma once

#include "protocols/passing.h"

namespace p2p::kazaa {

const Watching& watching();

}  // namespace p2p::kazaa
