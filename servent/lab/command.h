// `servent lab ...`: experiments from the command line.
//
//   servent lab list                what scenarios there are
//   servent lab run SCENARIO        its tables, and a report in a folder
//       [--set FIELD=VALUE] [--into DIR] [--seeds N] [--jobs N] [--resume] [--graph FILE]
//       --real N [--sim M] [--hosts FILE] [--keep DIR]    with N real nodes (real/real_run.h)
//   servent lab trace SCENARIO      the tree of one question
//   servent lab show SCENARIO       what it asks, with every field as it would be run
//   servent lab fields              the fields that a scenario can set and vary
//   servent lab diff A B            two runs, number by number
//
// Exit status: 0 done and all expectations met, 1 an expectation missed or the run failed, 2 wrong
// usage or a wrong scenario, 130 Ctrl-C (what was done is written, marked as partial).
#pragma once

#include <functional>
#include <string_view>

#include <CLI/CLI.hpp>

namespace p2p::lab {

// `argv` begins with the program's name, "lab" behind it.
int run_command(int argc, char** argv, std::string_view version);

// The commands and options, for those who tell of them: manual page and completions.
void show_options(const std::function<void(const CLI::App&)>& look);

}  // namespace p2p::lab
