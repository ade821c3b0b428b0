#include "tui/prompt.h"

#include <algorithm>

namespace p2p::tui {
namespace {
constexpr std::size_t kLongest = 512;
bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}
}  // namespace

std::size_t Prompt::before(std::size_t at) const {
  while (at > 0 && continues(text_[--at])) {
  }
  return at;
}

std::size_t Prompt::after(std::size_t at) const {
  if (at < text_.size()) ++at;
  while (at < text_.size() && continues(text_[at]))
    ++at;
  return at;
}

void Prompt::insert(std::string_view text) {
  std::string clean;
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if (value == '\n' || value == '\t')
      clean += ' ';
    else if (value >= 0x20 && value != 0x7f)
      clean += byte;
  }
  // C1 controls are two bytes, the first of them C2.
  for (std::size_t at = clean.find('\xC2'); at != std::string::npos; at = clean.find('\xC2', at)) {
    const bool is_control =
        at + 1 < clean.size() && static_cast<unsigned char>(clean[at + 1]) < 0xA0;
    if (is_control && continues(clean[at + 1]))
      clean.erase(at, 2);
    else
      ++at;
  }
  // What is too long is cut where a character begins.
  std::size_t room = std::min(kLongest - std::min(text_.size(), kLongest), clean.size());
  while (room > 0 && room < clean.size() && continues(clean[room]))
    --room;
  clean.resize(room);
  text_.insert(caret_, clean);
  caret_ += clean.size();
}

void Prompt::set(std::string_view text) {
  text_.clear();
  caret_ = 0;
  insert(text);
}

void Prompt::remember() {
  if (!text_.empty() && (history_.empty() || history_.back() != text_)) history_.push_back(text_);
  place_ = history_.size();
}

bool Prompt::older() {
  if (place_ == 0) return false;
  const std::string line = history_[--place_];
  set(line);
  return true;
}

bool Prompt::newer() {
  if (place_ >= history_.size()) return false;
  ++place_;
  set(place_ < history_.size() ? history_[place_] : std::string());
  return true;
}

bool Prompt::key(const Key& key) {
  const auto erase = [&](std::size_t from, std::size_t to) {
    text_.erase(from, to - from);
    caret_ = from;
  };
  if (key.name == KeyName::paste || (key.name == KeyName::text && !key.ctrl)) {
    insert(key.text);
  } else if (key.name == KeyName::backspace) {
    erase(before(caret_), caret_);
  } else if (key.name == KeyName::del) {
    erase(caret_, after(caret_));
  } else if (key.name == KeyName::left) {
    caret_ = before(caret_);
  } else if (key.name == KeyName::right) {
    caret_ = after(caret_);
  } else if (key.name == KeyName::home || key.is_ctrl("a")) {
    caret_ = 0;
  } else if (key.name == KeyName::end || key.is_ctrl("e")) {
    caret_ = text_.size();
  } else if (key.is_ctrl("u")) {
    erase(0, caret_);
  } else if (key.is_ctrl("w")) {
    std::size_t from = caret_;
    while (from > 0 && text_[from - 1] == ' ')
      --from;
    while (from > 0 && text_[from - 1] != ' ')
      --from;
    erase(from, caret_);
  } else {
    return false;
  }
  return true;
}

}  // namespace p2p::tui
