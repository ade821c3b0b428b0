// One function from a size to the rectangles of the frame; an empty one is not drawn.
#pragma once

#include "tui/surface.h"

namespace p2p::tui {

inline constexpr int kNarrow = 66;  // cells below which names need the room of other columns

struct Layout {
  Rect tabs, prompt, title, body, details, status, hint;  // `title` is there without boxes only
  bool boxes = false;
};

// `details` is how many rows a pane below the list would like; 0: none. Boxes are drawn where they
// fit and are `wanted`.
Layout layout(int width, int height, bool has_prompt, int details, bool wanted = true);

}  // namespace p2p::tui
