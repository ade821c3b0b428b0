// Orders that not every terminal knows: the clipboard, news on the desktop.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace p2p::tui {

// OSC 52: the text goes to the clipboard of whoever sits at the terminal. Empty when it is longer
// than terminals are known to take.
std::string copy_order(std::string_view text);

enum class Notices : std::uint8_t { none, osc9, osc777 };
// Which of the two a terminal is known for, by TERM and TERM_PROGRAM.
Notices notices_of(std::string_view term, std::string_view program);
std::string notice_order(Notices kind, std::string_view text);  // text of any bytes

}  // namespace p2p::tui
