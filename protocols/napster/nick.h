// Nicks as the client needs them: compared without case, one bare word on the wire.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace p2p::napster {

inline std::string nick_key(std::string_view nick) {
  std::string key(nick);
  for (char& c : key)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return key;
}

inline bool same_nick(std::string_view a, std::string_view b) {
  return nick_key(a) == nick_key(b);
}

// Can it be sent as a field of its own?
inline bool is_bare_word(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t\r\n\"") == std::string_view::npos;
}

}  // namespace p2p::napster
