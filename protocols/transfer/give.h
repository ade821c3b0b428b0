// GIVE: the first line on a connection that a FastTrack source opens to us because it was asked to
// by a push (fasttrack.md, section 7). Our HTTP request follows on that connection.
//
//   GIVE <push id in decimal> CR LF
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocols/base/result.h"

namespace p2p::transfer {

inline constexpr std::size_t kMaxGive = 64;  // twice what the longest number needs
inline constexpr std::string_view kGiveWord = "GIVE ";

// The push id. `text` is all that has come on the connection. Nothing: more is to come. An Error:
// it will not become one, or something stands behind it but an empty line.
Result<std::optional<std::uint32_t>> read_give(std::string_view text);

}  // namespace p2p::transfer
