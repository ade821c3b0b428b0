// The screen: keys in, requests out, snapshots drawn. Pure: no clock, no socket, no terminal; time
// comes as a value of the snapshot. Walk: terminal -> key() -> Request -> Backend -> show().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "servent/api/backend.h"
#include "servent/api/request.h"
#include "servent/api/snapshot.h"

#include "tui/dialog.h"
#include "tui/key.h"
#include "tui/keymap.h"
#include "tui/surface.h"
#include "tui/theme.h"

namespace p2p::tui {

class Tui {
 public:
  struct Options {
    Looks looks;
    std::int32_t seconds_east_of_utc = 0;   // for the times of the log
    ThemeName theme = ThemeName::terminal;  // at first
  };
  explicit Tui(Options options, Keymap keys = Keymap());
  ~Tui();
  Tui(const Tui&) = delete;
  Tui& operator=(const Tui&) = delete;
  Tui(Tui&&) = delete;
  Tui& operator=(Tui&&) = delete;

  // What the key asks of the program, if anything. Never destroys without a question before.
  std::optional<api::Request> key(const Key& key);
  // What else the last key asks; ask until there is nothing more.
  std::optional<api::Request> more();
  // What became of what was asked.
  void told(const api::Request& asked, const api::Outcome& outcome);
  // Draws; the surface is lent until the next call. The snapshot is not kept; one with the same
  // revision as the last has the same rows.
  const Surface& show(const api::Snapshot& snapshot, int width, int height);
  // The last key led to another list, which the next key can only work on once it was shown.
  bool is_stale() const;
  std::uint32_t wanted_search() const;  // whose results the next snapshot should carry; 0: newest
  void toast(std::string_view text);    // shown for 4 s of snapshot time
  // Puts the text in the prompt and runs it, as if typed.
  std::optional<api::Request> type_search(std::string_view text);
  // A shared folder that was drawn and is to be asked for, each once; what is in it.
  std::optional<std::string> take_wanted_folder();
  void learn(api::Listing listing);
  bool take_wants_hosts();  // they were drawn and are to be asked for, once until they are learnt
  void learn(api::HostList list);
  bool wants_tick() const;  // something on the screen moves by itself: call show() each second
  // What happened, and what is to be copied, since the last call; bytes as strangers sent them.
  std::vector<std::string> take_news();
  std::string take_copied();
  // What the last key asked of the owner of the terminal.
  Dialog::Errand take_errand();
  ThemeName theme() const;  // that the user wants
  // How lists are ordered and grouped, for the next start, and from the last one. False: some of
  // it makes no sense and is passed over.
  std::string habits() const;
  bool take_habits(std::string_view text);
  bool quit() const;  // the user asked to leave, and answered if transfers ran

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace p2p::tui
