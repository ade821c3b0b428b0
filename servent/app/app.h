// The running program: builds the rooms, joins them, and is the Backend that screens see.
#pragma once

namespace p2p::app {

struct Invocation;

// Runs a node (with or without the screen) until it is told to stop. In a home where one runs
// already the screen is opened onto that. The exit status.
int run_node(const Invocation& invocation);

// The screen onto the node that runs in that home. The exit status: 3 when there is none, or when
// it goes away without being asked to.
int attach_screen(const Invocation& invocation);

}  // namespace p2p::app
