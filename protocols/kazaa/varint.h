// The numbers of FastTrack's tags and sizes: base 128, most significant group first, the high bit
// set on all bytes but the last (fasttrack.md, section 3.2).
//
// mldonkey writes 128^k one group too short, as k groups of zero: for k > 1 nothing else is written
// like that, so it is read as what was meant. 128 itself comes as a plain 0 and cannot be told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "protocols/base/bytes.h"

namespace p2p::kazaa {

inline constexpr std::size_t kMaxVarint = 10;  // bytes, for 64 bits

// Nothing when the bytes end inside it, after kMaxVarint bytes without a last one, and above 64
// bits. Where the reader stands then is not said.
std::optional<std::uint64_t> read_varint(Reader& reader);
// The same, and nothing above `most` either.
std::optional<std::uint32_t> read_varint32(Reader& reader, std::uint32_t most = 0xffffffff);

void append_varint(Buffer& out, std::uint64_t value);
std::size_t varint_size(std::uint64_t value);  // bytes

}  // namespace p2p::kazaa
