// What passes by on a link of this network (protocols/passing.h).
#pragma once

#include "protocols/kazaa/type.h"
#include "protocols/passing.h"

namespace p2p::kazaa {

const Watching& watching();

// Places in its kinds, kKinds of them.
std::uint8_t kind_of(Type type);
inline constexpr std::uint8_t kPingKind = 22;
inline constexpr std::uint8_t kPongKind = 23;
inline constexpr std::size_t kKinds = 25;

}  // namespace p2p::kazaa
