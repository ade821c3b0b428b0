// Waiting for memory is most of what a node costs among a million others: who knows what comes next
// asks for it ahead.
#pragma once

namespace p2p {

// The line of the cache that `place` is in will be needed in a moment. A hint: any address will do.
inline void needed_soon(const void* place) {
  __builtin_prefetch(place);
  // A function that does nothing else has no effect in the compiler's eyes, and its calls vanish
  // where it sees through them.
  asm volatile("");
}

}  // namespace p2p
