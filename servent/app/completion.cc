#include "servent/app/completion.h"

#include <functional>
#include <map>
#include <set>

#include "protocols/base/letters.h"

namespace p2p::app {

namespace {

// What stands behind an option, or as an operand.
enum class Value { none, folder, file, words, other };

Value kind_of(const OptionDoc& doc) {
  if (!doc.words.empty()) return Value::words;
  if (doc.value.empty()) return Value::none;
  if (doc.value == "DIR") return Value::folder;
  if (doc.value == "FILE") return Value::file;
  return Value::other;
}

// As the inside of '...', where `quote` says how a ' is written and `extra` is what the shell's own
// rules want a backslash before.
std::string quoted(std::string_view text, std::string_view quote, std::string_view extra = "") {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += quote;
      continue;
    }
    if (extra.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// --- bash ------------------------------------------------------------------------------------

std::string bash_words(const CommandDoc& doc) {
  std::vector<std::string> words;
  for (const OptionDoc& option : doc.options)
    words.push_back(option.name);
  for (const OptionDoc& operand : doc.operands)
    words.insert(words.end(), operand.words.begin(), operand.words.end());
  return joined(words, " ");
}

// All commands in one list, those of a command by both names: "lab:run".
std::vector<CommandDoc> flat(const std::vector<CommandDoc>& docs) {
  std::vector<CommandDoc> all;
  for (const CommandDoc& doc : docs) {
    all.push_back(doc);
    for (const CommandDoc& command : doc.commands) {
      all.push_back(command);
      all.back().name = doc.name + ':' + command.name;
    }
  }
  return all;
}

// The options of all commands with what follows them: equal names mean the same everywhere.
std::string bash_values(const std::vector<CommandDoc>& docs) {
  std::map<std::string, std::set<std::string>> options;  // by what the shell does for them
  for (const CommandDoc& doc : docs)
    for (const OptionDoc& option : doc.options) {
      std::string deed;
      switch (kind_of(option)) {
        case Value::none: continue;
        case Value::folder: deed = "mapfile -t COMPREPLY < <(compgen -d -- \"$current\")"; break;
        case Value::file: deed = "mapfile -t COMPREPLY < <(compgen -f -- \"$current\")"; break;
        case Value::words:
          deed = "mapfile -t COMPREPLY < <(compgen -W '" + joined(option.words, " ") +
                 "' -- \"$current\")";
          break;
        case Value::other: deed = "COMPREPLY=()"; break;
      }
      options[deed].insert(option.name);
    }
  std::string out;
  for (const auto& [deed, names] : options)
    out += "    " + joined({names.begin(), names.end()}, "|") + ")\n      " + deed +
           "\n      return ;;\n";
  return out;
}

// What the commands' operands are beside words: folders or files.
std::string bash_paths(const std::vector<CommandDoc>& docs, std::string_view value,
                       const std::string& flag) {
  std::vector<std::string> names;
  for (const CommandDoc& doc : docs)
    for (const OptionDoc& operand : doc.operands)
      if (operand.value == value && (names.empty() || names.back() != doc.name))
        names.push_back(doc.name);
  if (names.empty()) return {};
  return "    " + joined(names, "|") +
         ")\n      mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen " + flag +
         " -- \"$current\") ;;\n";
}

std::string bash(const std::vector<CommandDoc>& programs) {
  const std::vector<CommandDoc> docs = flat(programs);
  std::vector<std::string> names;     // of commands
  std::vector<std::string> patterns;  // what makes a word one: no command before it, or its own
  std::string cases;
  for (const CommandDoc& doc : docs) {
    if (doc.name.empty()) continue;
    const bool is_behind = doc.name.find(':') != std::string::npos;
    patterns.push_back(is_behind ? doc.name : ':' + doc.name);
    if (!is_behind) names.push_back(doc.name);
    std::string words = bash_words(doc);
    for (const CommandDoc& command : doc.commands)
      words += (words.empty() ? "" : " ") + command.name;
    cases += "    " + doc.name + ") words='" + words + "' ;;\n";
  }
  return "# servent: completion for bash; servent completion bash > "
         "~/.local/share/bash-completion/completions/servent\n"
         "_servent() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
         "  local command='' words='' word\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    case $command:$word in\n"
         "    " +
         joined(patterns, "|") +
         ")\n      command=${command:+$command:}$word ;;\n    esac\n  done\n"
         "  case $before in\n" +
         bash_values(docs) +
         "  esac\n"
         "  case $command in\n"
         "    '') words='" +
         joined(names, " ") + ' ' + bash_words(docs.front()) + "' ;;\n" + cases +
         "  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
         "  case $command in\n" +
         bash_paths(docs, "DIR", "-d") + bash_paths(docs, "FILE", "-f") +
         "  esac\n"
         "}\n"
         "complete -F _servent servent\n";
}

// --- zsh -------------------------------------------------------------------------------------

std::string zsh_action(const OptionDoc& doc) {
  switch (kind_of(doc)) {
    case Value::none: return "";
    case Value::folder: return "_files -/";
    case Value::file: return "_files";
    case Value::words:
      if (doc.value == "FILE") return "{compadd " + joined(doc.words, " ") + "; _files}";
      return "(" + joined(doc.words, " ") + ")";
    case Value::other: return " ";
  }
  return "";
}

std::string zsh_specs(const CommandDoc& doc, const std::string& indent) {
  const auto told = [](const std::string& about) { return quoted(about, "'\\''", "\\[]"); };
  const auto named = [](const std::string& value) { return quoted(value, "'\\''", "\\:"); };
  std::string out;
  for (const OptionDoc& option : doc.options) {
    out += " \\\n" + indent + "'*" + option.name + '[' + told(option.about) + ']';
    if (!option.value.empty()) out += ':' + named(option.value) + ':' + zsh_action(option);
    out += '\'';
  }
  for (const OptionDoc& operand : doc.operands)
    out += " \\\n" + indent + "'*:" + named(operand.name) + ':' + zsh_action(operand) + '\'';
  return out;
}

// How the words behind a command are completed.
std::string zsh_case(const CommandDoc& doc) {
  const std::string arguments = "          _arguments";
  if (doc.commands.empty()) return arguments + zsh_specs(doc, "            ");
  std::vector<std::string> names;
  std::string cases;
  for (const CommandDoc& command : doc.commands) {
    names.push_back(command.name);
    cases += "            " + command.name + ")\n    " + zsh_case(command) + " ;;\n";
  }
  return arguments + " -C" + zsh_specs(doc, "            ") + " '1:command:(" + joined(names, " ") +
         ")' '*::word:->behind'\n          [[ $state == behind ]] && case $words[1] in\n" + cases +
         "          esac";
}

std::string zsh(const std::vector<CommandDoc>& docs) {
  std::string commands;
  std::string cases;
  for (const CommandDoc& doc : docs) {
    if (doc.name.empty()) continue;
    commands += "        '" + doc.name + ':' + quoted(doc.about, "'\\''", "\\:") + "'\n";
    cases += "        " + doc.name + ")\n" + zsh_case(doc) + " ;;\n";
  }
  return "#compdef servent\n"
         "# servent: completion for zsh; servent completion zsh > _servent in a folder of $fpath\n"
         "_servent() {\n"
         "  local context state state_descr line\n"
         "  typeset -A opt_args\n"
         "  local -a commands\n"
         "  _arguments -C" +
         zsh_specs(docs.front(), "    ") +
         " \\\n    '1:command:->command' \\\n    '*::word:->word'\n"
         "  case $state in\n"
         "    command)\n"
         "      commands=(\n" +
         commands +
         "      )\n"
         "      _describe command commands ;;\n"
         "    word)\n"
         "      case $words[1] in\n" +
         cases +
         "      esac ;;\n"
         "  esac\n"
         "}\n"
         "_servent \"$@\"\n";
}

// --- fish ------------------------------------------------------------------------------------

std::string fish_value(const OptionDoc& doc) {
  switch (kind_of(doc)) {
    case Value::none: return "";
    case Value::folder: return " -x -a '(__fish_complete_directories)'";
    case Value::file: return " -r -F";
    case Value::words:
      return (doc.value == "FILE" ? " -F -a '" : " -x -a '") + joined(doc.words, " ") + "'";
    case Value::other: return " -x";
  }
  return "";
}

std::string fish(const std::vector<CommandDoc>& docs) {
  std::string out =
      "# servent: completion for fish; servent completion fish > "
      "~/.config/fish/completions/servent.fish\n"
      "complete -c servent -f\n";
  const auto about = [](const std::string& text) {
    return " -d '" + quoted(text, "\\'", "\\") + "'\n";
  };
  const auto add = [&](const CommandDoc& doc, const std::string& when) {
    const std::string line = "complete -c servent -n " + when;
    for (const OptionDoc& option : doc.options)
      out += line + " -l " + option.name.substr(2) + fish_value(option) + about(option.about);
    for (const OptionDoc& operand : doc.operands)
      if (kind_of(operand) == Value::folder || kind_of(operand) == Value::words)
        out += line + fish_value(operand) + about(operand.about);
  };
  const std::string seen = "__fish_seen_subcommand_from ";
  for (const CommandDoc& doc : docs) {
    const bool is_program = doc.name.empty();
    if (!is_program)
      out += "complete -c servent -n __fish_use_subcommand -a " + doc.name + about(doc.about);
    add(doc, is_program ? "__fish_use_subcommand" : "'" + seen + doc.name + "'");
    std::vector<std::string> names;
    for (const CommandDoc& command : doc.commands)
      names.push_back(command.name);
    for (const CommandDoc& command : doc.commands) {
      const std::string behind = "'" + seen + doc.name + "; and ";
      out.append("complete -c servent -n ").append(behind).append("not ").append(seen);
      out.append(joined(names, " ")).append("' -a ").append(command.name);
      out.append(about(command.about));
      add(command, behind + seen + command.name + "'");
    }
  }
  return out;
}

}  // namespace

std::string completion_for(std::string_view shell, const std::vector<CommandDoc>& docs) {
  if (shell == "bash") return bash(docs);
  if (shell == "zsh") return zsh(docs);
  if (shell == "fish") return fish(docs);
  return {};
}

}  // namespace p2p::app
