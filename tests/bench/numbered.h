// GUIDs that tell which message of a benchmark they name.
#pragma once

#include <cstdint>
#include <cstring>

#include "protocols/base/ids.h"

namespace p2p::bench {

inline Guid numbered(std::uint64_t number) {
  Guid guid;
  std::memcpy(guid.bytes.data(), &number, sizeof number);
  guid.bytes[8] = std::byte{0xff};
  return guid;
}
inline std::uint64_t number_of(const Guid& guid) {
  std::uint64_t number = 0;
  std::memcpy(&number, guid.bytes.data(), sizeof number);
  return number;
}

}  // namespace p2p::bench
