// Words that HTTP requests and answers have in common (gnutella.md, section 9; RFC 9110, 9112).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocols/base/digest.h"
#include "protocols/header_block.h"

namespace p2p::transfer {

inline constexpr std::string_view kRangeUnit = "bytes";

// Digits only. What does not fit 64 bits is the largest number.
std::optional<std::uint64_t> read_number(std::string_view digits);

// May another message follow on this connection? Version 1.`minor` (RFC 9112, section 9.3).
bool stays_open(const HeaderBlock& head, unsigned minor);

// The value behind `name=` in a list like "position=7; lifetime=180"; commas separate as well.
std::string_view parameter(std::string_view list, std::string_view name);

// The SHA-1 of "urn:sha1:<32 letters>" or "urn:bitprint:<32 letters>.<root>", without case.
std::optional<Sha1> sha1_of_urn(std::string_view urn);

// By the extension of the name; application/octet-stream when we do not know better.
std::string_view content_type(std::string_view name);

}  // namespace p2p::transfer
