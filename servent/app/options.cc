#include "servent/app/options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <span>

#include "protocols/base/bytes.h"
#include "protocols/registry.h"

#include "servent/app/config.h"

// Parsed by hand along two tables, because `servent search sun -live` must reach the search as it
// is: to a general parser -live is a wrong option.

namespace p2p::app {

namespace {

enum Where : unsigned { kRun = 1, kSearch = 2, kGet = 4, kOther = 8, kAsking = 14, kAll = 15 };

struct Option {
  std::string_view name;   // without "--"
  std::string_view value;  // what it takes, as help says it; empty: a flag
  unsigned where;
  std::string_view help;
};
constexpr std::array kOptions{
    Option{"mode", "M[,M...]", kRun, "networks to be in"},
    Option{"role", "ROLE", kRun, "part played there: client, server, ..."},
    Option{"home", "DIR", kAll, "all state of one node; else the XDG places"},
    Option{"listen", "ADDR:PORT", kRun, "where to accept connections; port 0 picks one"},
    Option{"connect", "HOST:PORT", kRun, "enter the network here (may be given again)"},
    Option{"share", "DIR", kRun, "offer the files below DIR (may be given again)"},
    Option{"downloads", "DIR", kRun, "where finished files go"},
    Option{"nick", "NAME", kRun, "name in the network"},
    Option{"config", "FILE", kAll, "settings instead of servent.toml"},
    Option{"public", "", kRun, "talk to public addresses too, not to private ones only"},
    Option{"log-level", "LEVEL", kRun, "debug, info, warn or error"},
    Option{"headless", "", kRun, "no screen; one JSON line on stdout when ready"},
    Option{"search", "TEXT", kRun, ""},  // typed into the screen at start; for the demo
    Option{"wait", "TIME", kSearch | kGet, "give up after 500ms, 10s, 2m"},
    Option{"limit", "N", kSearch, "stop after N rows"},
    Option{"json", "", kAsking, "one JSON object per line"},
    Option{"version", "", kAll, "print the version"},
    Option{"help", "", kAll, "print this"},
};

struct Verb {
  std::string_view name;
  Command command;
  std::string_view takes;
  std::string_view help;
};
constexpr std::array kVerbs{
    Verb{"search", Command::search, "WORDS...", "ask the network; rows as they come"},
    Verb{"get", Command::get, "LINK...", "download; exit 0 only when complete"},
    Verb{"status", Command::status, "", "the node in short"},
    Verb{"peers", Command::peers, "", "who is connected"},
    Verb{"share", Command::share, "DIR", "offer a folder"},
    Verb{"unshare", Command::unshare, "DIR", "take a folder back"},
    Verb{"shares", Command::shares, "", "folders offered"},
    Verb{"downloads", Command::downloads, "", "files on their way to here"},
    Verb{"uploads", Command::uploads, "", "files on their way from here"},
    Verb{"pause", Command::pause, "ID...", "hold downloads"},
    Verb{"resume", Command::resume, "ID...", "go on with downloads"},
    Verb{"cancel", Command::cancel, "ID...", "drop downloads and their part files"},
    Verb{"connect", Command::connect, "HOST:PORT", "connect to a host now"},
    Verb{"quit", Command::quit, "", "stop the node"},
};

template <class Table>
std::string suggestion(std::string_view word, const Table& table, std::string_view before) {
  std::vector<std::string_view> names;
  for (const auto& row : table)
    names.push_back(row.name);
  const std::string_view near = nearest_word(word, names);
  if (near.empty()) return "; see servent --help";
  return ", did you mean \"" + std::string(before) + std::string(near) + "\"?";
}

std::string help_text() {
  const auto line = [](std::string left, std::string_view right) {
    left.resize(std::max<std::size_t>(left.size() + 2, 26), ' ');
    return left + std::string(right) + '\n';
  };
  std::string text = std::string(version_text()) +
                     ": search and share files\n\n"
                     "servent [OPTIONS]         run a node with its screen\n"
                     "servent COMMAND [OPTIONS] ask the running node of that home\n\nCommands:\n";
  for (const Verb& verb : kVerbs)
    text += line("  " + std::string(verb.name) + ' ' + std::string(verb.takes), verb.help);
  text += "\nOptions:\n";
  for (const Option& option : kOptions)
    if (!option.help.empty())
      text +=
          line("  --" + std::string(option.name) + ' ' + std::string(option.value), option.help);
  text += "\nModes and roles:\n";
  for (const ModeRow& row : modes())
    text += line("  " + std::string(row.mode) + ' ' + std::string(row.role), row.summary);
  return text +
         "\nExit status: 0 done, 1 could not be done, 2 wrong usage, 3 no node answers,\n"
         "4 partly done, 130 Ctrl-C.\n";
}

unsigned where_of(Command command) {
  switch (command) {
    case Command::run: return kRun;
    case Command::search: return kSearch;
    case Command::get: return kGet;
    case Command::status:
    case Command::peers:
    case Command::share:
    case Command::unshare:
    case Command::shares:
    case Command::downloads:
    case Command::uploads:
    case Command::pause:
    case Command::resume:
    case Command::cancel:
    case Command::connect:
    case Command::quit: return kOther;
    case Command::version:
    case Command::help:
    case Command::wrong_usage: return kAll;
  }
  return kAll;
}

std::string absolute_path(const std::string& path) {
  std::error_code error;
  const auto whole = std::filesystem::absolute(path, error).lexically_normal();
  std::string text = error ? path : whole.string();
  if (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return {};
  return value;
}

void split_modes(const std::string& value, std::vector<std::string>& out) {
  for (std::size_t at = 0; at <= value.size();) {
    const std::size_t comma = std::min(value.find(',', at), value.size());
    out.push_back(value.substr(at, comma - at));
    at = comma + 1;
  }
}

// Reads one line of arguments. The first mistake is kept; what follows does not hide it.
class LineReader {
 public:
  explicit LineReader(std::vector<std::string> line) : line_(std::move(line)) {}

  Invocation read() {
    while (at_ < line_.size() && mistake_.empty())
      take(line_[at_++]);
    if (mistake_.empty()) finish();
    if (!mistake_.empty()) {
      out_.command = Command::wrong_usage;
      out_.message = "servent: " + mistake_;
    }
    return std::move(out_);
  }

 private:
  void take(const std::string& word) {
    if (plain_only_ || word.size() < 2 || word[0] != '-') return take_plain(word);
    if (word == "--") {
      plain_only_ = true;
    } else if (word.starts_with("--")) {
      take_option(word.substr(2));
    } else if (verb_ != nullptr && out_.command == Command::search) {
      take_plain(word);  // -word: without it
    } else if (word == "-h") {
      out_.given.insert("help");
    } else {
      mistake_ = "unknown option \"" + escaped(word) + "\"; see servent --help";
    }
  }

  void take_plain(const std::string& word) {
    if (verb_ != nullptr) {
      plain_.push_back(word);
      return;
    }
    const auto* found = std::ranges::find(kVerbs, word, &Verb::name);
    if (found == kVerbs.end()) {
      mistake_ = "unknown command \"" + escaped(word) + '"' + suggestion(word, kVerbs, "");
      return;
    }
    verb_ = found;
    out_.command = found->command;
  }

  void take_option(const std::string& text) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const auto* option = std::ranges::find(kOptions, name, &Option::name);
    if (option == kOptions.end()) {
      mistake_ = "unknown option \"--" + escaped(name) + '"' + suggestion(name, kOptions, "--");
      return;
    }
    std::string value;
    if (option->value.empty()) {
      if (equals != std::string::npos) mistake_ = "--" + name + " takes no value";
    } else if (equals != std::string::npos) {
      value = text.substr(equals + 1);
    } else if (at_ < line_.size()) {
      value = line_[at_++];
    } else {
      mistake_ = "--" + name + " needs a value: " + std::string(option->value);
    }
    if (!mistake_.empty()) return;
    if (!option->value.empty() && value.empty()) {
      mistake_ = "--" + name + " is empty; it needs " + std::string(option->value);
      return;
    }
    const bool first = out_.given.insert(name).second;
    set(name, value, first);
  }

  void set(const std::string& name, const std::string& value, bool first) {
    Settings& s = out_.settings;
    if (name == "mode") {
      if (first) s.modes.clear();
      split_modes(value, s.modes);
    }
    if (name == "role") s.role = value;
    if (name == "home") s.home = absolute_path(value);
    if (name == "listen") s.listen = value;
    if (name == "connect") s.connect.push_back(value);
    if (name == "share") s.shares.emplace_back(absolute_path(value));
    if (name == "downloads") s.downloads = absolute_path(value);
    if (name == "nick") s.nick = value;
    if (name == "config") s.config = absolute_path(value);
    if (name == "public") s.allow_public = true;
    if (name == "log-level") s.log_level = value;
    if (name == "headless") s.headless = true;
    if (name == "search") s.first_search = value;
    if (name == "json") out_.json = true;
    if (name == "wait") {
      out_.wait = parse_duration(value);
      if (!out_.wait) mistake_ = "\"" + escaped(value) + "\" is no time: say 500ms, 10s or 2m";
    }
    if (name == "limit") {
      out_.limit = number_of(value);
      if (!out_.limit || *out_.limit == 0)
        mistake_ = "\"" + escaped(value) + "\" is no number of rows: say 1 or more";
    }
  }

  void finish() {
    if (out_.given.contains("help") || out_.given.contains("version")) {
      const bool help = out_.given.contains("help");
      out_.command = help ? Command::help : Command::version;
      out_.message = help ? help_text() : std::string(version_text()) + '\n';
      return;
    }
    for (const Option& option : kOptions)
      if (out_.given.contains(std::string(option.name)) && !(option.where & where_of(out_.command)))
        mistake_ = "--" + std::string(option.name) + " is not for " +
                   (verb_ ? "servent " + std::string(verb_->name) : "running a node");
    if (mistake_.empty() && verb_ != nullptr) hand_out();
    if (mistake_.empty())
      if (const auto checked = check_settings(out_.settings); !checked)
        mistake_ = checked.error().detail;
  }

  // Gives the plain words to what the command takes.
  void hand_out() {
    const bool many = verb_->takes.ends_with("...");
    if (plain_.size() > 1 && !many && !verb_->takes.empty())
      mistake_ = usage("takes one " + std::string(verb_->takes));
    if (!plain_.empty() && verb_->takes.empty())
      mistake_ = usage("takes no \"" + escaped(plain_[0]) + '"');
    if (plain_.empty() && !verb_->takes.empty())
      mistake_ = usage("needs " + std::string(verb_->takes));
    if (!mistake_.empty()) return;
    switch (out_.command) {
      case Command::search: out_.words = plain_; break;
      case Command::get: out_.links = plain_; break;
      case Command::share:
      case Command::unshare: out_.share_path = absolute_path(plain_[0]); break;
      case Command::connect: out_.endpoint = plain_[0]; break;
      case Command::pause:
      case Command::resume:
      case Command::cancel:
        for (const std::string& word : plain_) {
          const auto id = number_of(word);
          if (!id) mistake_ = "\"" + escaped(word) + "\" is no download: see servent downloads";
          out_.ids.push_back(id.value_or(0));
        }
        break;
      case Command::run:
      case Command::status:
      case Command::peers:
      case Command::shares:
      case Command::downloads:
      case Command::uploads:
      case Command::quit:
      case Command::version:
      case Command::help:
      case Command::wrong_usage: break;
    }
  }

  std::string usage(const std::string& what) const {
    return "servent " + std::string(verb_->name) + ' ' + what;
  }

  std::vector<std::string> line_;
  std::size_t at_ = 0;
  bool plain_only_ = false;  // after "--"
  const Verb* verb_ = nullptr;
  std::vector<std::string> plain_;
  std::string mistake_;
  Invocation out_;
};

}  // namespace

Invocation parse(int argc, const char* const* argv) {
  const std::span<const char* const> all(argv, static_cast<std::size_t>(std::max(argc, 0)));
  std::vector<std::string> line;
  for (std::size_t i = 1; i < all.size(); ++i)
    line.emplace_back(all[i]);
  return LineReader(std::move(line)).read();
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  constexpr std::int64_t kMost = 7LL * 24 * 3600 * 1000;  // a week
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = number_of(text.substr(0, digits));
  if (!number) return {};
  const std::string_view unit = text.substr(digits);
  std::int64_t factor = 0;
  if (unit == "ms") factor = 1;
  if (unit == "s" || unit.empty()) factor = 1000;
  if (unit == "m") factor = 60000;
  if (unit == "h") factor = 3600000;
  const std::int64_t value = std::int64_t{*number} * factor;
  if (factor == 0 || value > kMost) return {};
  return std::chrono::milliseconds(value);
}

std::string_view version_text() {
  return "servent 0.1.0";
}

}  // namespace p2p::app
