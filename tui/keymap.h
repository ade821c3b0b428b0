// One table of keys: the hint line and the help screen are printed from it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace p2p::tui {

enum class Screen : std::uint8_t { search, downloads, uploads, shares, network, log, help };
constexpr std::array<std::string_view, 7> kScreenNames{"Search",  "Downloads", "Uploads", "Shares",
                                                       "Network", "Log",       "Help"};

struct Binding {
  std::string_view where;  // a screen's name, or "all"
  std::string_view keys, command, words;
};

constexpr std::array<Binding, 17> kKeymap{{
    {"Search", "Enter", "get", "download"},
    {"Search", "n", "new-search", "new search"},
    {"Search", "s", "sort", "sort: n name, s size, c sources"},
    {"Search", "[ ]", "other-search", "previous, next search"},
    {"Search", "X", "close-search", "close search"},
    {"Search", ".", "repeat", "search again"},
    {"Downloads", "p", "pause", "pause/go"},
    {"Downloads", "r", "retry", "retry now"},
    {"Downloads", "x", "cancel", "cancel"},
    {"Downloads", "c", "clear", "clear done"},
    {"Shares", "R", "rescan", "look again"},
    {"all", "/", "filter", "filter"},
    {"all", "1-7 Tab", "screen", "screens"},
    {"all", "j k g G", "move", "move; also arrows, PgUp PgDn, Home End"},
    {"all", "?", "help", "help"},
    {"all", "q", "quit", "quit"},
    {"all", "Esc", "back", "leave prompt or filter"},
}};

}  // namespace p2p::tui
