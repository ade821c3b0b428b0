// UuHash: the name by which FastTrack knows a file, and its forms in text (fasttrack.md, section
// 6). A value only; index/uuhash computes it. It covers little of a big file: it finds sources and
// proves nothing about bytes.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace p2p {

// MD5 of the first 300 KiB 16 | u32 LE of a CRC over further parts and the size
struct UuHash {
  std::array<std::byte, 20> bytes{};
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the 0 of a comparison for a pointer
  friend auto operator<=>(const UuHash&, const UuHash&) = default;
};

// What a share carries beside the hash: a checksum of it (CRC-16 of polynomial 1021, from 0, not
// reflected), 14 bits. Other programs may send any number.
std::uint16_t file_id_of(const UuHash& hash);

std::string to_hex(const UuHash& hash);  // 40 lower-case digits, as in "GET /.hash="
std::optional<UuHash> uuhash_from_hex(std::string_view text);

// "=" and 28 letters of base64 (RFC 4648), as KaZaA and giFT write it: "sig2dat" links and
// X-KazaaTag. Reading asks for both the "=" in front and the one behind.
std::string to_sig2dat(const UuHash& hash);
std::optional<UuHash> uuhash_from_sig2dat(std::string_view text);

// "urn:sig2dat:" and 32 letters of base32, as mldonkey writes it. Reading takes either case.
std::string to_urn(const UuHash& hash);
std::optional<UuHash> uuhash_from_urn(std::string_view text);

}  // namespace p2p
