#include "servent/app/wire.h"

namespace p2p::app {

namespace {

constexpr std::string_view kEscape = "\xF4\x8F";  // how U+10F000 to U+10FFFF begin
constexpr unsigned kFirst = 0x10FF80;

unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// How many bytes of a UTF-8 sequence stand here; 0: none does. As Unicode's table 3-7 has it:
// nothing over-long, no surrogates, nothing above U+10FFFF.
std::size_t sequence_at(std::string_view text, std::size_t at) {
  const unsigned first = byte_at(text, at);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() - at < size) return 0;
  unsigned least = 0x80;
  unsigned most = 0xBF;
  if (first == 0xE0) least = 0xA0;
  if (first == 0xED) most = 0x9F;
  if (first == 0xF0) least = 0x90;
  if (first == 0xF4) most = 0x8F;
  for (std::size_t i = 1; i < size; ++i) {
    const unsigned next = byte_at(text, at + i);
    if (next < least || next > most) return 0;
    least = 0x80;
    most = 0xBF;
  }
  return size;
}

// The byte that an escape at this place stands for; 0: none stands here.
unsigned escaped_at(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) != kEscape || text.size() - at < 4) return 0;
  const unsigned code =
      0x10F000U | ((byte_at(text, at + 2) & 0x3FU) << 6U) | (byte_at(text, at + 3) & 0x3FU);
  return code >= kFirst ? code & 0xFFU : 0;
}

}  // namespace

std::string to_wire(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t size = sequence_at(bytes, at);
    if (size > 0 && escaped_at(bytes, at) == 0) {
      out.append(bytes, at, size);
      at += size;
      continue;
    }
    const unsigned byte = byte_at(bytes, at++);
    out += kEscape;
    out += static_cast<char>(0x80U | ((0xF00U | byte) >> 6U & 0x3FU));
    out += static_cast<char>(0x80U | (byte & 0x3FU));
  }
  return out;
}

std::string from_wire(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const unsigned byte = escaped_at(text, at);
    out += byte != 0 ? static_cast<char>(byte) : text[at];
    at += byte != 0 ? 4 : 1;
  }
  return out;
}

}  // namespace p2p::app
