#include "protocols/base/uuhash.h"

#include <algorithm>

#include "protocols/base/bytes.h"
#include "protocols/base/digest.h"
#include "protocols/base/letters.h"

namespace p2p {

namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kSig2datUrn = "urn:sig2dat:";
constexpr std::size_t kLetters = 27;  // of base64 for 20 bytes; the last one holds four bits

// What a byte does to the checksum.
constexpr std::array<std::uint16_t, 256> crc_table() {
  constexpr std::uint32_t kPolynomial = 0x1021;
  std::array<std::uint16_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t crc = byte << 8U;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc & 0x8000U) != 0 ? (crc << 1U) ^ kPolynomial : crc << 1U;
    table[byte] = static_cast<std::uint16_t>(crc);
  }
  return table;
}

}  // namespace

std::uint16_t file_id_of(const UuHash& hash) {
  static constexpr std::array<std::uint16_t, 256> kTable = crc_table();
  std::uint16_t crc = 0;
  for (const std::byte b : hash.bytes)
    crc = static_cast<std::uint16_t>(crc << 8U) ^
          kTable[static_cast<std::uint8_t>(crc >> 8U) ^ std::to_integer<std::uint8_t>(b)];
  return crc & 0x3fffU;
}

std::string to_hex(const UuHash& hash) {
  return to_hex(Bytes(hash.bytes));
}

std::optional<UuHash> uuhash_from_hex(std::string_view text) {
  UuHash hash;
  if (text.size() != hash.bytes.size() * 2) return {};
  const Buffer bytes = from_hex(text);
  if (bytes.size() != hash.bytes.size()) return {};
  std::ranges::copy(bytes, hash.bytes.begin());
  return hash;
}

std::string to_sig2dat(const UuHash& hash) {
  std::string out = "=";
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const std::byte b : hash.bytes) {
    bits = (bits << 8U) | std::to_integer<std::uint32_t>(b);
    for (held += 8; held >= 6; held -= 6)
      out += kBase64[(bits >> (held - 6)) & 63U];
  }
  out += kBase64[(bits << (6 - held)) & 63U];
  return out + '=';
}

std::optional<UuHash> uuhash_from_sig2dat(std::string_view text) {
  if (text.size() != kLetters + 2 || !text.starts_with('=') || !text.ends_with('=')) return {};
  UuHash hash;
  std::uint32_t bits = 0;
  unsigned held = 0;
  std::size_t at = 0;
  for (const char c : text.substr(1, kLetters)) {
    const std::size_t value = kBase64.find(c);
    if (value == std::string_view::npos) return {};
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    hash.bytes[at++] = static_cast<std::byte>((bits >> held) & 255U);
  }
  return hash;
}

std::string to_urn(const UuHash& hash) {
  return std::string(kSig2datUrn) + to_base32(Sha1{hash.bytes});
}

std::optional<UuHash> uuhash_from_urn(std::string_view text) {
  if (!begins_without_case(text, kSig2datUrn)) return {};
  const auto as_sha1 = sha1_from_base32(text.substr(kSig2datUrn.size()));  // as many bits
  if (!as_sha1) return {};
  return UuHash{as_sha1->bytes};
}

}  // namespace p2p
