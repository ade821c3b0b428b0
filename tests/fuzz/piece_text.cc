// Any text as the list of a download's pieces: what is read is written and read again as the same,
// and is of the file that was asked about.
#include "protocols/transfer/piece_text.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <span>

#include "protocols/base/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace p2p::transfer;
  const std::string_view text = p2p::text_of(std::as_bytes(std::span(data, size)));
  for (const std::uint64_t bytes : {std::uint64_t{0}, std::uint64_t{1}, 9 * kLeastPiece + 7,
                                    std::numeric_limits<std::uint64_t>::max()}) {
    const auto map = read_pieces(text, bytes);
    if (!map) continue;
    if (map->size_bytes() != bytes || map->had().bytes() + map->free().bytes() != bytes)
      std::abort();
    for (PieceIndex piece = 0; piece < map->pieces(); ++piece)
      if (map->is_verified(piece) && !map->is_written(piece)) std::abort();
    const std::string again = to_text(*map);
    if (again.size() > kMostText) std::abort();
    const auto copy = read_pieces(again, bytes);
    if (!copy || copy->had() != map->had() || copy->verified() != map->verified()) std::abort();
    if (to_text(*copy) != again) std::abort();
  }
  return 0;
}
