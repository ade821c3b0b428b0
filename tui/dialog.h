// Dialog: what keys mean (walk: terminal -> key() -> Request). It knows which screen the user looks
// at and what he types, chooses and filters there, and asks him before what cannot be undone; keys
// of a list become commands by the key map, and those that are not for all go to the screen's View.
// It draws nothing: Tui shows what it says. Pure, as all of tui/ but the terminal.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "servent/api/request.h"
#include "servent/api/snapshot.h"

#include "tui/desk.h"
#include "tui/frame.h"
#include "tui/key.h"
#include "tui/keymap.h"
#include "tui/prompt.h"
#include "tui/theme.h"
#include "tui/toast.h"
#include "tui/views.h"

namespace p2p::tui {

class Dialog final : private Desk {
 public:
  enum class Focus : std::uint8_t { prompt, list, filter, question, choice, typing, command };
  // What only the owner of the terminal can do.
  enum class Errand : std::uint8_t { none, redraw, suspend };

  // Both outlive this.
  Dialog(Views& views, const Keymap& keys) : views_(views), keys_(keys) {}

  // What the key asks of the program, if anything. Never destroys without a question before.
  std::optional<api::Request> key(const Key& key);
  // The same for the mouse over a zone of what was drawn; null: over nothing.
  std::optional<api::Request> mouse(const Key& key, const Zone* zone);
  // Puts the text in the prompt and runs it, as if typed.
  std::optional<api::Request> search_for(std::string_view text);
  // What became of a request; one that failed is said.
  void told(const api::Request& asked, const api::Outcome& outcome);
  // The snapshot that is shown next, and that the keys after it are about.
  void learn(const api::Snapshot& snapshot);
  void say(std::string_view text, bool until_seen = false) override;
  void tell(std::string_view news) override;
  void wear(ThemeName theme, bool motion) {
    theme_ = theme;
    motion_ = motion;
  }
  std::vector<std::string> take_news() { return std::exchange(news_, {}); }  // since the last call
  Errand take_errand() { return std::exchange(errand_, Errand::none); }
  std::string take_copied() { return std::exchange(copied_, {}); }  // empty: nothing

  Screen screen() const { return screen_; }
  View& view() { return views_.at(screen_); }
  Focus focus() const { return focus_; }
  const Prompt& prompt() const { return prompt_; }
  const Prompt& typed() const { return typed_; }  // behind typing().label
  const Prompt& command_line() const { return command_line_; }
  // The commands that begin as what is typed there.
  std::vector<std::string_view> completions() const;
  const Typing& typing() const { return typing_; }
  const Choice& choice() const { return choice_; }
  const std::optional<Question>& question() const { return question_; }
  const std::string& toast() const { return toast_.text(); }
  bool toast_moves() const { return motion_ && toast_.is_waiting(); }
  const TabCounts& counts() const { return counts_; }
  // The last key led to another list, which the next key can only work on once it was shown.
  bool is_stale() { return look() != shown_; }
  // What else the last key asks of the program; each is given out once.
  std::optional<api::Request> more();
  ThemeName theme() const { return theme_; }
  bool quit() const { return quit_; }  // the user asked to leave, and answered if transfers ran

 private:
  void offer_undo(std::string_view done, api::Request request) override;
  void copy(std::string_view text) override;
  void ask(Question question) override;
  void choose(Choice choice) override;
  void type(Typing typing) override;
  void open_prompt(std::string_view text) override;
  void also(api::Request request) override { more_.push_back(std::move(request)); }

  std::string look() { return std::string(name_of(screen_)) + view().look(); }
  void go(int to);
  void go_to(std::string_view text);
  void open_command_line();
  std::optional<api::Request> leave();
  std::optional<api::Request> undo();
  std::optional<api::Request> run_prompt();
  std::optional<api::Request> answer_key(const Key& key);
  std::optional<api::Request> prompt_key(const Key& key);
  std::optional<api::Request> choice_key(const Key& key);
  std::optional<api::Request> typing_key(const Key& key);
  void filter_key(const Key& key);
  std::optional<api::Request> command_key(const Key& key);
  std::optional<api::Request> run_command_line();
  void complete();
  void help_key(const Key& key);
  std::optional<api::Request> list_key(const Key& key);
  std::optional<api::Request> run(std::string_view command, const Key& key);
  std::optional<api::Request> sort_by(char letter);
  void wheel(int rows, const Zone* zone);
  Table* table_of(const Zone& zone);
  bool general(std::string_view command, const Key& key);
  void next_theme();
  void count(const api::Snapshot& snapshot);

  Views& views_;
  const Keymap& keys_;
  Screen screen_ = Screen::search;
  Focus focus_ = Focus::prompt;
  Prompt prompt_;
  Prompt typed_;
  Prompt command_line_;
  Errand errand_ = Errand::none;
  Typing typing_;
  Choice choice_;
  std::optional<Question> question_;
  std::deque<api::Request> more_;
  Toast toast_;
  bool online_ = false;
  bool disk_is_low_ = false;
  std::vector<std::string> news_;
  std::string copied_;
  bool motion_ = true;
  ThemeName theme_ = ThemeName::terminal;
  bool quit_ = false;
  bool transfers_ = false;
  TabCounts counts_;
  std::uint64_t log_seen_ = 0;
  std::string shown_;
};

}  // namespace p2p::tui
