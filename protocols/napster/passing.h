// What passes by on a link of this network (protocols/passing.h).
#pragma once

#include "protocols/passing.h"

namespace p2p::napster {

const Watching& watching();
// The place of a type in its kinds.
std::uint8_t kind_of(std::uint16_t type);

}  // namespace p2p::napster
