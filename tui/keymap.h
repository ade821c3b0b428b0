// One table of keys: what a key does, the hint line, the help screen, the command line and the
// manual page are all made from it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tui/key.h"

namespace p2p::tui {

enum class Screen : std::uint8_t { search, downloads, uploads, shares, network, log, help };
constexpr std::array<std::string_view, 7> kScreenNames{"Search",  "Downloads", "Uploads", "Shares",
                                                       "Network", "Log",       "Help"};
constexpr std::string_view name_of(Screen screen) {
  return kScreenNames[static_cast<std::size_t>(screen)];
}

struct Binding {
  std::string_view where;  // a screen's name, or "all"
  std::string_view keys;   // names of keys with a blank between them, as key_text() says them
  std::string_view command;
  // Sentences of KeyWords:
  std::string_view hint;   // on the hint line; empty: only on the help screen
  std::string_view words;  // on the help screen
};

// In the order of the hint line. A command that two screens have does the same kind of thing.
constexpr std::array kKeymap{
    Binding{"Search", "Enter", "get", "download",
            "download from all its sources, or all that is marked; opens a group"},
    Binding{"Search", "/", "filter", "filter",
            "filter: words -not a|b \"free jazz\" size>1M src>2 rate>100K ext:flac type:audio "
            "user:x have:no slot:yes"},
    Binding{"Search", "Space", "mark", "mark", "mark; {get} then takes all that is marked"},
    Binding{"Search", "s", "sort", "sort",
            "sort: n name, s size, c sources, r rate, t type, d digest"},
    Binding{"Search", "g", "group", "group",
            "group: d digest, f folder, u user, n none; g first row"},
    Binding{"Search", "n", "new-search", "new search", "new search"},
    Binding{"Search", "w", "wish", "wish",
            "keep it as a wish, with its filter: it asks again by itself"},
    Binding{"Search", "W", "fetching-wish", "",
            "a wish that fetches the first file with a digest and two sources"},
    Binding{"Search", "Right l", "open", "", "show the sources of a file, or what is in a group"},
    Binding{"Search", "Left h", "close", "", "close it again"},
    Binding{"Search", "+", "add-sources", "", "add all its sources to its download"},
    Binding{"Search", "y", "copy-link", "", "copy a link to the file"},
    Binding{"Search", "i", "ignore", "", "ignore this user: his files are not shown"},
    Binding{"Search", "I", "show-ignored", "", "show ignored users again"},
    Binding{"Search", ".", "repeat", "again", "search again"},
    Binding{"Search", "[", "previous-search", "", "previous search"},
    Binding{"Search", "]", "next-search", "", "next search"},
    Binding{"Search", "X", "close-search", "close", "close this search"},
    Binding{"Search", "N", "edit-search", "", "new search, from the words of this one"},
    Binding{"Downloads", "p", "pause", "pause/go", "pause, or go on"},
    Binding{"Downloads", "r", "retry", "retry now", "try again now"},
    Binding{"Downloads", "x", "cancel", "cancel", "cancel and delete what has arrived (asks)"},
    Binding{"Downloads", "f", "find-sources", "find sources", "ask the networks for more sources"},
    Binding{"Downloads", "+", "raise", "{lower} priority",
            "higher priority: its turn comes sooner"},
    Binding{"Downloads", "-", "lower", "", "lower priority: its turn comes later"},
    Binding{"Downloads", "J", "move-down", "{move-up} move", "down in the order of turns"},
    Binding{"Downloads", "K", "move-up", "", "up in the order of turns"},
    Binding{"Downloads", "o", "in-order", "", "its first bytes first, or the rarest parts"},
    Binding{"Downloads", "l", "limit", "", "how fast it may come: 100K, 2M, 0 for no limit"},
    Binding{"Downloads", "c", "clear", "clear done",
            "take what is over from the list; deletes no file"},
    Binding{"Downloads", "s", "sort", "sort",
            "sort: t state, n name, s size, p progress, r rate, o order of turns"},
    Binding{"Uploads", "l", "limits", "limits",
            "how fast all may go: up, down; 100K, 2M, 0 for no limit"},
    Binding{"Uploads", "x", "end-upload", "end", "break it off, or take it from the queue (asks)"},
    Binding{"Uploads", "b", "block-user", "block user", "give this user nothing more (asks)"},
    Binding{"Uploads", "B", "unblock-user", "", "give to a blocked user again"},
    Binding{"Uploads", "J", "move-down", "{move-up} move", "down in the queue"},
    Binding{"Uploads", "K", "move-up", "", "up in the queue"},
    Binding{"Uploads", "u", "limit-upload", "limit this", "how fast this one may go"},
    Binding{"Uploads", "S", "slots", "slots", "how many uploads at once"},
    Binding{"Uploads", "Right Left", "other-pane", "", "to the other list: who runs, who waits"},
    Binding{"Shares", "a", "add-folder", "add folder", "share one more folder"},
    Binding{"Shares", "d", "stop-sharing", "stop sharing", "take the folder back (asks)"},
    Binding{"Shares", "r", "skipped", "skipped", "what could not be shared, and why"},
    Binding{"Shares", "l Right Enter", "open", "", "open the folder; then to its files"},
    Binding{"Shares", "h Left", "close", "", "close the folder; back to the folders"},
    Binding{"Shares", "R", "rescan", "look again", "look through the folders again"},
    Binding{"Network", "c", "connect", "connect to", "call a host by its address"},
    Binding{"Network", "x", "drop-peer", "drop", "end this link; it may come again"},
    Binding{"Network", "b", "ban-host", "ban", "no more of this address (asks)"},
    Binding{"Network", "B", "unban-host", "", "let a banned address in again"},
    Binding{"Network", "m", "switch-mode", "switch mode", "be in other networks"},
    Binding{"Network", "H", "host-cache", "host cache",
            "hosts heard of; c connects, Esc goes back"},
    Binding{"Network", "T", "traffic-table", "traffic table",
            "all that the network counts, with rates"},
    Binding{"Log", "L", "level", "level", "from which level on: debug, info, warn, error"},
    Binding{"Log", "e", "next-error", "next error", "to the next older error"},
    Binding{"Log", "F", "follow", "follow", "to the newest line, and stay there"},
    Binding{"all", "/", "filter", "filter",
            "filter this list while typing; Enter keeps, Esc clears"},
    Binding{"all", "q", "quit", "quit", "quit; asks if transfers run"},
    Binding{"all", "1-7", "screen", "", "screens"},
    Binding{"all", "Tab", "next-screen", "", "next screen"},
    Binding{"all", "Shift-Tab", "previous-screen", "", "previous screen"},
    Binding{"all", "j Down", "down", "", "row down"},
    Binding{"all", "k Up", "up", "", "row up"},
    Binding{"all", "Ctrl-D", "half-down", "", "half a page down"},
    Binding{"all", "Ctrl-U", "half-up", "", "half a page up"},
    Binding{"all", "PgDn", "page-down", "", "a page down"},
    Binding{"all", "PgUp", "page-up", "", "a page up"},
    Binding{"all", "g Home", "first", "", "first row"},
    Binding{"all", "G End", "last", "", "last row"},
    Binding{"all", ":", "command-line", "", "a command by its name; Tab completes"},
    Binding{"all", "u", "undo", "", "take back what was just done, for 10 s"},
    Binding{"all", "t", "theme", "", "next theme: other colours"},
    Binding{"all", "Esc", "back", "", "leave a prompt, a filter, a question, the help"},
    Binding{"all", "Ctrl-L", "redraw", "", "draw the screen again"},
    Binding{"all", "D", "detach", "", "leave the screen, keep the node running"},
    Binding{"all", "Ctrl-Z", "suspend", "", "to the shell; fg comes back"},
    Binding{"all", "Ctrl-C", "leave", "", "quit; a second one at once"},
    Binding{"all", "? F1", "help", "help", "this. Type to find a key"},
};
static_assert(std::ranges::none_of(kKeymap, [](const Binding& key) { return key.words.empty(); }),
              "a key without words");

// How a key is written in the table: "a", "Space", "Ctrl-D", "PgDn", "F1"; empty for a paste.
std::string key_text(const Key& key);

// What a user's file says about a command.
struct Rebinding {
  std::string where;  // a screen's name; empty: wherever the command is
  std::string command;
  std::vector<std::string> keys;
  std::size_t line = 0;  // of the file, from 1
};

// The table as it holds for this user.
class Keymap {
 public:
  Keymap();  // as shipped
  ~Keymap() = default;
  Keymap(const Keymap&) = delete;
  Keymap& operator=(const Keymap&) = delete;
  Keymap(Keymap&&) = default;
  Keymap& operator=(Keymap&&) = default;

