// The Help screen: the keys of the screen it was opened from, those that work everywhere, and the
// signs; narrowed by what is typed.
#pragma once

#include <string>

#include "tui/keymap.h"
#include "tui/view.h"

namespace p2p::tui {

class HelpView final : public View {
 public:
  explicit HelpView(const Keymap& keys) : View({keys, Screen::help}), keymap_(keys) {}

  void open(Screen from);  // at its top, with nothing typed
  Screen from() const { return from_; }
  // "down", "page-up" and so on move the lines; false: the command is another one.
  bool scroll(std::string_view command);
  // Two columns from 90 cells on, else one after the other.
  void draw(Surface& out, const Layout& at, const api::Snapshot& snapshot) override;

 private:
  const Keymap& keymap_;
  Screen from_ = Screen::search;
  int scroll_ = 0;  // lines above; brought back into what there is by draw()
};

}  // namespace p2p::tui
