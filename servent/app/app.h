// The running program: builds the rooms, joins them, and is the Backend that screens see.
#pragma once

namespace p2p::app {

struct Invocation;

// Runs a node (with or without the screen) until it is told to stop. The exit status.
int run_node(const Invocation& invocation);

}  // namespace p2p::app
