#include "tui/key_decoder.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace p2p::tui {
namespace {

constexpr std::string_view kPasteEnd = "\x1b[201~";
constexpr std::size_t kLongestPaste = 4096;  // what follows is dropped: a prompt is no editor
constexpr std::size_t kLongestSequence = 32;

constexpr std::array<std::pair<std::string_view, KeyName>, 28> kSequences{{
    {"[A", KeyName::up},         {"[B", KeyName::down},     {"[C", KeyName::right},
    {"[D", KeyName::left},       {"OA", KeyName::up},       {"OB", KeyName::down},
    {"OC", KeyName::right},      {"OD", KeyName::left},     {"[H", KeyName::home},
    {"[F", KeyName::end},        {"OH", KeyName::home},     {"OF", KeyName::end},
    {"[1~", KeyName::home},      {"[7~", KeyName::home},    {"[4~", KeyName::end},
    {"[8~", KeyName::end},       {"[3~", KeyName::del},     {"[5~", KeyName::page_up},
    {"[6~", KeyName::page_down}, {"[Z", KeyName::back_tab}, {"OP", KeyName::f1},
    {"[11~", KeyName::f1},       {"[[A", KeyName::f1},      {"[1;5A", KeyName::up},
    {"[1;5B", KeyName::down},    {"[1;5C", KeyName::right}, {"[1;5D", KeyName::left},
    {"OM", KeyName::enter},
}};

Key control_key(char byte) {
  switch (byte) {
    case '\r':
    case '\n': return {KeyName::enter, "", false};
    case '\t': return {KeyName::tab, "", false};
    case 0x08:
    case 0x7f: return {KeyName::backspace, "", false};
    default: break;
  }
  if (byte >= 1 && byte <= 26) {
    return {KeyName::text, std::string(1, static_cast<char>(byte + 'a' - 1)), true};
  }
  return {KeyName::unknown, "", false};
}

// "[<0;12;5M", as private mode 1006 tells it: what was done with a sum of signs, the column and the
// row from 1, and M for down. Only what we use becomes a key: no release, no other button.
std::optional<Key> mouse_key(std::string_view sequence) {
  constexpr unsigned kHeld = 4U + 8U + 16U;  // Shift, Alt, Ctrl
  std::array<unsigned, 3> numbers{};
  std::size_t at = 0;
  for (const char c : sequence.substr(2, sequence.size() - 3)) {
    if (c == ';') {
      if (++at == numbers.size()) return std::nullopt;
    } else if (c >= '0' && c <= '9' && numbers[at] < 10'000) {
      numbers[at] = numbers[at] * 10 + static_cast<unsigned>(c - '0');
    } else {
      return std::nullopt;
    }
  }
  const unsigned what = numbers[0] & ~kHeld;
  if (sequence.back() != 'M' || numbers[1] == 0 || numbers[2] == 0) return std::nullopt;
  if (what != 0 && what != 64 && what != 65) return std::nullopt;
  Key key;
  key.name = what == 0 ? KeyName::press : what == 64 ? KeyName::wheel_up : KeyName::wheel_down;
  key.x = static_cast<int>(numbers[1]) - 1;
  key.y = static_cast<int>(numbers[2]) - 1;
  return key;
}

}  // namespace

std::vector<Key> KeyDecoder::decode(std::string_view bytes) {
  std::vector<Key> keys;
  buffer_ += bytes;
  while (!buffer_.empty() && take(keys)) {
  }
  return keys;
}

std::vector<Key> KeyDecoder::flush() {
  std::vector<Key> keys;
  if (pasting_ || buffer_.empty()) return keys;
  if (buffer_[0] == 0x1b) {
    const std::string rest = buffer_.substr(1);
    buffer_.clear();
    keys.push_back({KeyName::escape, "", false});
    for (Key& key : decode(rest))
      keys.push_back(std::move(key));
  } else {
    buffer_.clear();  // half a character, and the rest never came
    keys.push_back({KeyName::unknown, "", false});
  }
  return keys;
}

bool KeyDecoder::take(std::vector<Key>& keys) {
  if (pasting_) {
    const std::size_t end = buffer_.find(kPasteEnd);
    if (end == std::string::npos) {
      // Keep the front that will be shown and the tail that may be half the end mark.
      if (buffer_.size() > 2 * kLongestPaste) {
        buffer_.erase(kLongestPaste, buffer_.size() - kLongestPaste - kPasteEnd.size());
      }
      return false;
    }
    keys.push_back({KeyName::paste, buffer_.substr(0, std::min(end, kLongestPaste)), false});
    buffer_.erase(0, end + kPasteEnd.size());
    pasting_ = false;
    return true;
  }
  const unsigned char lead = static_cast<unsigned char>(buffer_[0]);
  if (lead == 0x1b) return take_sequence(keys);
  if (lead < 0x20 || lead == 0x7f) {
    keys.push_back(control_key(buffer_[0]));
    buffer_.erase(0, 1);
    return true;
  }
  std::size_t bytes = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  for (std::size_t i = 1; i < std::min(bytes, buffer_.size()); ++i) {
    if ((static_cast<unsigned char>(buffer_[i]) & 0xC0U) != 0x80U) bytes = i;
  }
  if (buffer_.size() < bytes) return false;
  keys.push_back({KeyName::text, buffer_.substr(0, bytes), false});
  buffer_.erase(0, bytes);
  return true;
}

bool KeyDecoder::take_sequence(std::vector<Key>& keys) {
  if (buffer_.size() < 2) return false;
  if (buffer_[1] != '[' && buffer_[1] != 'O') {  // Esc, then something of its own
    keys.push_back({KeyName::escape, "", false});
    buffer_.erase(0, 1);
    return true;
  }
  std::size_t end = 2;
  if (buffer_[1] == '[' && buffer_.size() > 2 && buffer_[2] == '[')
    end = 3;  // Linux console F keys
  while (end < buffer_.size() && end < kLongestSequence && buffer_[end] >= 0x20 &&
         buffer_[end] < 0x40) {
    ++end;
  }
  if (end >= buffer_.size()) return false;
  const std::string sequence = buffer_.substr(1, end);
  // A mouse that was told as of old, before 1006: three bytes follow, which are no keys.
  const std::size_t more = sequence == "[M" ? 3 : 0;
  if (buffer_.size() < end + 1 + more) return false;
  buffer_.erase(0, end + 1 + more);
  if (more > 0) return true;
  if (sequence.starts_with("[<")) {
    if (auto key = mouse_key(sequence)) keys.push_back(*std::move(key));
    return true;
  }
  if (sequence.starts_with("[?")) {
    keys.push_back({KeyName::answer, sequence, false});
    return true;
  }
  if (sequence == "[200~") {
    pasting_ = true;
    return true;
  }
  const auto known = std::ranges::find(kSequences, std::string_view(sequence),
                                       &std::pair<std::string_view, KeyName>::first);
  keys.push_back({known == kSequences.end() ? KeyName::unknown : known->second, "", false});
  return true;
}

}  // namespace p2p::tui
