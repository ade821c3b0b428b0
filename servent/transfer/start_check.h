// StartCheck: does a file begin as its Napster hash says? The hash is an MD5 over the start, and
// old programs covered different starts (napster.md, 3.1); one that fits is enough.
#pragma once

#include <cstdint>

#include "protocols/base/bytes.h"
#include "protocols/base/digest.h"

namespace p2p::transfer {

// Bytes of a file of this size, counted from its beginning, that start_fits() needs; `head` is its
// first kStartHead bytes, or all of a shorter one.
inline constexpr std::size_t kStartHead = 10;
std::uint64_t start_length(Bytes head, std::uint64_t size_bytes);

// `start` has start_length() bytes. True when the MD5 of one of these is the promised one: 299008
// bytes after an ID3v2 tag, the same after the first frame sync behind the tag, 300000 bytes from
// the beginning.
bool start_fits(Bytes start, const Md5& promised);

}  // namespace p2p::transfer
