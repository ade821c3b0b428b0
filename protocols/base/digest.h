// Digests as values; how they are computed is index/digests' business.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace p2p {

struct Sha1 {
  std::array<std::byte, 20> bytes{};
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the 0 of a comparison for a pointer
  friend auto operator<=>(const Sha1&, const Sha1&) = default;
};

struct Md5 {
  std::array<std::byte, 16> bytes{};
  // NOLINTNEXTLINE(modernize-use-nullptr): as above
  friend auto operator<=>(const Md5&, const Md5&) = default;
};

// The root of a tree of Tiger hashes over leaves of 1024 bytes (THEX).
struct TigerRoot {
  std::array<std::byte, 24> bytes{};
  // NOLINTNEXTLINE(modernize-use-nullptr): as above
  friend auto operator<=>(const TigerRoot&, const TigerRoot&) = default;
};

// What one file is in both.
struct Bitprint {
  Sha1 sha1;
  TigerRoot root;
  friend auto operator<=>(const Bitprint&, const Bitprint&) = default;
};

inline constexpr std::size_t kSha1Base32Letters = 32;
inline constexpr std::size_t kMd5HexDigits = 32;
inline constexpr std::string_view kBitprintUrn = "urn:bitprint:";

// RFC 4648 base32 without padding: 32 letters, of a root 39. Upper case; reading takes either.
std::string to_base32(const Sha1& digest);
std::string to_base32(const TigerRoot& root);
std::optional<Sha1> sha1_from_base32(std::string_view text);
std::optional<TigerRoot> tiger_root_from_base32(std::string_view text);

// "urn:sha1:" and the 32 letters.
std::string to_urn(const Sha1& digest);
std::optional<Sha1> sha1_from_urn(std::string_view text);
// "urn:tree:tiger:" and the 39 letters; reading takes "urn:ttroot:" too, as LimeWire says it.
std::string to_urn(const TigerRoot& root);
std::optional<TigerRoot> tiger_root_from_urn(std::string_view text);
// "urn:bitprint:", the 32 letters, a dot and the 39 letters: all of it or nothing.
std::string to_urn(const Bitprint& both);
std::optional<Bitprint> bitprint_from_urn(std::string_view text);

std::string to_hex(const Md5& digest);  // 32 lower-case digits
std::optional<Md5> md5_from_hex(std::string_view text);

}  // namespace p2p
