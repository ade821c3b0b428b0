// The rooms of the house: which folder may include which. Reads every #include in the tree and
// fails on an arrow that is not in the table. A file that needs more is named in kExceptions, so
// that the rule stays narrow.
#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <regex>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace p2p {
namespace {

namespace fs = std::filesystem;

struct Room {
  std::string_view folder;                  // the longest one that fits a file is its room
  std::vector<std::string_view> may;        // what its "quoted" includes may begin with
  std::vector<std::string_view> libraries;  // what its <angled> ones may begin with, beside std
  bool is_pure = false;                     // no threads, no console, no clock, no chance, no OS
};

constexpr std::string_view kAnything = "*";

// Below protocols/ every folder but base is a network: it knows protocols/*.h and itself (see
// quoted_fault).
const std::vector<Room> kRooms{
    {"protocols/base", {"protocols/base/"}, {"tl/expected.hpp"}, true},
    {"protocols", {"protocols/base/"}, {"tl/expected.hpp"}, true},
    {"index", {"index/", "protocols/base/"}, {kAnything}},
    {"servent/api", {"servent/api/"}, {}},
    {"servent/net", {"servent/net/", "protocols/"}, {kAnything}},
    {"servent/transfer",
     {"servent/transfer/", "servent/net/", "servent/api/", "protocols/", "index/"},
     {kAnything}},
    {"servent/app",
     {"servent/app/", "servent/transfer/", "servent/net/", "servent/api/", "protocols/", "index/",
      "servent/filter/"},
     {kAnything}},
    {"servent/lab", {"servent/lab/", "protocols/"}, {kAnything}},
    {"servent/main.cc", {kAnything}, {kAnything}},
    {"servent/filter", {"servent/filter/", "servent/api/", "protocols/base/"}, {}, true},
    {"tui", {"tui/", "servent/api/", "servent/filter/"}, {kAnything}},
};

// One file, one include (or the beginning of it) that its room may not have. Room is left here for
// the heads of HTTP (<boost/beast/...>), in one file of protocols/.
struct Exception {
  std::string_view file;
  std::string_view include;
};
const std::vector<Exception> kExceptions{
    {"protocols/registry.cc", "protocols/"},       // the one list of networks
    {"tui/odd_name.cc", "protocols/base/file.h"},  // one idea of what an extension means
    {"servent/lab/real/agent.cc", "servent/app/control_client.h"},  // as the commands ask a node
    // A few neighbours lie in the mode itself: what each message needs is one place of memory less.
    {"protocols/gnutella/neighbours.h", "boost/container/small_vector.hpp"},
    {"servent/app/ui_loop.h", "tui/"},  // the one place where program and screen meet
    {"servent/app/ui_loop.cc", "tui/"},
    {"servent/app/welcome.cc", "tui/"},         // before there is a node
    {"servent/app/looks.h", "tui/terminal.h"},  // settings of the screen, as it takes them
    {"servent/app/log.cc", "tui/sanitize.h"},   // standard error may be a terminal
    {"servent/app/rows.cc", "tui/format.h"},    // the command line shows strangers' names and sizes
    {"servent/app/rows.cc", "tui/sanitize.h"},  // as the screen does
};

// Headers that one file only may include, whatever its room.
const std::vector<Exception> kOnlyHere{
    {"index/db.cc", "sqlite3.h"},
    {"tests/bench/raw_sqlite.h", "sqlite3.h"},
    {"tui/terminal.cc", "ncurses.h"},
    {"tui/terminal.cc", "curses.h"},
    {"tui/terminal.cc", "ncursesw/"},
    {"tui/terminal.cc", "term.h"},
    {"tui/terminal.cc", "panel.h"},
    {"protocols/deflate.cc", "zlib.h"},
    {"servent/lab/graph_file.cc", "zlib.h"},  // crawls are told packed
};

// Of a pure room: what a core cannot know or do.
constexpr std::array<std::string_view, 12> kImpure{
    "thread",  "mutex",      "shared_mutex", "condition_variable", "future", "iostream",
    "fstream", "filesystem", "stop_token",   "semaphore",          "latch",  "barrier"};

// Libraries that a room with kAnything still never has.
const std::vector<Exception> kNever{
    {"index/", "boost/"},
    {"index/", "spdlog/"},
    {"tui/", "boost/"},
    {"servent/lab/", "boost/"},
};

bool begins_with_one(std::string_view text, std::span<const std::string_view> beginnings) {
  return std::ranges::any_of(beginnings, [&](std::string_view beginning) {
    return beginning == kAnything || text.starts_with(beginning);
  });
}

const Room* room_of(std::string_view file) {
  const Room* best = nullptr;
  for (const Room& room : kRooms) {
    const bool fits = file == room.folder || (file.starts_with(room.folder) &&
                                              file.substr(room.folder.size()).starts_with('/'));
    if (fits && (best == nullptr || room.folder.size() > best->folder.size())) best = &room;
  }
  return best;
}

bool is_std(std::string_view include) {
  return std::ranges::all_of(include, [](char c) {
    return std::islower(static_cast<unsigned char>(c)) != 0 || c == '_' ||
           std::isdigit(static_cast<unsigned char>(c)) != 0;
  });
}

bool is_excepted(std::string_view file, std::string_view include) {
  return std::ranges::any_of(kExceptions, [&](const Exception& e) {
    return e.file == file && include.starts_with(e.include);
  });
}

// protocols/napster/x.cc is of the network protocols/napster/; protocols/mode.cc of none: "".
std::string_view network_of(std::string_view path) {
  constexpr std::string_view kProtocols = "protocols/";
  if (!path.starts_with(kProtocols)) return "";
  const std::size_t slash = path.find('/', kProtocols.size());
  return slash == std::string_view::npos ? "" : path.substr(0, slash + 1);
}

// Empty when the arrow is allowed, else the rule that it breaks.
std::string quoted_fault(std::string_view file, std::string_view include) {
  const Room* room = room_of(file);
  if (room == nullptr) return "is in no room";
  if (include.find('/') == std::string_view::npos) return "includes go from the root";
  if (is_excepted(file, include) || begins_with_one(include, room->may)) return "";
  if (room->folder == "protocols") {
    const std::string_view network = network_of(include);
    if (include.starts_with("protocols/") && network.empty()) return "";
    if (!network.empty() && network == network_of(file)) return "";
    return "a network knows base, protocols/*.h and itself";
  }
  return "not in the table of rooms";
}

std::string angled_fault(std::string_view file, std::string_view include) {
  const Room* room = room_of(file);
  if (room == nullptr) return "is in no room";
  bool is_kept = false;
  bool is_here = false;
  for (const Exception& only : kOnlyHere) {
    if (!include.starts_with(only.include)) continue;
    is_kept = true;
    is_here = is_here || only.file == file;
  }
  if (is_kept) return is_here ? "" : "belongs into one other file";
  if (is_excepted(file, include)) return "";
  if (std::ranges::any_of(kNever, [&](const Exception& never) {
        return file.starts_with(never.file) && include.starts_with(never.include);
      }))
    return "never in this room";
  if (room->is_pure && std::ranges::find(kImpure, include) != kImpure.end())
    return "a core has no threads, files or console";
  if (is_std(include) || begins_with_one(include, room->libraries)) return "";
  return "not a library of this room";
}

std::string without_comments(const std::string& text) {
  static const std::regex kComment(R"(//[^\n]*|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/)");
  return std::regex_replace(text, kComment, " ");
}

// Everything that is wrong with one file, as "file: what".
std::vector<std::string> faults(const std::string& file, const std::string& text) {
  static const std::regex kInclude(R"(^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">])");
  // A clock's now(); an accessor that gives out the time of the call is fine.
  static const std::regex kClockOrChance(
      R"(::[ \t]*now[ \t]*\(|\b(steady|system|high_resolution)_clock\b|\brandom_device\b)");
  std::vector<std::string> found;
  std::istringstream lines(without_comments(text));
  const Room* room = room_of(file);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_search(line, match, kInclude)) {
      const std::string include = match[2];
      const std::string fault =
          match[1] == "\"" ? quoted_fault(file, include) : angled_fault(file, include);
      if (!fault.empty()) found.push_back(file + " includes " + include + ": " + fault);
    } else if (room != nullptr && room->is_pure && std::regex_search(line, match, kClockOrChance)) {
      found.push_back(file + " has " + match.str() + ": time and chance are handed in");
    }
  }
  return found;
}

