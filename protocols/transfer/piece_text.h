// What of a file is here, as one line of text for the record by which a download goes on after a
// restart. Ours; version 1:
//
//   1 <size> <bytes of a piece> <written> <verified> <parts>
//   written, verified: which pieces are, in the shorter of two forms
//     r<n>,<n>,...   so many are not, so many are, so many are not ..., all of them in sum
//     b<hex>         one bit a piece, the lowest of each digit first, the bits too many zero
//   parts: what else is here, <begin>+<bytes>,... in order, at most kMostParts; - for nothing
//
// It is at most kMostText long: 512 bytes a map, and the parts.
#pragma once

#include <string>
#include <string_view>

#include "protocols/base/result.h"
#include "protocols/transfer/piece_map.h"

namespace p2p::transfer {

// A download has at most two of them for each source that it was asking. The rest is left out, and
// is then fetched again.
inline constexpr std::size_t kMostParts = 4096;
inline constexpr std::size_t kMostText = std::size_t{256} * 1024;

std::string to_text(const PieceMap& map);
// Of a file of that size; nothing is asked for.
Result<PieceMap> read_pieces(std::string_view text, std::uint64_t size_bytes);

}  // namespace p2p::transfer
