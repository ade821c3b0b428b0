// What is around every screen (section 3 of the specification): tabs, boxes, status line, hints.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "servent/api/snapshot.h"

#include "tui/keymap.h"
#include "tui/surface.h"

namespace p2p::tui {

bool is_online(const api::Snapshot& snapshot);  // any of the networks

struct TabCounts {
  std::size_t downloads = 0, uploads = 0;  // running
  std::size_t errors = 0;                  // in the log, not seen
};
void draw_tabs(Surface& out, const Rect& in, Screen here, const TabCounts& counts,
               const api::Snapshot& snapshot);

struct BoxTexts {
  std::string title, right, foot;
};
// With `boxes` a frame, else nothing; what is inside of it.
Rect draw_box(Surface& out, const Rect& rect, const BoxTexts& texts, bool boxes);

// "● 1 link · 3.1k users   ▼ 2.4 MiB/s ▁▂▅▇  ▲ -  queue 3  sharing 41,207 files", as much of it as
// fits; `place` ("1/214") stands at the right end where there is no box to have it.
void draw_status(Surface& out, const Rect& in, const api::Snapshot& snapshot,
                 const std::string& place);

struct Hint {
  std::string keys;
  std::string words;
  std::string_view command;  // that a press of the mouse is; empty: none
};
// The keys of a screen that have a hint, as many as fit; that of the help always comes last.
std::vector<Hint> hints_of(const Keymap& keys, Screen here, int width);
void draw_hints(Surface& out, const Rect& in, const std::vector<Hint>& hints);

}  // namespace p2p::tui
