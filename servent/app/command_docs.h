// The commands and options as data, read off the option table (option_table.h): what the manual
// page and the completions of the shells are printed from, so that none can forget one.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace p2p::app {

struct OptionDoc {
  std::string name;   // "--home"; of an operand "WORDS"
  std::string brief;  // "-h", or empty
  std::string value;  // "DIR"; empty: it takes none
  std::string about;
  std::vector<std::string> words;  // that its value may be, or begin with; empty: not known
};

struct CommandDoc {
  std::string name;  // empty: the program itself
  std::string about;
  std::vector<OptionDoc> options;
  std::vector<OptionDoc> operands;
  std::vector<CommandDoc> commands;  // of its own: those of `servent lab`
};

// Commands that are told by others than the option table: `lab`, which no node hears of.
CommandDoc command_doc(const CLI::App& app);

// The program first, then its commands in the order of the help, and behind them `more`.
std::vector<CommandDoc> command_docs(const std::vector<CommandDoc>& more = {});

}  // namespace p2p::app
