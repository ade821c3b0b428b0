#include "protocols/base/digest.h"

#include <algorithm>

#include "protocols/base/bytes.h"

namespace p2p {

namespace {

constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view kUrn = "urn:sha1:";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Of a letter of either case.
std::optional<std::uint32_t> base32_value(char c) {
  const char letter = lower(c);
  if (letter >= 'a' && letter <= 'z') return static_cast<std::uint32_t>(letter - 'a');
  if (c >= '2' && c <= '7') return static_cast<std::uint32_t>(c - '2' + 26);
  return {};
}

}  // namespace

std::string to_base32(const Sha1& digest) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const std::byte b : digest.bytes) {
    bits = (bits << 8U) | std::to_integer<std::uint32_t>(b);
    for (held += 8; held >= 5; held -= 5)
      out += kBase32[(bits >> (held - 5)) & 31U];
  }
  return out;
}

std::optional<Sha1> sha1_from_base32(std::string_view text) {
  if (text.size() != 32) return {};
  Sha1 digest;
  std::uint32_t bits = 0;
  unsigned held = 0;
  std::size_t at = 0;
  for (const char c : text) {
    const auto value = base32_value(c);
    if (!value) return {};
    bits = (bits << 5U) | *value;
    held += 5;
    if (held < 8) continue;
    held -= 8;
    digest.bytes[at++] = static_cast<std::byte>((bits >> held) & 255U);
  }
  return digest;
}

std::string to_urn(const Sha1& digest) {
  return std::string(kUrn) + to_base32(digest);
}

std::optional<Sha1> sha1_from_urn(std::string_view text) {
  const auto same = [](char a, char b) { return lower(a) == b; };
  if (text.size() < kUrn.size() || !std::equal(kUrn.begin(), kUrn.end(), text.begin(),
                                               [&](char u, char t) { return same(t, u); }))
    return {};
  return sha1_from_base32(text.substr(kUrn.size()));
}

std::string to_hex(const Md5& digest) {
  return to_hex(Bytes(digest.bytes));
}

std::optional<Md5> md5_from_hex(std::string_view text) {
  const Buffer bytes = from_hex(text);
  Md5 digest;
  if (bytes.size() != digest.bytes.size()) return {};
  std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
  return digest;
}

}  // namespace p2p
