// The commands and options as data, read off the option table (option_table.h): what the manual
// page and the completions of the shells are printed from, so that none can forget one.
#pragma once

#include <string>
#include <vector>

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
};

// The program first, then its commands in the order of the help.
std::vector<CommandDoc> command_docs();

}  // namespace p2p::app