std::size_t count(const std::string& file, const std::string& text) {
  return faults(file, text).size();
}

TEST(Rooms, EveryIncludeIsAnArrowOfTheTable) {
  const fs::path root = SOURCE_DIR;
  std::size_t files = 0;
  for (const char* top : {"protocols", "index", "servent", "tui"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const std::string extension = entry.path().extension().string();
      if (!entry.is_regular_file() || (extension != ".h" && extension != ".cc")) continue;
      std::ifstream stream(entry.path());
      std::ostringstream text;
      text << stream.rdbuf();
      ++files;
      for (const std::string& fault :
           faults(entry.path().lexically_relative(root).generic_string(), text.str()))
        ADD_FAILURE() << fault;
    }
  }
  EXPECT_GT(files, 20U) << "looked in the wrong place: " << root;
}

TEST(Rooms, TheArrowsOfTheTableAreAllowed) {
  EXPECT_EQ(count("protocols/napster/server.cc",
                  "#include \"protocols/directory.h\"\n"
                  "#include \"protocols/napster/nick.h\"\n"
                  "#include \"protocols/base/ids.h\"\n"
                  "#include <vector>\n"),
            0U);
  EXPECT_EQ(count("protocols/registry.cc", "#include \"protocols/napster/server.h\""), 0U);
  EXPECT_EQ(count("index/db.cc", "#include <sqlite3.h>\n#include \"protocols/base/file.h\""), 0U);
  EXPECT_EQ(count("servent/transfer/engine.cc",
                  "#include \"index/catalog.h\"\n"
                  "#include \"servent/net/node.h\""),
            0U);
  EXPECT_EQ(count("servent/net/node.cc", "#include <boost/asio/post.hpp>"), 0U);
  EXPECT_EQ(count("protocols/deflate.cc", "#include <zlib.h>"), 0U);
  EXPECT_EQ(count("tui/terminal.cc", "#include <ncurses.h>\n#include <term.h>"), 0U);
  EXPECT_EQ(count("servent/app/ui_loop.cc", "#include \"tui/tui.h\""), 0U);
}

