// The commands that ask a running node: servent search, get, status, ... They speak over the
// control socket of that home with plain blocking calls and print rows as they come.
#pragma once

#include <string>
#include <vector>

#include "servent/app/command_docs.h"
#include "servent/app/options.h"

namespace p2p::app {

// Exit statuses of tui.md, section 11.
enum class Exit : int {
  done = 0,
  failed = 1,
  usage = 2,
  no_node = 3,
  partly = 4,
  interrupted = 130
};

// Says on standard error why the program ends; the status that it ends with.
int complain(Exit status, const std::string& why);

// Why nothing can be asked there, in one sentence.
std::string no_node_in(const Places& places);

// Runs every command but `run` and `attach`. Prints to stdout, errors to stderr in one line;
// returns the exit status. `more` are commands that others run, for the manual page and the
// completions.
int run_command(const Invocation& asked, const std::vector<CommandDoc>& more = {});

}  // namespace p2p::app
