// Dialog: what keys mean (walk: terminal -> key() -> Request). It knows which screen the user looks
// at and what he types, chooses and filters there, and asks him before what cannot be undone; keys
// of a list become commands by the key map, and those that are not for all go to the screen's View.
// It draws nothing: Tui shows what it says. Pure, as all of tui/ but the terminal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "servent/api/request.h"
#include "servent/api/snapshot.h"

#include "tui/desk.h"
#include "tui/frame.h"
#include "tui/key.h"
#include "tui/keymap.h"
#include "tui/prompt.h"
#include "tui/theme.h"
#include "tui/views.h"

namespace p2p::tui {

class Dialog final : private Desk {
 public:
  enum class Focus : std::uint8_t { prompt, list, filter, question, choice, typing };

  // Both outlive this.
  Dialog(Views& views, const Keymap& keys) : views_(views), keys_(keys) {}

  // What the key asks of the program, if anything. Never destroys without a question before.
  std::optional<api::Request> key(const Key& key);
  // The same for the mouse over a zone of what was drawn; null: over nothing.
  std::optional<api::Request> mouse(const Key& key, const Zone* zone);
  // Puts the text in the prompt and runs it, as if typed.
  std::optional<api::Request> search_for(std::string_view text);
  // The snapshot that is shown next, and that the keys after it are about.
  void learn(const api::Snapshot& snapshot);
  void say(std::string_view text, bool until_seen = false) override;
  void wear(ThemeName theme) { theme_ = theme; }

  Screen screen() const { return screen_; }
  View& view() { return views_.at(screen_); }
  Focus focus() const { return focus_; }
  const Prompt& prompt() const { return prompt_; }
  const Prompt& typed() const { return typed_; }  // behind typing().label
  const Typing& typing() const { return typing_; }
  const Choice& choice() const { return choice_; }
  const std::optional<Question>& question() const { return question_; }
  const std::string& toast() const { return toast_; }
  const TabCounts& counts() const { return counts_; }
  // The last key led to another list, which the next key can only work on once it was shown.
  bool is_stale() { return look() != shown_; }
  ThemeName theme() const { return theme_; }
  bool quit() const { return quit_; }  // the user asked to leave, and answered if transfers ran

 private:
  void ask(Question question) override;
  void choose(Choice choice) override;
  void type(Typing typing) override;
  void open_prompt(std::string_view text) override;

  std::string look() { return std::string(name_of(screen_)) + view().look(); }
  void go(int to);
  std::optional<api::Request> leave();
  std::optional<api::Request> run_prompt();
  std::optional<api::Request> answer_key(const Key& key);
  std::optional<api::Request> prompt_key(const Key& key);
  std::optional<api::Request> choice_key(const Key& key);
  std::optional<api::Request> typing_key(const Key& key);
  void filter_key(const Key& key);
  void help_key(const Key& key);
  std::optional<api::Request> list_key(const Key& key);
  std::optional<api::Request> run(std::string_view command, const Key& key);
  std::optional<api::Request> sort_by(char letter);
  void wheel(int rows, const Zone* zone);
  bool general(std::string_view command, const Key& key);
  void next_theme();
  void count(const api::Snapshot& snapshot);

  Views& views_;
  const Keymap& keys_;
  Screen screen_ = Screen::search;
  Focus focus_ = Focus::prompt;
  Prompt prompt_;
  Prompt typed_;
  Typing typing_;
  Choice choice_;
  std::optional<Question> question_;
  std::string toast_;
  api::Millis toast_from_ = -1;  // unknown until the first snapshot that shows it
  bool toast_until_seen_ = false;
  ThemeName theme_ = ThemeName::terminal;
  bool quit_ = false;
  bool transfers_ = false;
  TabCounts counts_;
  std::uint64_t log_seen_ = 0;
  std::string shown_;
};

}  // namespace p2p::tui
