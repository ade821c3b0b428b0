// Dialog: what keys mean (walk: terminal -> key() -> Request). It knows which screen and which list
// the user looks at, what he types, sorts and filters there, and asks him before what cannot be
// undone. It draws nothing: Tui shows what it says. Pure, as all of tui/ but the terminal.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "servent/api/request.h"
#include "servent/api/snapshot.h"

#include "tui/frame.h"
#include "tui/key.h"
#include "tui/keymap.h"
#include "tui/prompt.h"
#include "tui/table.h"
#include "tui/view.h"

namespace p2p::tui {

class LogView;

class Dialog {
 public:
  enum class Focus : std::uint8_t { prompt, list, filter, question, sort, limits };

  // Where the user is in one list: kept while he looks elsewhere.
  struct Place {
    Table table;
    Prompt filter;
  };

  // Asked before what cannot be undone; the name is cut where there is no room, the rest is not.
  struct Question {
    std::string before, name, after;
    api::Request if_yes;
  };

  // `log` outlives this; it knows which of the lines shown are errors.
  explicit Dialog(const LogView& log) : log_(log) {}

  // What the key asks of the program, if anything. Never destroys without a question before.
  std::optional<api::Request> key(const Key& key);
  // Puts the text in the prompt and runs it, as if typed.
  std::optional<api::Request> search_for(std::string_view text);
  // The snapshot that is shown next, and that the keys after it are about.
  void learn(const api::Snapshot& snapshot);
  void say(std::string_view text);  // a toast, for 4 s of snapshot time

  Screen screen() const { return screen_; }
  Screen before_help() const { return before_help_; }
  int& help_scroll() { return help_scroll_; }  // drawing the help keeps it within its lines
  Focus focus() const { return focus_; }
  const Prompt& prompt() const { return prompt_; }
  const Prompt& limits() const { return limits_; }
  const std::optional<Question>& question() const { return question_; }
  const std::string& toast() const { return toast_; }
  Place& place() {
    return screen_ == Screen::search ? searched_[wanted_]
                                     : places_[static_cast<std::size_t>(screen_)];
  }
  Table& table() { return place().table; }
  Order order() const { return screen_ == Screen::search ? search_order_ : download_order_; }
  api::LogLevel log_level() const { return log_level_; }
  const TabCounts& counts() const { return counts_; }
  std::uint32_t wanted_search() const { return wanted_; }  // 0: the newest
  // The last key led to another list, which the next key can only work on once it was shown.
  bool is_stale() { return list() != shown_; }
  bool quit() const { return quit_; }  // the user asked to leave, and answered if transfers ran

 private:
  // What keys need of a row.
  struct Download {
    std::uint32_t id = 0;
    api::DownloadState state = api::DownloadState::waiting;
    std::string name;
    std::uint64_t have_bytes = 0;
    api::Priority priority = api::Priority::normal;
    bool in_order = false;
  };
  struct Upload {
    std::uint32_t id = 0;
    std::string user;
  };
  // Which list is seen, and how.
  struct List {
    Screen screen = Screen::search;
    std::uint32_t search = 0;
    std::string filter;
    Order order;
    api::LogLevel level = api::LogLevel::info;
    bool operator==(const List&) const = default;
  };

  List list() { return {screen_, wanted_, place().filter.text(), order(), log_level_}; }
  void go(int to);
  void open_prompt(std::string_view text);
  std::optional<api::Request> leave();
  std::optional<api::Request> ask(Question asked);
  std::optional<api::Request> run_prompt();
  std::optional<api::Request> answer_key(const Key& key);
  std::optional<api::Request> prompt_key(const Key& key);
  void filter_key(const Key& key);
  void sort_key(const Key& key);
  void help_key(const Key& key);
  std::optional<api::Request> list_key(const Key& key);
  std::optional<api::Request> screen_key(const Key& key);
  std::optional<api::Request> search_key(const Key& key);
  std::optional<api::Request> download_key(const Key& key);
  std::optional<api::Request> change_key(const Key& key, const Download& row);
  std::optional<api::Request> upload_key(const Key& key);
  std::optional<api::Request> limits_key(const Key& key);
  void log_key(const Key& key);
  void note_downloads(const api::Snapshot& snapshot);

  const LogView& log_;
  Screen screen_ = Screen::search;
  Screen before_help_ = Screen::search;
  Focus focus_ = Focus::prompt;
  Prompt prompt_;
  Prompt limits_;  // "100K 2M": up, down; on the screen of downloads "100K": of limited_
  std::uint32_t limited_ = 0;
  std::array<Place, 7> places_;
  std::map<std::uint32_t, Place> searched_;  // one a search; 0 before the first
  Order search_order_{'c', false};
  Order download_order_{'t', false};
  api::LogLevel log_level_ = api::LogLevel::info;
  int help_scroll_ = 0;
  std::uint32_t wanted_ = 0;
  std::optional<Question> question_;
  std::string toast_;
  api::Millis toast_from_ = -1;  // unknown until the first snapshot that shows it
  bool quit_ = false;

  std::vector<api::SearchRow> searches_;
  std::vector<Download> downloads_;
  std::vector<Upload> uploads_;
  bool seen_any_ = false;
  bool transfers_ = false;
  TabCounts counts_;
  std::uint64_t log_seen_ = 0;
  List shown_;
};

}  // namespace p2p::tui
