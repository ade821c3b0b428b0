// What stands on the hint line for a while: an answer to a key at once, news at most once a second,
// the newest of them. Time is that of the snapshots.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "servent/api/request.h"
#include "servent/api/snapshot.h"

namespace p2p::tui {

class Toast {
 public:
  // Until 4 s are over; with `until_seen`, until moved().
  void say(std::string_view text, bool until_seen = false);
  void tell(std::string_view news);
  // Shown, and for 10 s undo() gives the request that takes back what was done.
  void offer_undo(std::string_view text, api::Request request);
  std::optional<api::Request> undo();

  void learn(api::Millis now, bool motion);  // without motion a toast does not go by itself
  void key(bool motion);                     // the user pressed one
  void moved();                              // to another screen
  const std::string& text() const { return text_; }
  bool is_waiting() const { return !text_.empty() || !next_.empty(); }

 private:
  void show(std::string_view text, api::Millis lasts);
  std::string text_;
  std::string next_;       // news that came too soon after the last
  api::Millis from_ = -1;  // unknown until the first snapshot that shows it
  api::Millis lasts_ = 0;
  bool until_seen_ = false;
  bool is_news_ = false;
  std::optional<api::Request> undo_;
  api::Millis undo_from_ = -1;
};

}  // namespace p2p::tui
