// Nicks as the client needs them: compared without case, one bare word on the wire.
#pragma once

#include <string>
#include <string_view>

#include "protocols/base/letters.h"

namespace p2p::napster {

inline std::string nick_key(std::string_view nick) {
  return lowered(nick);
}

inline bool same_nick(std::string_view a, std::string_view b) {
  return equal_without_case(a, b);
}

// Can it be sent as a field of its own?
inline bool is_bare_word(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t\r\n\"") == std::string_view::npos;
}

}  // namespace p2p::napster
