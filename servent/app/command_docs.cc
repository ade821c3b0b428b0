#include "servent/app/command_docs.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "protocols/registry.h"

#include "servent/app/actions.h"
#include "servent/app/option_table.h"

namespace p2p::app {

namespace {

// What the value of an option of this name may be.
std::vector<std::string> possible_values(const std::string& option) {
  std::vector<std::string> words;
  const auto add = [&words](std::string_view word) {
    if (std::ranges::find(words, word) == words.end()) words.emplace_back(word);
  };
  if (option == "--log-level") words = {"debug", "info", "warn", "error"};
  for (const ModeRow& row : modes()) {
    if (option == "--mode" || option == "MODES") add(row.mode);
    if (option == "--role") add(row.role);
  }
  if (option == "SHELL") words = {"bash", "zsh", "fish"};
  return words;
}

OptionDoc doc_of(const CLI::Option& option) {
  OptionDoc doc;
  const bool is_operand = option.get_positional();
  doc.name = is_operand ? option.get_name(true) : "--" + option.get_lnames().front();
  if (!option.get_snames().empty()) doc.brief = "-" + option.get_snames().front();
  if (is_operand)
    doc.value = option.get_type_name().empty() ? doc.name : option.get_type_name();
  else if (option.get_items_expected_max() > 0)
    doc.value = option.get_type_name();
  doc.about = option.get_description();
  doc.words = possible_values(doc.name);
  return doc;
}

constexpr auto kAll = [](const CLI::App* /*command*/) { return true; };

}  // namespace

CommandDoc command_doc(const CLI::App& app) {
  CommandDoc doc{app.get_name(), app.get_description(), {}, {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // not in the help either
    (option->get_positional() ? doc.operands : doc.options).push_back(doc_of(*option));
  }
  for (const CLI::App* command : app.get_subcommands(kAll))
    doc.commands.push_back(command_doc(*command));
  return doc;
}

std::vector<CommandDoc> command_docs(const std::vector<CommandDoc>& more) {
  Invocation unused;
  CommandDoc program = command_doc(*option_table(unused));
  std::vector<CommandDoc> docs = std::exchange(program.commands, {});
  for (CommandDoc& doc : docs)
    for (OptionDoc& operand : doc.operands)
      if (operand.name == "ACTION") operand.words = action_words(command_of(doc.name));
  program.name.clear();
  docs.insert(docs.begin(), std::move(program));
  docs.insert(docs.end(), more.begin(), more.end());
  return docs;
}

}  // namespace p2p::app
