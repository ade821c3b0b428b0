// The panes beside and below the links: what this node is in one network, how much goes through it,
// how far messages have come, and what happened last. What the mode does not tell is left out.
#pragma once

#include <cstdint>

#include "servent/api/snapshot.h"

#include "tui/counts.h"
#include "tui/surface.h"

namespace p2p::tui {

void draw_node(Surface& out, const Rect& box, bool boxes, const api::NetworkRow& network,
               const Counts& counts, const api::Snapshot& snapshot, std::int32_t seconds_east);
// "hops  1 ████ 31 %   2 ...", and the last lines of the log that are about networks.
void draw_traffic(Surface& out, const Rect& box, bool boxes, const api::NetworkRow& network,
                  const api::Snapshot& snapshot, std::int32_t seconds_east);
// All that the mode counts, with how fast it goes.
void draw_counters(Surface& out, const Rect& box, bool boxes, const api::NetworkRow& network,
                   const Counts& counts);

}  // namespace p2p::tui
