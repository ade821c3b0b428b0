#include "index/image_size.h"

#include <array>
#include <cerrno>

#include <unistd.h>

#include "protocols/base/bytes.h"

namespace p2p::index {

namespace {

constexpr std::uint32_t kMaxSide = 0x7fffffff;  // PNG's own bound; nobody has more

std::optional<ImageSize> sized(std::uint32_t width, std::uint32_t height) {
  if (width == 0 || height == 0 || width > kMaxSide || height > kMaxSide) return {};
  return ImageSize{width, height};
}

// `Count` bytes of the file; nothing when it is shorter.
template <std::size_t Count>
std::optional<std::array<std::byte, Count>> bytes_at(const ReadAt& read, std::uint64_t offset) {
  std::array<std::byte, Count> bytes{};
  if (!read(offset, bytes)) return {};
  return bytes;
}

// signature 8 | u32 BE 13 | "IHDR" | u32 BE width | u32 BE height
std::optional<ImageSize> png_size(const ReadAt& read) {
  const auto bytes = bytes_at<24>(read, 0);
  if (!bytes || text_of(*bytes).substr(12, 4) != "IHDR") return {};
  Reader reader(Bytes(*bytes).subspan(16));
  const std::uint32_t width = reader.u32be();
  return sized(width, reader.u32be());
}

// "GIF87a" or "GIF89a" | u16 LE width | u16 LE height
std::optional<ImageSize> gif_size(const ReadAt& read) {
  const auto bytes = bytes_at<10>(read, 0);
  if (!bytes) return {};
  Reader reader(Bytes(*bytes).subspan(6));
  const std::uint32_t width = reader.u16le();
  return sized(width, reader.u16le());
}

// "BM" | file size 4 | 0 4 | where the pixels are 4 | u32 LE header size 12: u16 LE width and
// height; 40 and more: i32 LE width and height, which is negative when the first row is on top
std::optional<ImageSize> bmp_size(const ReadAt& read) {
  constexpr std::uint32_t kCore = 12;
  constexpr std::uint32_t kInfo = 40;
  const auto bytes = bytes_at<26>(read, 0);
  if (!bytes) return {};
  Reader reader(Bytes(*bytes).subspan(14));
  const std::uint32_t header = reader.u32le();
  if (header == kCore) {
    const std::uint32_t width = reader.u16le();
    return sized(width, reader.u16le());
  }
  if (header < kInfo) return {};
  const std::uint32_t width = reader.u32le();
  const std::uint32_t height = reader.u32le();
  return sized(width, height > kMaxSide ? 0 - height : height);
}

// "RIFF" | size 4 | "WEBP" | chunk's name 4 | its size 4, and then
//   "VP8 ": frame tag 3 | 9d 01 2a | u16 LE width, 14 bits | u16 LE height, 14 bits
//   "VP8L": 2f | u32 LE: width - 1 in 14 bits, height - 1 in 14
//   "VP8X": flags 4 | u24 LE width - 1 | u24 LE height - 1
std::optional<ImageSize> webp_size(const ReadAt& read) {
  constexpr std::uint32_t kSide = 0x3fff;
  constexpr std::uint32_t kStartCode = 0x2a019d;
  constexpr std::uint8_t kLossless = 0x2f;
  const auto bytes = bytes_at<30>(read, 0);
  if (!bytes) return {};
  const std::string_view chunk = text_of(*bytes).substr(12, 4);
  Reader reader(Bytes(*bytes).subspan(20));
  const auto u24 = [&] {
    const std::uint32_t low = reader.u16le();
    return low | (std::uint32_t{reader.u8()} << 16U);
  };
  if (chunk == "VP8 ") {
    reader.skip(3);
    if (u24() != kStartCode) return {};
    const std::uint32_t width = reader.u16le() & kSide;
    return sized(width, reader.u16le() & kSide);
  }
  if (chunk == "VP8L") {
    if (reader.u8() != kLossless) return {};
    const std::uint32_t both = reader.u32le();
    return sized((both & kSide) + 1, ((both >> 14U) & kSide) + 1);
  }
  if (chunk != "VP8X") return {};
  reader.skip(4);
  const std::uint32_t width = u24() + 1;
  return sized(width, u24() + 1);
}

// Which segments begin a frame: C0 to CF, but the tables C4 and CC and the reserved C8.
bool begins_frame(std::uint8_t marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

// Markers without a segment: TEM, RST0 to RST7, SOI.
bool stands_alone(std::uint8_t marker) {
  return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

// ff d8, then segments: ff marker | u16 BE length, itself counted | of a frame: precision 1 |
// u16 BE height | u16 BE width. Any number of ff may stand before a marker.
std::optional<ImageSize> jpeg_size(const ReadAt& read) {
  constexpr std::uint8_t kEnd = 0xd9;
  constexpr std::uint8_t kScan = 0xda;  // pixels follow: no frame came
  std::uint64_t at = 2;
  for (int segment = 0; segment < kMaxSegments; ++segment) {
    const auto head = bytes_at<4>(read, at);
    if (!head || (*head)[0] != std::byte{0xff}) return {};
    Reader reader(Bytes(*head).subspan(1));
    const std::uint8_t marker = reader.u8();
    const std::uint16_t length = reader.u16be();
    if (marker == 0xff) {
      at += 1;
    } else if (stands_alone(marker)) {
      at += 2;
    } else if (marker == kEnd || marker == kScan || marker == 0 || length < 2) {
      return {};
    } else if (begins_frame(marker)) {
      const auto frame = bytes_at<5>(read, at + 4);
      if (!frame || length < 2 + frame->size()) return {};
      Reader sides(Bytes(*frame).subspan(1));
      const std::uint32_t height = sides.u16be();
      return sized(sides.u16be(), height);
    } else {
      at += 2U + length;
    }
  }
  return {};
}

}  // namespace

std::optional<ImageSize> image_size(const ReadAt& read) {
  const auto start = bytes_at<12>(read, 0);
  if (!start) return {};
  const std::string_view text = text_of(*start);
  if (text.starts_with("\x89PNG\r\n\x1a\n")) return png_size(read);
  if (text.starts_with("\xff\xd8\xff")) return jpeg_size(read);
  if (text.starts_with("GIF87a") || text.starts_with("GIF89a")) return gif_size(read);
  if (text.starts_with("RIFF") && text.substr(8) == "WEBP") return webp_size(read);
  if (text.starts_with("BM")) return bmp_size(read);
  return {};
}

std::optional<ImageSize> image_size(int file) {
  return image_size([file](std::uint64_t offset, std::span<std::byte> into) {
    ssize_t got = 0;
    do
      got = ::pread(file, into.data(), into.size(), static_cast<off_t>(offset));
    while (got < 0 && errno == EINTR);
    return got == static_cast<ssize_t>(into.size());
  });
}

}  // namespace p2p::index
