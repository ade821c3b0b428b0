#include "tui/keymap.h"

namespace p2p::tui {

namespace {

// Their keys are known before there is a key map, or mean something by themselves.
constexpr std::array<std::string_view, 5> kFixed{"screen", "back", "redraw", "suspend", "leave"};

// The names of single keys in "j Down"; "1-7" is one.
std::vector<std::string_view> parts(std::string_view keys) {
  std::vector<std::string_view> all;
  while (!keys.empty()) {
    const std::size_t end = std::min(keys.find(' '), keys.size());
    if (end > 0) all.push_back(keys.substr(0, end));
    keys.remove_prefix(std::min(end + 1, keys.size()));
  }
  return all;
}

bool is_key_name(std::string_view name) {
  if (name.starts_with("Ctrl-")) return name.size() == 6 && name[5] >= 'A' && name[5] <= 'Z';
  if (name.empty()) return false;
  const auto lead = static_cast<unsigned char>(name[0]);
  const std::size_t one = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (name.size() == one) return lead > ' ' && lead != 0x7f;
  for (int key = 0; key < static_cast<int>(KeyName::unknown); ++key)
    if (key_text({static_cast<KeyName>(key), " ", false}) == name) return true;
  return false;
}

bool meet(std::string_view a, std::string_view b) {
  return a == b || a == "all" || b == "all";
}

// Is `key` one of the names in `keys`, or a digit in a range like 1-7 there?
bool is_among(std::string_view keys, std::string_view key) {
  return std::ranges::any_of(parts(keys), [&](std::string_view name) {
    if (name == key) return true;
    const bool is_range = name.size() == 3 && name[1] == '-' && key.size() == 1;
    return is_range && key[0] >= name[0] && key[0] <= name[2];
  });
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
    case KeyName::answer:
    case KeyName::paste:
    case KeyName::unknown: return "";
  }
  if (!key.ctrl) return key.text == " " ? "Space" : key.text;
  std::string letter = key.text;
  if (letter.size() == 1 && letter[0] >= 'a' && letter[0] <= 'z')
    letter[0] = static_cast<char>(letter[0] - 'a' + 'A');
  return "Ctrl-" + letter;
}

Keymap::Keymap() : bindings_(kKeymap.begin(), kKeymap.end()), lines_(bindings_.size()) {}

std::string Keymap::rebind(const std::vector<Rebinding>& wanted) {
  for (const Rebinding& one : wanted)
    if (std::string wrong = rebind_one(one); !wrong.empty())
      return std::to_string(one.line) + ": " + wrong;
  for (std::size_t i = 0; i < bindings_.size(); ++i)
    if (lines_[i] > 0)
      if (std::string wrong = conflict_of(i); !wrong.empty())
        return std::to_string(lines_[i]) + ": " + wrong;
  return {};
}

std::string Keymap::rebind_one(const Rebinding& wanted) {
  if (std::ranges::count(kFixed, wanted.command) > 0)
    return '"' + wanted.command + "\" keeps its keys";
  if (!wanted.where.empty() && std::ranges::count(kScreenNames, wanted.where) == 0)
    return "there is no screen \"" + wanted.where + '"';
  std::string keys;
  for (const std::string& key : wanted.keys) {
    if (!is_key_name(key))
      return '"' + key + "\" is no key: say a letter, Ctrl-A, Space, PgDn, F1 ...";
    keys += (keys.empty() ? "" : " ") + key;
  }
  bool found = false;
  for (std::size_t i = 0; i < bindings_.size(); ++i) {
    Binding& binding = bindings_[i];
    if (binding.command != wanted.command) continue;
    if (!wanted.where.empty() && binding.where != wanted.where) continue;
    binding.keys = words_.emplace_back(keys);
    lines_[i] = wanted.line;
    found = true;
  }
  if (found) return {};
  return "unknown command \"" + wanted.command + '"' +
         (wanted.where.empty() ? "" : " of " + wanted.where);
}

std::string Keymap::conflict_of(std::size_t changed) const {
  const Binding& own = bindings_[changed];
  for (const std::string_view key : parts(own.keys))
    for (std::size_t i = 0; i < bindings_.size(); ++i) {
      const Binding& other = bindings_[i];
      if (other.command == own.command || !meet(own.where, other.where)) continue;
      if (!is_among(other.keys, key)) continue;
      return '"' + std::string(key) + "\" would be both \"" + std::string(own.command) +
             "\" and \"" + std::string(other.command) + '"' +
             (lines_[i] > 0 ? " (line " + std::to_string(lines_[i]) + ')' : "");
    }
  return {};
}

std::string Keymap::key_of(Screen here, std::string_view command) const {
  const Binding* known = nullptr;
  for (const Binding& binding : bindings_) {
    if (binding.command != command) continue;
    const bool is_nearer = binding.where == name_of(here) || binding.where == "all";
    if (known == nullptr || (is_nearer && known->where != name_of(here))) known = &binding;
  }
  const auto keys = known == nullptr ? std::vector<std::string_view>() : parts(known->keys);
  return keys.empty() ? ':' + std::string(command) : std::string(keys.front());
}

std::vector<std::string_view> Keymap::commands(Screen here) const {
  std::vector<std::string_view> all;
  for (const Binding& binding : bindings_)
    if (meet(binding.where, name_of(here))) all.push_back(binding.command);
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::string_view Keymap::command(Screen here, const Key& key) const {
  const std::string text = key_text(key);
  if (text.empty()) return {};
  for (const std::string_view where : {name_of(here), std::string_view("all")})
    for (const Binding& binding : bindings_)
      if (binding.where == where && is_among(binding.keys, text)) return binding.command;
  return {};
}

std::string KeyWords::operator()(std::string_view sentence) const {
  std::string out;
  while (!sentence.empty()) {
    const std::size_t begin = std::min(sentence.find('{'), sentence.size());
    const std::size_t end = sentence.find('}', begin);
    out += sentence.substr(0, begin);
    if (end == std::string_view::npos) break;
    out += keys_->key_of(here_, sentence.substr(begin + 1, end - begin - 1));
    sentence.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace p2p::tui