TEST(Rooms, AnArrowBackIsRefused) {
  EXPECT_EQ(count("protocols/base/ids.h", "#include \"protocols/mode.h\""), 1U);
  EXPECT_EQ(count("protocols/napster/server.cc", "#include \"servent/net/node.h\""), 1U);
  EXPECT_EQ(count("index/catalog.cc", "#include \"protocols/mode.h\""), 1U);
  EXPECT_EQ(count("index/catalog.cc", "#include \"servent/api/snapshot.h\""), 1U);
  EXPECT_EQ(count("servent/net/node.cc", "#include \"index/catalog.h\""), 1U);
  EXPECT_EQ(count("servent/net/node.cc", "#include \"servent/transfer/engine.h\""), 1U);
  EXPECT_EQ(count("servent/transfer/engine.cc", "#include \"servent/app/app.h\""), 1U);
  EXPECT_EQ(count("servent/api/snapshot.h", "#include \"protocols/base/ids.h\""), 1U);
  EXPECT_EQ(count("servent/app/app.cc", "#include \"servent/lab/world.h\""), 1U);
  EXPECT_EQ(count("servent/app/app.cc", "#include \"tui/tui.h\""), 1U);
  EXPECT_EQ(count("servent/lab/world.cc", "#include \"index/catalog.h\""), 1U);
  EXPECT_EQ(count("tui/tui.cc", "#include \"protocols/base/ids.h\""), 1U);
}

TEST(Rooms, NetworksDoNotKnowEachOther) {
  EXPECT_EQ(count("protocols/napster/client.cc", "#include \"protocols/transfer/ranges.h\""), 1U);
  EXPECT_EQ(count("protocols/transfer/giver.cc", "#include \"protocols/napster/message.h\""), 1U);
  EXPECT_EQ(count("protocols/mode.cc", "#include \"protocols/napster/server.h\""), 1U);
}

TEST(Rooms, LibrariesStayInTheirFile) {
  EXPECT_EQ(count("index/catalog.cc", "#include <sqlite3.h>"), 1U);
  EXPECT_EQ(count("protocols/gnutella/frames.cc", "#include <zlib.h>"), 1U);
  EXPECT_EQ(count("tui/tui.cc", "#include <ncurses.h>"), 1U);
  EXPECT_EQ(count("servent/app/ui_loop.cc", "#include <term.h>"), 1U);
  EXPECT_EQ(count("protocols/napster/client.cc", "#include <boost/asio/post.hpp>"), 1U);
  EXPECT_EQ(count("protocols/napster/client.cc", "#include <spdlog/spdlog.h>"), 1U);
  EXPECT_EQ(count("protocols/napster/client.cc", "#include <sys/socket.h>"), 1U);
  EXPECT_EQ(count("index/hasher.cc", "#include <boost/asio/post.hpp>"), 1U);
  EXPECT_EQ(count("tui/tui.cc", "#  include <boost/asio/post.hpp>"), 1U);
  EXPECT_EQ(count("servent/api/request.h", "#include <nlohmann/json.hpp>"), 1U);
}

TEST(Rooms, ACoreHasNoThreadsClockOrChance) {
  for (const char* header : {"thread", "mutex", "iostream"})
    EXPECT_EQ(count("protocols/mode.cc", "#include <" + std::string(header) + ">"), 1U) << header;
  EXPECT_EQ(count("protocols/mode.cc", "auto t = std::chrono::steady_clock::now();"), 1U);
  EXPECT_EQ(count("protocols/napster/x.cc", "std::random_device seed;"), 1U);
  EXPECT_EQ(count("protocols/mode.h", "// it has no now()\n/* nor a\n random_device */"), 0U);
  EXPECT_EQ(count("protocols/mode.cc", "const Time at = cx.now; out(to.now());"), 0U);
  EXPECT_EQ(count("servent/net/node.cc", "auto t = clock::now();"), 0U);
}

TEST(Rooms, AFileOutsideARoomAndARelativeIncludeAreRefused) {
  EXPECT_EQ(count("servent/extra/x.cc", "#include <vector>"), 1U);
  EXPECT_EQ(count("tui/tui.cc", "#include \"surface.h\""), 1U);
  EXPECT_EQ(count("tui/tui.cc", "// #include \"protocols/mode.h\""), 0U);
}

}  // namespace
}  // namespace p2p
