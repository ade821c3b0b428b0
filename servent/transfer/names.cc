#include "servent/transfer/names.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "protocols/base/file.h"
#include "protocols/base/letters.h"

namespace p2p::transfer {

namespace {

constexpr std::size_t kMaxKey = 160;       // leaves room for a hash, a size and ".part"
constexpr std::size_t kMaxExtension = 12;  // with its dot; what is longer is no extension

constexpr unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// Bytes of the UTF-8 character at the front; 0 when there is none.
std::size_t character_length(std::string_view text) {
  const unsigned lead = byte_at(text, 0);
  const std::size_t length = lead < 0x80U                     ? 1
                             : lead >= 0xC2U && lead < 0xE0U  ? 2
                             : lead >= 0xE0U && lead < 0xF0U  ? 3
                             : lead >= 0xF0U && lead <= 0xF4U ? 4
                                                              : 0;
  if (length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte_at(text, i) & 0xC0U) != 0x80U) return 0;
  return length;
}

bool is_harmless(std::string_view character) {
  const unsigned lead = byte_at(character, 0);
  if (character.size() == 1) return lead >= 0x20U && lead != 0x7FU && lead != '/' && lead != '\\';
  if (character.size() == 2) return lead != 0xC2U || byte_at(character, 1) >= 0xA0U;  // C1 controls
  // U+200E, 200F, 2028 to 202E, 2066 to 2069: they make "exe.mp3" look like another name.
  if (character.substr(0, 2) == "\xE2\x80") {
    const unsigned last = byte_at(character, 2);
    return last != 0x8EU && last != 0x8FU && (last < 0xA8U || last > 0xAEU);
  }
  if (character.substr(0, 2) == "\xE2\x81") {
    const unsigned last = byte_at(character, 2);
    return last < 0xA6U || last > 0xA9U;
  }
  return true;
}

// Stem and extension, the latter with its dot or empty.
std::pair<std::string_view, std::string_view> parted(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || name.size() - dot > kMaxExtension)
    return {name, {}};
  return {name.substr(0, dot), name.substr(dot)};
}

// The first `limit` bytes or a little less: no character is cut in two.
std::string cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  while (limit > 0 && (byte_at(text, limit) & 0xC0U) == 0x80U)
    --limit;
  return std::string(text.substr(0, limit));
}

}  // namespace

bool same_user(std::string_view a, std::string_view b) {
  return equal_without_case(a, b);
}

std::string folded_user(std::string_view user) {
  return lowered(user);
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

std::string safe_name(std::string_view name, std::size_t limit) {
  std::string safe;
  for (std::string_view rest = base_name(name); !rest.empty();) {
    const std::size_t length = character_length(rest);
    safe += length > 0 && is_harmless(rest.substr(0, length)) ? rest.substr(0, length) : "_";
    rest.remove_prefix(std::max<std::size_t>(length, 1));
  }
  safe.erase(0, std::min(safe.find_first_not_of(". "), safe.size()));
  safe.erase(safe.find_last_not_of(". ") + 1);
  if (safe.empty()) return "unnamed";
  const auto [stem, extension] = parted(safe);
  safe = cut(stem, limit - extension.size()) + std::string(extension);
  safe.erase(safe.find_last_not_of(". ") + 1);  // the cut may have brought one to the end
  return safe;
}

std::string numbered_name(std::string_view name, unsigned number) {
  const auto [stem, extension] = parted(name);
  const std::string tail = " (" + std::to_string(number) + ")" + std::string(extension);
  return cut(stem, kMaxName - tail.size()) + tail;
}

std::string part_key(std::string_view name) {
  std::string safe = safe_name(name, kMaxKey);
  if (safe == name) return safe;
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : name)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return safe + "." + std::to_string(hash);
}

}  // namespace p2p::transfer
