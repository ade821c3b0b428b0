// Style names to what the terminal is told: SGR parameters for 16 colours, or attributes alone.
#pragma once

#include <string_view>

#include "tui/surface.h"

namespace p2p::tui {

// Without the leading "0;": empty is the terminal's own text.
std::string_view sgr(Style style, bool colour);

}  // namespace p2p::tui
