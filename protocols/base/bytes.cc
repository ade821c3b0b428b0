#include "protocols/base/bytes.h"

#include <cassert>

#include "protocols/base/letters.h"

namespace p2p {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

}  // namespace

Bytes bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

const unsigned char* octets(Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string to_hex(Bytes bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::byte b : bytes) {
    out += kHexDigits[std::to_integer<std::size_t>(b >> 4)];
    out += kHexDigits[std::to_integer<std::size_t>(b & std::byte{15})];
  }
  return out;
}

Buffer from_hex(std::string_view digits) {
  Buffer out;
  if (digits.size() % 2 != 0) return out;
  out.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_digit(digits[i]);
    const int low = hex_digit(digits[i + 1]);
    if (high < 0 || low < 0) return {};
    out.push_back(static_cast<std::byte>(high * 16 + low));
  }
  return out;
}

std::string escaped(std::string_view text, std::size_t limit) {
  std::string out;
  for (const char c : text.substr(0, limit)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '\\') {
      out += c;
    } else {
      out += "\\x";
      out += kHexDigits[byte >> 4U];
      out += kHexDigits[byte & 15U];
    }
  }
  if (text.size() > limit) out += "...";
  return out;
}

std::uint64_t Reader::little(std::size_t width) {
  const Bytes run = take(width);
  std::uint64_t value = 0;
  for (std::size_t i = run.size(); i-- > 0;)
    value = (value << 8U) | std::to_integer<std::uint64_t>(run[i]);
  return value;
}

std::uint64_t Reader::big(std::size_t width) {
  std::uint64_t value = 0;
  for (const std::byte b : take(width))
    value = (value << 8U) | std::to_integer<std::uint64_t>(b);
  return value;
}

std::uint8_t Reader::u8() {
  return static_cast<std::uint8_t>(little(1));
}
std::uint16_t Reader::u16le() {
  return static_cast<std::uint16_t>(little(2));
}
std::uint32_t Reader::u32le() {
  return static_cast<std::uint32_t>(little(4));
}
std::uint64_t Reader::u64le() {
  return little(8);
}
std::uint16_t Reader::u16be() {
  return static_cast<std::uint16_t>(big(2));
}
std::uint32_t Reader::u32be() {
  return static_cast<std::uint32_t>(big(4));
}

Bytes Reader::take(std::size_t count) {
  if (failed_ || count > rest_.size()) {
    failed_ = true;
    rest_ = {};
    return {};
  }
  const Bytes run = rest_.first(count);
  rest_ = rest_.subspan(count);
  return run;
}

std::string_view Reader::cstring() {
  const std::size_t end = text_of(rest_).find('\0');
  if (end == std::string_view::npos) {
    failed_ = true;
    rest_ = {};
    return {};
  }
  const std::string_view text = text_of(take(end));
  skip(1);
  return text;
}

void Writer::little(std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i)
    out_.push_back(static_cast<std::byte>((value >> (8 * i)) & 0xffU));
}

void Writer::big(std::uint64_t value, std::size_t width) {
  for (std::size_t i = width; i-- > 0;)
    out_.push_back(static_cast<std::byte>((value >> (8 * i)) & 0xffU));
}

Writer& Writer::u8(std::uint8_t value) {
  return little(value, 1), *this;
}
Writer& Writer::u16le(std::uint16_t value) {
  return little(value, 2), *this;
}
Writer& Writer::u32le(std::uint32_t value) {
  return little(value, 4), *this;
}
Writer& Writer::u64le(std::uint64_t value) {
  return little(value, 8), *this;
}
Writer& Writer::u16be(std::uint16_t value) {
  return big(value, 2), *this;
}
Writer& Writer::u32be(std::uint32_t value) {
  return big(value, 4), *this;
}

Writer& Writer::bytes(Bytes value) {
  out_.insert(out_.end(), value.begin(), value.end());
  return *this;
}

void Writer::patch_u16le(std::size_t at, std::uint16_t value) {
  assert(at + 2 <= out_.size());
  out_[at] = static_cast<std::byte>(value & 0xffU);
  out_[at + 1] = static_cast<std::byte>(value >> 8U);
}

}  // namespace p2p
