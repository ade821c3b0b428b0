// How much longer a test waits for what must come before it says that it does not: sanitizers make
// the program several times slower, and their tests run side by side. What comes sooner ends a wait
// at once.
#pragma once

namespace p2p::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr int kPatience = 4;
#else
inline constexpr int kPatience = 1;
#endif

}  // namespace p2p::test
