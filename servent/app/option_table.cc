#include "servent/app/option_table.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <string>

#include "protocols/registry.h"

#include "servent/api/rate.h"
#include "servent/app/actions.h"

namespace p2p::app {

namespace {

constexpr std::array<std::string_view, 3> kShells{"bash", "zsh", "fish"};

struct Verb {
  std::string_view name;
  Command command;
  const char* about;
};
constexpr std::array kVerbs{
    Verb{"attach", Command::attach, "open the screen onto the running node"},
    Verb{"search", Command::search, "ask the network; rows as they come"},
    Verb{"browse", Command::browse, "list all that one user offers"},
    Verb{"get", Command::get, "download; exit 0 only when complete"},
    Verb{"status", Command::status, "the node in short"},
    Verb{"peers", Command::peers,
         "who is connected; drop HOST:PORT, ban HOST, unban HOST; known: hosts heard of"},
    Verb{"banned", Command::unwanted, "hosts and users who are kept out; remove ID..."},
    Verb{"share", Command::share, "offer a folder"},
    Verb{"unshare", Command::unshare, "take a folder back"},
    Verb{"shares", Command::shares, "folders offered"},
    Verb{"downloads", Command::downloads, "files on their way to here; pause ID... and so on"},
    Verb{"uploads", Command::uploads, "files on their way from here; cancel ID..."},
    Verb{"pause", Command::pause, "hold downloads"},
    Verb{"resume", Command::resume, "go on with downloads"},
    Verb{"cancel", Command::cancel, "drop downloads and their part files"},
    Verb{"retry", Command::retry, "try downloads again now"},
    Verb{"limit", Command::limit, "rates and slots; sets what is named"},
    Verb{"connect", Command::connect, "connect to a host now"},
    Verb{"mode", Command::mode, "the networks we are in; M[,M...]: be in these from now on"},
    Verb{"wish", Command::wish,
         "searches that repeat themselves; add WORDS..., remove ID..., see ID"},
    Verb{"log", Command::log, "what the node said lately"},
    Verb{"config", Command::config, "every setting, its default and who set it"},
    Verb{"quit", Command::quit, "stop the node"},
    Verb{"completion", Command::completion, "print a script for a shell: bash, zsh or fish"},
    Verb{"man", Command::man, "print the manual page: servent man | man -l -"},
};

std::string absolute_path(const std::string& path) {
  std::error_code error;
  const auto whole = std::filesystem::absolute(path, error).lexically_normal();
  std::string text = error ? path : whole.string();
  if (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

std::string not_empty(const std::string& value) {
  return value.empty() ? "must not be empty" : "";
}

bool prints_rows(Command command) {
  return command != Command::attach && command != Command::completion && command != Command::man;
}

class TableMaker {
 public:
  TableMaker(CLI::App& root, Invocation& out) : root_(root), out_(out) {
    root_.require_subcommand(0, 1);
    root_.allow_extras();  // told by mistake() with the nearest right word
    root_.get_formatter()->column_width(28);
    root_.set_help_flag("-h,--help", "print this");
    root_.set_version_flag("--version", std::string(version_text()), "print the version");
    root_.footer([] { return footer(); });
    node_options();
    for (const Verb& verb : kVerbs)
      add(verb);
  }

 private:
  static std::string footer() {
    std::string text = "\nModes and roles:\n";
    for (const ModeRow& row : modes()) {
      std::string left = "  " + std::string(row.mode) + ' ' + std::string(row.role);
      left.resize(std::max<std::size_t>(left.size() + 2, 28), ' ');
      text += left + std::string(row.summary) + '\n';
    }
    return text +
           "\nWithout a SUBCOMMAND a node is run, with its screen unless --headless; a SUBCOMMAND\n"
           "asks the running node of that home. `servent lab` simulates networks: see its --help.\n"
           "\nExit status: 0 done, 1 could not be done, 2 wrong usage, 3 no node answers,\n"
           "4 partly done, 130 Ctrl-C.";
  }

  CLI::Option* text(CLI::App& to, const char* name, const char* value, const char* about,
                    const std::function<void(const std::string&)>& set) {
    return to.add_option_function<std::string>(name, set, about)
        ->type_name(value)
        ->check(not_empty);
  }

  // One value each time, so that a word after it is no further value.
  CLI::Option* texts(const char* name, const char* value, const char* about,
                     const std::function<void(const std::vector<std::string>&)>& set) {
    return root_.add_option_function<std::vector<std::string>>(name, set, about)
        ->type_name(value)
        ->allow_extra_args(false)
        ->check(not_empty);
  }

  void place_options(CLI::App& to) {
    text(to, "--home", "DIR", "all state of one node; else the XDG places",
         [&out = out_](const std::string& value) { out.settings.home = absolute_path(value); });
    text(to, "--config", "FILE", "settings instead of servent.toml",
         [&out = out_](const std::string& value) { out.settings.config = absolute_path(value); });
  }

  void node_options() {
    Settings& s = out_.settings;
    texts("--mode", "M[,M...]", "networks to be in", [&s](const auto& all) {
      s.modes = all;
    })->delimiter(',');
    texts("--role", "ROLE[,...]", "part played there: client, server, ...", [&s](const auto& all) {
      s.roles = all;
    })->delimiter(',');
    place_options(root_);
    texts("--listen", "ADDR:PORT[,...]", "where to accept connections; port 0 picks one",
          [&s](const auto& all) { s.listens = all; })
        ->delimiter(',');
    texts("--connect", "[MODE=]HOST[:PORT]", "enter the network here (may be given again)",
          [&s](const auto& all) { s.connect = all; });
    texts("--share", "DIR", "offer the files below DIR (may be given again)",
          [&s](const auto& all) {
            for (const std::string& folder : all)
              s.shares.emplace_back(absolute_path(folder));
          });
    text(root_, "--downloads", "DIR", "where finished files go",
         [&s](const auto& value) { s.downloads = absolute_path(value); });
    text(root_, "--nick", "NAME", "name in the network",
         [&s](const auto& value) { s.nick = value; });
    root_.add_flag("--public", s.allow_public, "talk to public addresses too, not to private only");
    root_.add_flag_callback(
        "--yes", [] {}, "at the first start take the defaults, ask nothing");
    root_.add_flag_callback(
        "--no-beacon", [&s] { s.beacon = false; },
        "neither look for nodes on the local network nor be found");
    text(root_, "--log-level", "LEVEL", "debug, info, warn or error",
         [&s](const auto& value) { s.log_level = value; });
    text(root_, "--color", "WHEN", "never, 16, 256 or full; else as the terminal says",
         [&s](const auto& value) { s.screen.colour = value; });
    root_.add_flag_callback(
        "--plain", [&s] { s.screen.kind = "plain"; }, "a screen for screen readers");
    root_.add_flag("--headless", s.headless, "no screen; one JSON line on stdout when ready");
    text(root_, "--search", "TEXT", "typed into the screen at start, for the demo",
         [&s](const auto& value) { s.first_search = value; })
        ->group("");  // not in the help
  }

  void add(const Verb& verb) {
    CLI::App& asking = *root_.add_subcommand(std::string(verb.name), verb.about);
    asking.allow_extras();
    // Not -h: in a search it is the start of an excluded word.
    asking.set_help_flag("--help", "print this");
    asking.set_version_flag("--version", std::string(version_text()), "print the version");
    asking.callback([&out = out_, &verb] { out.command = verb.command; });
    place_options(asking);
    if (prints_rows(verb.command)) asking.add_flag("--json", out_.json, "one JSON object per line");
    const bool lists = verb.command == Command::search || verb.command == Command::browse;
    if (lists || verb.command == Command::get)
      text(asking, "--wait", "TIME", "give up after 500ms, 10s, 2m",
           [&out = out_](const std::string& value) { out.wait = parse_duration(value); })
          ->check([](const std::string& value) -> std::string {
            return parse_duration(value) ? "" : "is no time: say 500ms, 10s or 2m";
          });
    if (lists) {
      asking.add_option("--limit", out_.limit, "stop after N rows")
          ->type_name("N")
          ->check(CLI::PositiveNumber);
      text(asking, "--filter", "F", "only rows like: -live flac|ogg \"free jazz\" size>1M src>2",
           [&out = out_](const std::string& value) { out.filter = value; });
    }
    if (verb.command == Command::search)
      asking.add_flag("--trace", out_.trace,
                      "draw its way through the nodes beside this home (lab.trace = true)");
    if (verb.command == Command::limit) limit_options(asking);
    if (verb.command == Command::config)
      asking.add_flag("--defaults", out_.defaults, "as a servent.toml, each with what it is for");
    if (verb.command == Command::log)
      asking.add_flag("--follow", out_.follow, "and what it says from now on");
    if (verb.command == Command::wish) wish_options(asking);
    if (verb.command == Command::mode)
      asking.add_option("--role", out_.settings.roles, "part played there")
          ->type_name("ROLE[,...]")
          ->delimiter(',');
    if (verb.command == Command::get)
      asking.add_flag_callback(
          "--in-order", [&out = out_] { out.in_order = true; }, "the first bytes first");
    operands(asking, verb.command);
  }

  void wish_options(CLI::App& asking) {
    asking.add_flag("--download", out_.download,
                    "add: fetch the first file found that has a digest and two sources");
    text(asking, "--filter", "F", "add: only what passes is news, as search --filter",
         [&out = out_](const std::string& value) { out.filter = value; });
    text(asking, "--group", "HOW", "add: how a screen groups it: digest, folder, user or none",
         [&out = out_](const std::string& value) { out.group = value == "digest" ? "" : value; })
        ->check(CLI::IsMember({"digest", "folder", "user", "none"}));
  }

  void limit_options(CLI::App& asking) {
    const auto rate = [&](const char* name, const char* about, std::optional<std::uint64_t>& to) {
      text(asking, name, "RATE", about, [&to](const std::string& value) {
        to = api::parse_rate(value);
      })->check([](const std::string& value) -> std::string {
        return api::parse_rate(value) ? "" : "is no rate: say 100K, 2M or 0 for no limit";
      });
    };
    rate("--up", "bytes a second of all uploads, or of one", out_.up);
    rate("--down", "bytes a second of all downloads, or of one", out_.down);
    const auto number = [&](const char* name, const char* about, std::optional<std::uint32_t>& to) {
      return asking.add_option(name, to, about)->type_name("N");
    };
    number("--upload", "whose own limit --up is", out_.upload)
        ->type_name("ID")
        ->needs("--up")
        ->excludes("--down");
    asking
        .add_option_function<std::uint32_t>(
            "--download", [&out = out_](const std::uint32_t& id) { out.ids = {id}; },
            "whose own limit --down is")
        ->type_name("ID")
        ->needs("--down")
        ->excludes("--up")
        ->excludes("--upload");
    number("--slots", "uploads at the same time", out_.slots);
    number("--per-user", "of these for one user", out_.per_user);
    number("--queue", "places for those who wait", out_.queue);
  }

  // "downloads pause 3" is "pause 3".
  CLI::Option* acts(CLI::App& asking, const char* about) {
    return asking.add_option("ACTION", out_.words, about)->type_name("");
  }

  void operands(CLI::App& asking, Command command) {
    switch (command) {
      case Command::search:  // required too, but -word alone is a search: see finish
        asking
            .add_option("WORDS", out_.words,
                        "in the name; -word: not in it; artist:word year>=1957 ...")
            ->type_name("");
        break;
      case Command::browse:
        asking.add_option("USER", out_.user, "as in a search's rows, or HOST:PORT")
            ->type_name("")
            ->required();
        break;
      case Command::get:
        asking.add_option("LINK", out_.links, "from a search")->type_name("")->required();
        break;
      case Command::pause:
      case Command::resume:
      case Command::cancel:
      case Command::retry:
        asking.add_option("ID", out_.ids, "from servent downloads")->type_name("")->required();
        break;
      case Command::share:
      case Command::unshare:
        text(asking, "DIR", "", "the folder", [&out = out_](const std::string& value) {
          out.share_path = absolute_path(value);
        })->required();
        break;
      case Command::downloads:
        acts(asking,
             "nothing: list them; pause, resume, cancel or retry, and ID...; limit ID... RATE, "
             "priority ID... low|normal|high, order ID... sequential|rarest, "
             "move ID... top|up|down|bottom");
        break;
      case Command::uploads: acts(asking, "nothing: list them; cancel, and ID..."); break;
      case Command::peers:
        acts(asking,
             "nothing: list them; drop HOST:PORT, ban HOST, unban HOST, or known: the hosts heard "
             "of, by which the networks may be entered");
        break;
      case Command::unwanted: acts(asking, "nothing: list them; remove, and ID..."); break;
      case Command::wish:
        acts(asking, "nothing: list them; add WORDS..., remove ID..., or see ID");
        break;
      case Command::mode:
        asking.add_option("MODES", out_.words, "M[,M...]: be in these; nothing: list them")
            ->type_name("")
            ->delimiter(',');
        break;
      case Command::completion:
        asking.add_option("SHELL", out_.shell, "bash, zsh or fish")
            ->type_name("")
            ->required()
            ->check([](const std::string& value) -> std::string {
              const bool is_one = std::ranges::find(kShells, value) != kShells.end();
              return is_one ? "" : "is no shell that we know: say bash, zsh or fish";
            });
        break;
      case Command::connect:
        asking.add_option("HOST:PORT", out_.endpoint, "of the host")->type_name("")->required();
        break;
      case Command::run:
      case Command::attach:
      case Command::status:
      case Command::shares:
      case Command::end_upload:
      case Command::hosts:
      case Command::change:
      case Command::move:
      case Command::drop_peer:
      case Command::ban_host:
      case Command::unban_host:
      case Command::drop_unwanted:
      case Command::add_wish:
      case Command::drop_wish:
      case Command::see_wish:
      case Command::log:
      case Command::config:
      case Command::man:
      case Command::limit:
      case Command::quit:
      case Command::version:
      case Command::help:
      case Command::wrong_usage: break;
    }
  }

  CLI::App& root_;
  Invocation& out_;
};

}  // namespace

Command command_of(std::string_view name) {
  const auto at = std::ranges::find(kVerbs, name, &Verb::name);
  return at == kVerbs.end() ? Command::wrong_usage : at->command;
}

std::unique_ptr<CLI::App> option_table(Invocation& out) {
  auto root = std::make_unique<CLI::App>("search and share files", "servent");
  // What the options call later needs their Invocation only.
  TableMaker maker(*root, out);
  return root;
}

}  // namespace p2p::app
