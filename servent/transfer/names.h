// Names as the two ends of a data connection compare them.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace p2p::transfer {

inline bool same_user(std::string_view a, std::string_view b) {  // nicks do not mind case
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// Names on a data connection have backslashes and no quotes (napster.md, 3).
inline std::string wire_form(std::string name) {
  std::ranges::replace(name, '/', '\\');
  std::ranges::replace(name, '"', '\'');
  return name;
}
inline std::string our_form(std::string name) {
  std::ranges::replace(name, '\\', '/');
  return name;
}

}  // namespace p2p::transfer
