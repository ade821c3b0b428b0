// `servent lab ...`: experiments from the command line.
//
//   servent lab run SCENARIO.toml [--into FOLDER] [--seeds N] [--graph FILE]
//       --real N [--sim M] [--hosts FILE] [--keep DIR]    with N real nodes (real/real_run.h)
//   servent lab show SCENARIO.toml      what it asks, with every field as it would be run
//   servent lab fields                  the fields that a scenario can set and vary
//
// Exit status: 0 done and all expectations met, 1 an expectation missed or the run failed, 2 wrong
// usage or a wrong scenario, 130 Ctrl-C (what was done is written, marked as partial).
#pragma once

#include <string_view>

namespace p2p::lab {

// `argv` begins with the program's name, "lab" behind it.
int run_command(int argc, char** argv, std::string_view version);

}  // namespace p2p::lab
