// A line editor with history. The text is what was typed, UTF-8, without control characters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tui/key.h"

namespace p2p::tui {

class Prompt {
 public:
  bool key(const Key& key);  // false: not an editing key
  void set(std::string_view text);
  void remember();  // into the history
  bool older();     // false: no older (newer) line
  bool newer();
  const std::string& text() const { return text_; }
  std::size_t caret() const { return caret_; }  // a byte offset, at a character's start

 private:
  void insert(std::string_view text);
  std::size_t before(std::size_t at) const;
  std::size_t after(std::size_t at) const;
  std::string text_;
  std::size_t caret_ = 0;
  std::vector<std::string> history_;
  std::size_t place_ = 0;
};

}  // namespace p2p::tui
