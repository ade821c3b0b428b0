// One table of keys: the hint line and the help screen are printed from it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace p2p::tui {

enum class Screen : std::uint8_t { search, downloads, uploads, shares, network, log, help };
constexpr std::array<std::string_view, 7> kScreenNames{"Search",  "Downloads", "Uploads", "Shares",
                                                       "Network", "Log",       "Help"};
constexpr std::string_view name_of(Screen screen) {
  return kScreenNames[static_cast<std::size_t>(screen)];
}

struct Binding {
  std::string_view where;  // a screen's name, or "all"
  std::string_view keys, command;
  std::string_view hint;   // on the hint line; empty: only on the help screen
  std::string_view words;  // on the help screen
};

// In the order of the hint line.
constexpr std::array<Binding, 35> kKeymap{{
    {"Search", "Enter", "get", "download", "download from all its sources"},
    {"Search", "n", "new-search", "new search", "new search"},
    {"Search", "s", "sort", "sort", "sort: n name, s size, c sources, r rate, t type, d digest"},
    {"Search", ".", "repeat", "again", "search again"},
    {"Search", "[ ]", "other-search", "other search", "previous, next search"},
    {"Search", "X", "close-search", "close", "close this search"},
    {"Search", "N", "edit-search", "", "new search, from the words of this one"},
    {"Downloads", "p", "pause", "pause/go", "pause, or go on"},
    {"Downloads", "r", "retry", "retry now", "try again now"},
    {"Downloads", "x", "cancel", "cancel", "cancel and delete what has arrived (asks)"},
    {"Downloads", "+ -", "priority", "", "higher, lower priority: whose turn comes first"},
    {"Downloads", "o", "in-order", "", "its first bytes first, or the rarest parts"},
    {"Downloads", "l", "limit", "", "how fast it may come: 100K, 2M, 0 for no limit"},
    {"Downloads", "c", "clear", "clear done", "take what is over from the list; deletes no file"},
    {"Downloads", "s", "sort", "sort", "sort: t state, n name, s size, p progress, r rate"},
    {"Uploads", "l", "limits", "limits", "how fast all may go: up, down; 100K, 2M, 0 for no limit"},
    {"Uploads", "x", "end-upload", "end", "break it off, or take it from the queue (asks)"},
    {"Shares", "R", "rescan", "look again", "look through the folders again"},
    {"Log", "L", "level", "level", "from which level on: debug, info, warn, error"},
    {"Log", "e", "next-error", "next error", "to the next older error"},
    {"Log", "F", "follow", "follow", "to the newest line, and stay there"},
    {"all", "/", "filter", "filter", "filter this list while typing; Enter keeps, Esc clears"},
    {"all", "q", "quit", "quit", "quit; asks if transfers run"},
    {"all", "1-7", "screen", "", "screens"},
    {"all", "Tab", "next-screen", "", "next screen; Shift-Tab back"},
    {"all", "j k", "move", "", "row down, up; also arrows"},
    {"all", "Ctrl-D Ctrl-U", "half-page", "", "half a page; PgDn PgUp a whole one"},
    {"all", "g G", "ends", "", "first, last row; also Home End"},
    {"all", "Enter", "main", "", "the main thing of the row"},
    {"all", "Esc", "back", "", "leave a prompt, a filter, a question, the help"},
    {"all", "Ctrl-L", "redraw", "", "draw the screen again"},
    {"all", "Ctrl-Z", "suspend", "", "to the shell; fg comes back"},
    {"all", "Ctrl-C", "leave", "", "quit; a second one at once"},
    {"all", "s", "prefix", "", "sort, then the letter of a column; again turns it round"},
    {"all", "?", "help", "help", "this; also F1. Type to find a key"},
}};
static_assert(std::ranges::none_of(kKeymap, [](const Binding& key) { return key.words.empty(); }),
              "a key without words");

}  // namespace p2p::tui
