// The empty file, of which there is one only: who names its digest names its size.
#pragma once

#include "protocols/base/digest.h"

namespace p2p {

// Of no bytes at all (FIPS 180-4).
inline constexpr Sha1 kEmptySha1{
    {std::byte{0xda}, std::byte{0x39}, std::byte{0xa3}, std::byte{0xee}, std::byte{0x5e},
     std::byte{0x6b}, std::byte{0x4b}, std::byte{0x0d}, std::byte{0x32}, std::byte{0x55},
     std::byte{0xbf}, std::byte{0xef}, std::byte{0x95}, std::byte{0x60}, std::byte{0x18},
     std::byte{0x90}, std::byte{0xaf}, std::byte{0xd8}, std::byte{0x07}, std::byte{0x09}}};

}  // namespace p2p
