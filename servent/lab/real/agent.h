// The agent: the hand of the laboratory on one machine. It starts nodes there, asks them over their
// control sockets (docs/control.md), kills them, and leaves nothing behind when its input ends.
// `servent lab agent` runs it: on this machine as a child, on others over ssh, so that nothing but
// ssh and this binary is needed there.
//
// One JSON object a line each way, one answer to each request:
//
//   {"do":"open","keep":"DIR"}           where homes go; empty: a temporary folder
//   {"do":"start","nodes":[{"node":3,"words":[...],"config":"...","files":["a.mp3"]}],"wait_ms":N}
//       `words` of the command line go behind --headless --home; a node that has a home keeps it
//   {"do":"ask","asks":[{"node":3,"line":{...}}],"wait_ms":N}     a request of the control socket
//       {"node":3,"search":7}: what was found by search 7, which is closed then
//   {"do":"kill","node":3}               SIGKILL
//   {"do":"halt","node":3}               SIGSTOP: its links stay and nobody answers, as when the
//       power fails; "start" ends it first
//   <- {"ok":true, "answers":[...], "ended":[{"node":3,"how":"signal 11 ..."}]}
//   <- {"ok":false,"error":"..."}
//
// An answer is a list of rows with the end behind it, or null: the node did not answer. `ended` are
// nodes that nobody killed, each told once.
#pragma once

namespace p2p::lab {

// Until the end of standard input. The exit status.
int run_agent();

}  // namespace p2p::lab
