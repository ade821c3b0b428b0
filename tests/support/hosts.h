// Hosts that a test tells apart by a number.
#pragma once

#include <cstdint>

#include "protocols/base/ids.h"

namespace p2p::test {

inline Endpoint host(std::uint32_t number, std::uint16_t port = 6346) {
  return {0x0a000000U + number, port};
}

}  // namespace p2p::test
