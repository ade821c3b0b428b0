// Desk: what a screen may ask of the Dialog when a command comes: to say something, to ask before
// what cannot be undone, to let the user choose or type.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "servent/api/request.h"

namespace p2p::tui {

// Asked before what cannot be undone; the name is cut where there is no room, the rest is not.
struct Question {
  std::string before, name, after;
  api::Request if_yes;
};

// One key more: "sort by: n name  s size". Another key than these leaves it.
struct Choice {
  std::string words;
  std::string letters;
  std::function<std::optional<api::Request>(char letter)> chosen;
};

// One line more, behind its label; Enter takes it, Esc leaves it.
struct Typing {
  std::string label;
  std::string text;  // that is there at first
  std::function<std::optional<api::Request>(const std::string& text)> typed;
};

class Desk {
 public:
  // On the hint line for 4 s of snapshot time; with `until_seen`, until another screen is opened.
  virtual void say(std::string_view text, bool until_seen = false) = 0;
  // Of what happened, not of what was asked for: shown at most once a second, logged, told to a
  // user who looks elsewhere.
  virtual void tell(std::string_view news) = 0;
  // Says what was done; for 10 s a key takes it back with the request.
  virtual void offer_undo(std::string_view done, api::Request request) = 0;
  virtual void copy(std::string_view text) = 0;  // where the user can paste it; says so
  virtual void ask(Question question) = 0;
  virtual void choose(Choice choice) = 0;
  virtual void type(Typing typing) = 0;
  virtual void open_prompt(std::string_view text) = 0;  // words of a search
  // Asked of the program after what the command returns.
  virtual void also(api::Request request) = 0;

 protected:
  ~Desk() = default;
};

}  // namespace p2p::tui
