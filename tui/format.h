// Numbers as people read them. "-" is unknown.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace p2p::tui {

std::string size_text(std::uint64_t bytes);                      // "312.4 MiB"
std::string size_short(std::uint64_t bytes);                     // "312M", for narrow screens
std::string rate_text(std::uint64_t bytes_per_s);                // "1.1 MiB/s"
std::string claimed_text(std::uint64_t bytes_per_s);             // "≈1.1M/s": nobody measured it
std::string range_text(std::uint64_t begin, std::uint64_t end);  // "98-171 MiB"
std::string time_text(std::uint64_t seconds);                    // "1:04", "2d 3h"
std::string count_text(std::uint64_t count);                     // "41,207"
std::string count_short(std::uint64_t count);                    // "3.1k"
std::string plural(std::uint64_t count, const char* word);       // "1 link", "2 links"
std::string bar_text(std::uint64_t have, std::uint64_t whole, int cells);
// A sign that turns, once a second.
std::string_view spinner_sign(std::int64_t now_ms);
int percent(std::uint64_t have, std::uint64_t whole);
// The last `cells` values as bars of eight heights; the highest of all of them is the full one, and
// nothing is a blank.
std::string spark_text(std::span<const std::uint64_t> values, std::size_t cells);
// The time of day of milliseconds since 1970: "14:08:11.204".
std::string clock_text(std::int64_t wall_ms, std::int32_t seconds_east_of_utc);
// Whole seconds between two times in milliseconds; 0 where the second is the earlier one.
std::uint64_t seconds_between(std::int64_t since_ms, std::int64_t until_ms);

}  // namespace p2p::tui