  // Empty, or "LINE: what is wrong": an unknown name, or a key that would do two things.
  std::string rebind(const std::vector<Rebinding>& wanted);

  // What a key does on a screen; empty: nothing. The keys of a screen come before those for all.
  std::string_view command(Screen here, const Key& key) const;
  std::span<const Binding> bindings() const { return bindings_; }
  // The first key of a command as the user of this screen has it; ":command", which is what he can
  // type, where it has none.
  std::string key_of(Screen here, std::string_view command) const;
  // The commands that can be given on a screen, sorted.
  std::vector<std::string_view> commands(Screen here) const;

 private:
  std::string rebind_one(const Rebinding& wanted);
  std::string conflict_of(std::size_t changed) const;
  std::vector<Binding> bindings_;
  std::vector<std::size_t> lines_;  // of the bindings: where the file says so; 0: as shipped
  std::deque<std::string> words_;   // that changed bindings lend: it moves none of them
};

// Sentences of one screen that name keys: "{clear} takes it away" is "c takes it away", or whatever
// key the user has for it. Of a command that is not of this screen it is the key on its own one.
// Only for words of ours: what strangers wrote may have braces in it.
class KeyWords {
 public:
  KeyWords(const Keymap& keys, Screen here) : keys_(&keys), here_(here) {}
  std::string operator()(std::string_view sentence) const;

 private:
  const Keymap* keys_;  // outlives it
  Screen here_;
};

}  // namespace p2p::tui
