#include "tui/keymap.h"

namespace p2p::tui {

namespace {

// Is `key` one of the names in `keys`, or a digit in a range like 1-7 there?
bool is_among(std::string_view keys, std::string_view key) {
  while (!keys.empty()) {
    const std::size_t end = std::min(keys.find(' '), keys.size());
    const std::string_view name = keys.substr(0, end);
    if (name == key) return true;
    const bool is_range = name.size() == 3 && name[1] == '-' && key.size() == 1;
    if (is_range && key[0] >= name[0] && key[0] <= name[2]) return true;
    keys.remove_prefix(std::min(end + 1, keys.size()));
  }
  return false;
}

}  // namespace

std::string key_text(const Key& key) {
  switch (key.name) {
    case KeyName::text: break;
    case KeyName::enter: return "Enter";
    case KeyName::escape: return "Esc";
    case KeyName::tab: return "Tab";
    case KeyName::back_tab: return "Shift-Tab";
    case KeyName::backspace: return "Backspace";
    case KeyName::del: return "Del";
    case KeyName::up: return "Up";
    case KeyName::down: return "Down";
    case KeyName::left: return "Left";
    case KeyName::right: return "Right";
    case KeyName::home: return "Home";
    case KeyName::end: return "End";
    case KeyName::page_up: return "PgUp";
    case KeyName::page_down: return "PgDn";
    case KeyName::f1: return "F1";
    case KeyName::press:
    case KeyName::double_press:
    case KeyName::wheel_up:
    case KeyName::wheel_down:
    case KeyName::paste:
    case KeyName::unknown: return "";
  }
  if (!key.ctrl) return key.text == " " ? "Space" : key.text;
  std::string letter = key.text;
  if (letter.size() == 1 && letter[0] >= 'a' && letter[0] <= 'z')
    letter[0] = static_cast<char>(letter[0] - 'a' + 'A');
  return "Ctrl-" + letter;
}

Keymap::Keymap() : bindings_(kKeymap.begin(), kKeymap.end()) {}

std::string_view Keymap::command(Screen here, const Key& key) const {
  const std::string text = key_text(key);
  if (text.empty()) return {};
  for (const std::string_view where : {name_of(here), std::string_view("all")})
    for (const Binding& binding : bindings_)
      if (binding.where == where && is_among(binding.keys, text)) return binding.command;
  return {};
}

}  // namespace p2p::tui
