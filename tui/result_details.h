// The pane below the results: what is known of the selected one.
#pragma once

#include "servent/api/snapshot.h"

#include "tui/result_rows.h"
#include "tui/surface.h"

namespace p2p::tui {

// With one of its sources if that is what is selected, or null.
void draw_result(Surface& out, const Rect& in, const api::ResultRow& row,
                 const api::SourceRow* source, api::Millis now);
void draw_head(Surface& out, const Rect& in, const ResultHead& head);  // of a folder or a user

}  // namespace p2p::tui
