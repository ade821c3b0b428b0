// The bars of a download (section 4 of the specification): who sent which part, and which are sure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "servent/api/snapshot.h"

#include "tui/surface.h"

namespace p2p::tui {

// The letter of a source that gave something, by its number among them: a, b, ... z, and a again.
char letter_of(std::uint32_t giver);
// "aaaabb▒▒····": each cell as the source that sent it, where that is known; ▒ is on its way, █ and
// ▓ are of nobody in particular.
std::string segments_text(const api::DownloadRow& row, int cells);
// "███▓▓▒···": verified, arrived, on its way, missing. Empty without blocks.
std::string blocks_text(const std::vector<api::Block>& blocks, int cells);

// The letters among cells that were drawn, in the styles of their sources.
void style_segments(Surface& out, const Rect& row);

}  // namespace p2p::tui
