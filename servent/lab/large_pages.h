// Large pages: a network of many nodes lies all over the memory, and at each step the processor
// looks up where a page is. With pages of 2 MiB it finds that in its own tables
// (docs/benchmarks.md).
#pragma once

namespace p2p::lab {

// This process is a program of its own: not a test that runs one of its commands.
void allow_starting_again();

// Where that is allowed, begins the program anew, once, with the same words, so that its memory
// lies in large pages: the C library takes that wish from the environment only, before it starts.
// Returns where that has been done, or cannot be: then all goes on with small ones.
void go_on_with_large_pages();

}  // namespace p2p::lab
