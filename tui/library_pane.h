// The pane below the shared folders: how far they are hashed, how much there is, what was skipped.
#pragma once

#include "servent/api/snapshot.h"

#include "tui/keymap.h"
#include "tui/surface.h"

namespace p2p::tui {

void draw_library(Surface& out, const Rect& box, const api::Snapshot& snapshot, bool boxes,
                  const KeyWords& keys);

}  // namespace p2p::tui
