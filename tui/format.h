// Numbers as people read them. "-" is unknown.
#pragma once

#include <cstdint>
#include <string>

namespace p2p::tui {

std::string size_text(std::uint64_t bytes);        // "312.4 MiB"
std::string rate_text(std::uint64_t bytes_per_s);  // "1.1 MiB/s"
std::string time_text(std::uint64_t seconds);      // "1:04", "2d 3h"
std::string bar_text(std::uint64_t have, std::uint64_t whole, int cells);
int percent(std::uint64_t have, std::uint64_t whole);

}  // namespace p2p::tui
