// Bytes of a terminal in, keys out. Cut the bytes anywhere: the keys are the same. A lone Esc is
// known only by what does not follow: the caller calls flush() after 25 ms without a byte.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tui/key.h"

namespace p2p::tui {

class KeyDecoder {
 public:
  std::vector<Key> decode(std::string_view bytes);
  std::vector<Key> flush();
  bool is_waiting() const { return !pasting_ && !buffer_.empty(); }

 private:
  // Takes one key off the front, or returns false: more bytes are needed.
  bool take(std::vector<Key>& keys);
  bool take_sequence(std::vector<Key>& keys);
  std::string buffer_;
  bool pasting_ = false;
};

}  // namespace p2p::tui
