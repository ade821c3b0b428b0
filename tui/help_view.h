// The Help screen: the keys of the screen it was opened from, those that work everywhere, and the
// signs; narrowed by what is typed.
#pragma once

#include <string>

#include "tui/keymap.h"
#include "tui/surface.h"

namespace p2p::tui {

// Two columns from 90 cells on, else one after the other. `scroll` is how many lines are above, and
// is brought back into what there is.
void draw_help(Surface& out, const Rect& in, Screen here, const std::string& filter, int& scroll);

}  // namespace p2p::tui
