// The pane below the downloads: what became of the selected one and what is next, who sends which
// part of it, what is here and how fast it came.
#pragma once

#include <cstdint>
#include <string>

#include "servent/api/snapshot.h"

#include "tui/keymap.h"
#include "tui/surface.h"

namespace p2p::tui {

// `clock_ms`: the time of the day, in milliseconds, when the clock of the rows was zero; nothing
// known of it is less than zero.
void draw_download(Surface& out, const Rect& in, const api::DownloadRow& row, api::Millis now,
                   std::int64_t clock_ms, const KeyWords& keys);
// What became of a download, in words: "verified", "queue 2", "retry 0:42".
std::string state_text(const api::DownloadRow& row, api::Millis now);
Style style_of(const api::DownloadRow& row);
// "6 others: 2 queued (3rd, 11th), 3 spare, 1 failing", of the sources from `first` on.
std::string others_text(const std::vector<api::SourceRow>& sources, std::size_t first);

}  // namespace p2p::tui
