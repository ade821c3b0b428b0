#include "tui/width.h"

#include <algorithm>
#include <iterator>

namespace p2p::tui {

Glyph glyph_of(std::uint32_t point) {
  if (point < 0x300) return Glyph::narrow;  // nearly every letter there is
  const auto ranges = width_ranges();
  const auto after = std::upper_bound(
      ranges.begin(), ranges.end(), point,
      [](std::uint32_t wanted, const WidthRange& range) { return wanted < range.first; });
  if (after == ranges.begin()) return Glyph::narrow;
  const WidthRange& range = *std::prev(after);
  return point <= range.last ? range.glyph : Glyph::narrow;
}

}  // namespace p2p::tui
