#include "tui/width.h"

#include <algorithm>

namespace p2p::tui {

Glyph glyph_of(std::uint32_t point) {
  const WidthRange* end = kWidthRanges + kWidthRangeCount;
  const WidthRange* found = std::upper_bound(
      kWidthRanges, end, point,
      [](std::uint32_t wanted, const WidthRange& range) { return wanted < range.first; });
  if (found == kWidthRanges) return Glyph::narrow;
  --found;
  return point <= found->last ? found->glyph : Glyph::narrow;
}

}  // namespace p2p::tui
