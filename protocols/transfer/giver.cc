#include "protocols/transfer/giver.h"

#include <charconv>
#include <string_view>
#include <system_error>

namespace p2p::transfer {

Giver::Kind Giver::feed(Bytes bytes) {
  if (text_.size() + bytes.size() > kMaxRequest) return Kind::bad;
  text_ += text_of(bytes);
  return Kind::more;
}

Giver::Kind Giver::feed_idle() {
  std::string_view text = text_;
  while (text.ends_with('\n') || text.ends_with('\r'))
    text.remove_suffix(1);
  if (text == "GETLIST") return Kind::list;
  Kind kind = Kind::get;
  if (text.starts_with("SEND")) {
    kind = Kind::send;
    text.remove_prefix(4);
  } else if (text.starts_with("GET")) {
    text.remove_prefix(3);
  } else {
    return std::string_view("SEND").starts_with(text) || std::string_view("GET").starts_with(text)
               ? Kind::more
               : Kind::bad;
  }
  // A name may hold quotes: it ends at the last one.
  const auto open = text.find(" \"");
  const auto close = text.rfind("\" ");
  if (open == std::string_view::npos || close == std::string_view::npos || close <= open) {
    return Kind::more;
  }
  const std::string_view digits = text.substr(close + 2);
  const char* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, number_);
  if (digits.empty()) return Kind::more;
  if (read.ec != std::errc{} || read.ptr != end || open == 0) return Kind::bad;
  user_ = text.substr(0, open);
  name_ = text.substr(open + 2, close - open - 2);
  return kind;
}

}  // namespace p2p::transfer
