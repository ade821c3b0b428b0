// The command line: what was asked, and the settings it names over those of the file. The commands
// and options are those of --help; they are promised to stay.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/result.h"

#include "servent/app/settings.h"

namespace p2p::app {

enum class Command : std::uint8_t {
  run,
  attach,
  search,
  browse,
  get,
  status,
  peers,
  share,
  unshare,
  shares,
  downloads,
  uploads,
  pause,
  resume,
  cancel,
  retry,
  end_upload,  // uploads cancel
  change,      // downloads limit, priority and order, and limit --download
  move,        // downloads move
  limit,
  connect,
  drop_peer,  // peers drop
  ban_host,   // peers ban, unban
  unban_host,
  hosts,          // peers known
  unwanted,       // banned
  drop_unwanted,  // banned remove
  mode,
  wish,
  add_wish,  // wish add, remove and see
  drop_wish,
  see_wish,
  log,
  config,
  completion,
  man,
  quit,
  version,
  help,
  wrong_usage
};

struct Invocation {
  Command command = Command::run;
  Settings settings;
  std::set<std::string> given;     // long names of the options that were on the line: "mode"
  std::vector<std::string> words;  // search and wish add WORDS; mode M
  std::vector<std::string> links;  // get LINK
  std::vector<std::uint32_t> ids;  // pause, resume, cancel, retry, uploads cancel, wish see ID ...
  std::string share_path;          // share and unshare DIR, made absolute
  std::string endpoint;            // connect, peers drop and ban HOST:PORT
  std::string user;                // browse USER
  std::optional<std::chrono::milliseconds> wait;  // empty: the command's own
  std::optional<std::uint32_t> limit;             // rows of a search or browse; empty: no limit
  // That these rows, or the news of a wish, must pass; empty: all do.
  std::string filter;
  std::string group;  // wish add: "folder", "user", "none"; empty: by digest
  // limit: what is to be set. Bytes a second; with an upload they are its own.
  std::optional<std::uint64_t> up;
  std::optional<std::uint64_t> down;
  std::optional<std::uint32_t> upload;
  std::optional<std::uint32_t> slots;
  std::optional<std::uint32_t> per_user;
  std::optional<std::uint32_t> queue;
  // change: what is to be set; move: where to.
  std::optional<std::uint64_t> rate;
  std::string priority;
  std::string where;
  std::optional<bool> in_order;  // of get too
  bool defaults = false;         // config: a servent.toml of the defaults
  bool json = false;
  bool trace = false;     // search: draw its way through the nodes whose homes lie beside this one
  bool follow = false;    // log
  bool download = false;  // wish add
  std::string shell;      // completion
  // What to print: the text of help and version, else one line about the wrong usage (exit 2).
  std::string message;
};

// Never prints and never exits. Settings hold the command line only: load_config goes below them.
Invocation parse(int argc, const char* const* argv);

// "10s", "500ms", "2m", "1h"; a bare number is seconds. At most a week.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

// The program's name and version: "servent 0.1.0".
std::string_view version_text();

}  // namespace p2p::app
