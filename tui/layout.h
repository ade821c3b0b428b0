// One function from a size to the rectangles of the frame; an empty one is not drawn.
#pragma once

#include "tui/surface.h"

namespace p2p::tui {

struct Layout {
  Rect tabs, prompt, body, details, status, hint;
  bool boxes = false;
};

Layout layout(int width, int height, bool has_prompt, bool has_details);

}  // namespace p2p::tui
