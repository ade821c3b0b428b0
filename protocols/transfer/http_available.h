// HttpAvailable: which bytes of a file that is still being fetched a source can give (Partial File
// Sharing Protocol 1.0a, sections 1 and 5, in gtk-gnutella's doc/gnutella/PFSP; docs/transfers.md).
//
//   X-Available-Ranges: bytes 0-10, 20-30     both ends inclusive; in each answer about such a file
//   X-Available-Ranges: bytes                 nothing yet, as LimeWire says it
//   X-Available: bytes 1234                   how many in all, where the ranges are not all told
//
// An answer without either is about a whole file. What a source says is hearsay: who asks for what
// is listed may hear 416 all the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocols/transfer/extents.h"

namespace p2p::transfer {

inline constexpr std::string_view kAvailableField = "X-Available-Ranges";
inline constexpr std::string_view kAvailableCountField = "X-Available";
inline constexpr std::size_t kMaxAvailable =
    1000;  // ranges looked at; what comes later is left out
// Of the value that we write, some fifty ranges: LimeWire's and gtk-gnutella's heads take more.
inline constexpr std::size_t kAvailableBytes = 1024;

// Nothing when the value is not in bytes. Ranges that make no sense are passed over, and what lies
// behind the file's end is cut off.
std::optional<Extents> read_available(std::string_view value, std::uint64_t size);
// The same of X-Available; no more than `size`.
std::optional<std::uint64_t> read_available_count(std::string_view value, std::uint64_t size);

// The value in at most `max_bytes`, of which there are at least 5. If not all runs fit, those from
// the byte `from` on are told and then those before it.
std::string to_available(const Extents& have, std::size_t max_bytes, std::uint64_t from = 0);

}  // namespace p2p::transfer
