// Waiting for memory is most of what a node costs among a million others: who knows what comes next
// asks for it ahead.
#pragma once

#include <cstddef>

namespace p2p {

// The line of the cache that `place` is in will be needed in a moment. A hint: any address will do.
inline void needed_soon(const void* place) {
  __builtin_prefetch(place);
  // A function that does nothing else has no effect in the compiler's eyes, and its calls vanish
  // where it sees through them.
  asm volatile("");
}
// The same for all lines that so many bytes from `place` on are in, but perhaps the last.
inline void needed_soon(const void* place, std::size_t bytes) {
  constexpr std::size_t kLine = 64;  // of the processors that we know
  for (std::size_t at = 0; at < bytes; at += kLine)
    needed_soon(static_cast<const std::byte*>(place) + at);
}

}  // namespace p2p
