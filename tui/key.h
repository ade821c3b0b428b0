// One thing a user typed, as the terminal's bytes were understood (tui/key_decoder) and as the
// screen takes it (tui/tui.h). Text is one UTF-8 character, or a whole paste.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace p2p::tui {

enum class KeyName : std::uint8_t {
  text,
  paste,
  enter,
  escape,
  tab,
  back_tab,
  backspace,
  del,
  up,
  down,
  left,
  right,
  home,
  end,
  page_up,
  page_down,
  f1,
  press,         // the left button of the mouse goes down
  double_press,  // twice in the same place: both are told
  wheel_up,
  wheel_down,
  answer,  // of the terminal to a question of ours; `text` is what stands behind its Esc
  unknown
};

struct Key {
  KeyName name = KeyName::text;
  std::string text;    // for text and paste; not yet sanitised
  bool ctrl = false;   // with text in lower case: Ctrl-C is {text, "c", true}
  int x = -1, y = -1;  // of the mouse: the cell, from 0

  bool is_mouse() const { return name >= KeyName::press && name <= KeyName::wheel_down; }

  bool is(std::string_view letter) const {
    return name == KeyName::text && !ctrl && text == letter;
  }
  bool is_ctrl(std::string_view letter) const {
    return name == KeyName::text && ctrl && text == letter;
  }
  bool operator==(const Key&) const = default;
};

}  // namespace p2p::tui
