// HttpDate: a time of day as HTTP says it, "Sun, 22 Nov 2026 07:40:18 GMT" (IMF-fixdate, RFC 9110,
// section 5.6.7), in Date and Last-Modified.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace p2p::transfer {

inline constexpr std::string_view kLastModified = "Last-Modified";

// Seconds since 1970.
std::string http_date(std::int64_t unix_s);

// Nothing for a time before 1970, for one that there is not (31 June, another day of the week), and
// for the two obsolete forms.
std::optional<std::int64_t> read_http_date(std::string_view text);

}  // namespace p2p::transfer
