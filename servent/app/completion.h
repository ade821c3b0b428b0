// `servent completion SHELL`: a script that lets the shell complete our command line, printed from
// the option table.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "servent/app/command_docs.h"

namespace p2p::app {

// "bash", "zsh" or "fish"; empty for another shell.
std::string completion_for(std::string_view shell, const std::vector<CommandDoc>& docs);

}  // namespace p2p::app
