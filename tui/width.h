// How many cells a character takes, from our own table (Unicode data; the version stands in
// width_table.cc), so that it does not depend on the C library or the locale.
#pragma once

#include <cstdint>
#include <span>

namespace p2p::tui {

enum class Glyph : std::uint8_t { narrow, wide, combining, unshown };

struct WidthRange {
  std::uint32_t first, last;
  Glyph glyph;
};
std::span<const WidthRange> width_ranges();  // ascending, disjoint; script/generate_width_table

Glyph glyph_of(std::uint32_t point);

}  // namespace p2p::tui
