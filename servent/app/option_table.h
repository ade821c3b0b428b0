// The commands and options of the program, as CLI11 has them. Help, manual page and completions are
// printed from it.
#pragma once

#include <memory>
#include <string_view>

#include <CLI/CLI.hpp>

#include "servent/app/options.h"

namespace p2p::app {

// What a line says goes into `out`, which outlives it.
std::unique_ptr<CLI::App> option_table(Invocation& out);

// Of this name; wrong_usage when there is none.
Command command_of(std::string_view name);

}  // namespace p2p::app
