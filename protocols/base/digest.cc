#include "protocols/base/digest.h"

#include <algorithm>

#include "protocols/base/bytes.h"
#include "protocols/base/letters.h"

namespace p2p {

namespace {

constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view kSha1Urn = "urn:sha1:";
constexpr std::string_view kTigerUrn = "urn:tree:tiger:";
constexpr std::string_view kRootUrn = "urn:ttroot:";

constexpr std::size_t letters_of(std::size_t bytes) {
  return (bytes * 8 + 4) / 5;
}

// Of a letter of either case.
std::optional<std::uint32_t> base32_value(char c) {
  const char letter = lower_letter(c);
  if (is_lower_letter(letter)) return static_cast<std::uint32_t>(letter - 'a');
  if (c >= '2' && c <= '7') return static_cast<std::uint32_t>(c - '2' + 26);
  return {};
}

std::string write_base32(Bytes bytes) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const std::byte b : bytes) {
    bits = (bits << 8U) | std::to_integer<std::uint32_t>(b);
    for (held += 8; held >= 5; held -= 5)
      out += kBase32[(bits >> (held - 5)) & 31U];
  }
  if (held > 0) out += kBase32[(bits << (5 - held)) & 31U];
  return out;
}

// Bits behind the last byte must be zero, so that a digest is written in one way only.
template <class Digest>
std::optional<Digest> read_base32(std::string_view text) {
  Digest digest;
  if (text.size() != letters_of(digest.bytes.size())) return {};
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
  if ((bits & ((1U << held) - 1)) != 0) return {};
  return digest;
}

// What stands behind `prefix`; nothing when the text begins otherwise.
std::optional<std::string_view> behind(std::string_view text, std::string_view prefix) {
  if (!begins_without_case(text, prefix)) return {};
  return text.substr(prefix.size());
}

}  // namespace

std::string to_base32(const Sha1& digest) {
  return write_base32(digest.bytes);
}

std::string to_base32(const TigerRoot& root) {
  return write_base32(root.bytes);
}

std::optional<Sha1> sha1_from_base32(std::string_view text) {
  return read_base32<Sha1>(text);
}

std::optional<TigerRoot> tiger_root_from_base32(std::string_view text) {
  return read_base32<TigerRoot>(text);
}

std::string to_urn(const Sha1& digest) {
  return std::string(kSha1Urn) + to_base32(digest);
}

std::optional<Sha1> sha1_from_urn(std::string_view text) {
  const auto letters = behind(text, kSha1Urn);
  return letters ? sha1_from_base32(*letters) : std::nullopt;
}

std::string to_urn(const TigerRoot& root) {
  return std::string(kTigerUrn) + to_base32(root);
}

std::optional<TigerRoot> tiger_root_from_urn(std::string_view text) {
  auto letters = behind(text, kTigerUrn);
  if (!letters) letters = behind(text, kRootUrn);
  return letters ? tiger_root_from_base32(*letters) : std::nullopt;
}

std::string to_urn(const Bitprint& both) {
  return std::string(kBitprintUrn) + to_base32(both.sha1) + '.' + to_base32(both.root);
}

std::optional<Bitprint> bitprint_from_urn(std::string_view text) {
  const auto letters = behind(text, kBitprintUrn);
  if (!letters || letters->size() <= kSha1Base32Letters || (*letters)[kSha1Base32Letters] != '.')
    return {};
  const auto sha1 = sha1_from_base32(letters->substr(0, kSha1Base32Letters));
  const auto root = tiger_root_from_base32(letters->substr(kSha1Base32Letters + 1));
  if (!sha1 || !root) return {};
  return Bitprint{*sha1, *root};
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
