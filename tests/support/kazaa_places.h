// Where those of the KaZaA tests listen.
#pragma once

#include "protocols/base/ids.h"

namespace p2p::test {

inline constexpr Endpoint kHere{0x0a000001, 1214};    // the node under test
inline constexpr Endpoint kHub{0x0a000201, 1214};     // its supernode
inline constexpr Endpoint kSharer{0x0a000777, 1214};  // one of those who share
inline constexpr Endpoint kVictim{0x08080808, 80};    // a stranger whom nobody ought to call

}  // namespace p2p::test
