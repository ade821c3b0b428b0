// Identifiers that a test tells apart by a number.
#pragma once

#include <cstddef>
#include <cstdint>

#include "protocols/base/digest.h"
#include "protocols/base/ids.h"
#include "protocols/base/uuhash.h"

namespace p2p::test {

template <class Id>
Id numbered(std::uint32_t number) {
  Id id{};
  for (unsigned i = 0; i < 4; ++i)
    id.bytes.at(i) = static_cast<std::byte>(number >> (8 * i));
  return id;
}

inline Sha1 sha1_with(std::uint32_t number) {
  return numbered<Sha1>(number);
}

inline UuHash hash_with(std::uint32_t number) {
  return numbered<UuHash>(number);
}

// They differ in few bits, as those of one maker do.
inline Guid guid_with(std::uint32_t number) {
  Guid guid = numbered<Guid>(number);
  guid.bytes[8] = std::byte{0xff};
  return guid;
}

}  // namespace p2p::test
