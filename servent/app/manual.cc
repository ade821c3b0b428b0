#include "servent/app/manual.h"

#include <string_view>

#include "servent/app/options.h"

namespace p2p::app {

namespace {

// Text of ours as man(7) wants it: no line may look like a command, a '-' is the one of the
// keyboard.
std::string plain(std::string_view text) {
  std::string out;
  bool at_start = true;
  for (const char c : text) {
    if (at_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
    at_start = c == '\n';
  }
  return out;
}

std::string bold(std::string_view text) {
  return "\\fB" + plain(text) + "\\fR";
}
std::string slanted(std::string_view text) {
  return "\\fI" + plain(text) + "\\fR";
}

std::string item(const std::string& head, const std::string& about) {
  return ".TP\n" + head + '\n' + plain(about) + '\n';
}

std::string option_items(const CommandDoc& doc) {
  std::string out;
  for (const OptionDoc& option : doc.options) {
    std::string head = option.brief.empty() ? "" : bold(option.brief) + ", ";
    head += bold(option.name);
    if (!option.value.empty()) head += ' ' + slanted(option.value);
    out += item(head, option.about);
  }
  return out;
}

// Those of a command behind it, each with its name: `lab run`.
std::string command_items(const CommandDoc& doc, const std::string& before = "") {
  std::string head = bold(before + doc.name);
  for (const OptionDoc& operand : doc.operands)
    head += ' ' + slanted(operand.name);
  std::string out = item(head, doc.about) + ".RS\n";
  for (const OptionDoc& operand : doc.operands)
    out += item(slanted(operand.name), operand.about);
  out += option_items(doc) + ".RE\n";
  for (const CommandDoc& command : doc.commands)
    out += command_items(command, before + doc.name + ' ');
  return out;
}

constexpr std::string_view kStatus =
    ".SH EXIT STATUS\n"
    ".TP\n0\ndone\n"
    ".TP\n1\ncould not be done: nothing found, a transfer failed\n"
    ".TP\n2\nwrong usage, or no terminal\n"
    ".TP\n3\nno node answers\n"
    ".TP\n4\npartly done\n"
    ".TP\n130\nCtrl\\-C\n";

constexpr std::string_view kFiles =
    ".SH FILES\n"
    "With \\fB\\-\\-home\\fR all of these lie in that folder.\n"
    ".TP\n\\fI$XDG_CONFIG_HOME/servent/servent.toml\\fR\n"
    "settings; the file is made at the first start, with every setting explained\n"
    ".TP\n\\fI$XDG_DATA_HOME/servent/\\fR\ncatalogue, accounts, shared folders, wishes\n"
    ".TP\n\\fI$XDG_STATE_HOME/servent/\\fR\nlog, and what downloads go on from\n"
    ".TP\n\\fI$XDG_RUNTIME_DIR/servent/control.sock\\fR\nwhere the commands reach the node\n";

}  // namespace

std::string manual_page(const std::vector<CommandDoc>& docs) {
  const CommandDoc& program = docs.front();
  std::string out = ".TH SERVENT 1 \"\" \"" + plain(version_text()) + "\" \"User Commands\"\n";
  out += ".SH NAME\nservent \\- " + plain(program.about) + '\n';
  out +=
      ".SH SYNOPSIS\n.B servent\n[\\fIOPTIONS\\fR]\n.br\n.B servent\n\\fICOMMAND\\fR "
      "[\\fIOPTIONS\\fR]\n";
  out +=
      ".SH DESCRIPTION\n"
      "Without a command a node is run, with its screen unless \\fB\\-\\-headless\\fR is given; "
      "in a home where one runs already its screen is opened. A command asks the running node "
      "of that home.\n";
  out += ".SH OPTIONS\n" + option_items(program);
  out += ".SH COMMANDS\n";
  for (const CommandDoc& doc : docs)
    if (!doc.name.empty()) out += command_items(doc);
  return out.append(kStatus).append(kFiles);
}

}  // namespace p2p::app
