// servent: reads the command line, then runs a node, asks the one that runs, or goes to the
// laboratory.
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "servent/app/app.h"
#include "servent/app/command_docs.h"
#include "servent/app/command_line.h"
#include "servent/app/config.h"
#include "servent/app/options.h"
#include "servent/app/trails.h"
#include "servent/lab/command.h"
#include "servent/lab/large_pages.h"
#include "servent/lab/scenario_files.h"
#include "servent/lab/trail_trace.h"
#include "servent/net/node.h"

namespace {

// What the program's manual page and completions tell of the laboratory.
p2p::app::CommandDoc lab_doc() {
  p2p::app::CommandDoc doc;
  p2p::lab::show_options([&](const CLI::App& options) { doc = p2p::app::command_doc(options); });
  doc.name = "lab";
  for (auto& command : doc.commands)
    for (auto& operand : command.operands)
      if (operand.name == "SCENARIO")
        for (const auto& file : p2p::lab::scenario_files())
          operand.words.emplace_back(file.name);
  return doc;
}

// The search, then its tree, which goes to standard error behind rows for programs.
int search_and_trace(const p2p::app::Invocation& asked) {
  const p2p::Time since = p2p::net::steady_now();
  const int status = p2p::app::run_command(asked);
  const auto trails =
      p2p::app::gather_trails(p2p::app::places_of(asked.settings).socket.parent_path(), since);
  std::string words;
  for (const std::string& word : asked.words)
    words += (words.empty() ? "" : " ") + word;
  const p2p::lab::Trace trace = p2p::lab::trace_of(trails, words);
  if (trace.copies.empty())
    std::fputs("servent: nothing to draw: is lab.trace = true in the nodes' servent.toml?\n",
               stderr);
  else
    std::fputs(p2p::lab::to_text(trace, {}).c_str(), asked.json ? stderr : stdout);
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc > 1 && std::string_view(argv[1]) == "lab") {
      p2p::lab::allow_starting_again();
      return p2p::lab::run_command(argc, argv, p2p::app::version_text());
    }
    p2p::app::Invocation invocation = p2p::app::parse(argc, argv);
    if (invocation.command == p2p::app::Command::attach) return p2p::app::attach_screen(invocation);
    if (invocation.trace) return search_and_trace(invocation);
    if (invocation.command != p2p::app::Command::run)
      return p2p::app::run_command(invocation, {lab_doc()});
    const auto loaded = p2p::app::load_config(invocation.given, invocation.settings);
    if (!loaded) {
      std::fprintf(stderr, "servent: %s\n", loaded.error().detail.c_str());
      return 2;
    }
    return p2p::app::run_node(invocation);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "servent: %s\n", error.what());
    return 1;
  }
}
