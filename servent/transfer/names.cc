#include "servent/transfer/names.h"

#include <algorithm>
#include <cstdint>

#include "protocols/base/file.h"

namespace p2p::transfer {

bool same_user(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string wire_form(std::string name) {
  std::ranges::replace(name, '/', '\\');
  std::ranges::replace(name, '"', '\'');
  return name;
}

std::string our_form(std::string name) {
  std::ranges::replace(name, '\\', '/');
  return name;
}

std::string safe_name(std::string_view name) {
  std::string safe;
  for (const char c : base_name(name)) {
    const auto byte = static_cast<unsigned char>(c);
    safe.push_back(byte < 32 || byte == 127 || c == '/' || c == '\\' ? '_' : c);
  }
  safe.erase(0, std::min(safe.find_first_not_of('.'), safe.size()));
  if (safe.size() > 200) safe.resize(200);
  return safe.empty() ? "unnamed" : safe;
}

std::string part_key(const std::string& name) {
  const std::string safe = safe_name(name);
  if (safe == name) return safe;
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : name)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return safe + "." + std::to_string(hash);
}

}  // namespace p2p::transfer
