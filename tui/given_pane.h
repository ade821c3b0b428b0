// The pane below the uploads: what this node gave, today and since its start.
#pragma once

#include "servent/api/snapshot.h"

#include "tui/surface.h"

namespace p2p::tui {

void draw_given(Surface& out, const Rect& box, const api::GivenRow& given, bool boxes);

}  // namespace p2p::tui
