// Width and height of a picture from its first bytes: PNG, JPEG, GIF, WebP and BMP, told by what
// stands in the file, not by its name. TagLib knows nothing of pictures. Headers are hostile: every
// read is of a known small size, and a JPEG's segments are passed over at most kMaxSegments times.
// Layouts: PNG (RFC 2083, 11.2.1), GIF89a (section 18), JPEG (ITU T.81, annex B), WebP (RFC 9649),
// BMP (BITMAPCOREHEADER, BITMAPINFOHEADER).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

namespace p2p::index {

struct ImageSize {
  std::uint32_t width = 0;  // pixels; neither is ever 0
  std::uint32_t height = 0;
  friend bool operator==(const ImageSize&, const ImageSize&) = default;
};

// Cameras write some ten segments, a colour profile up to 255 more.
inline constexpr int kMaxSegments = 400;

// Reads into all of `into` from this offset of the file; false when it ends before.
using ReadAt = std::function<bool(std::uint64_t offset, std::span<std::byte> into)>;

// Nothing: no such picture, or its header is broken or cut short.
std::optional<ImageSize> image_size(const ReadAt& read);
// Of the file behind this descriptor; the read position is not used.
std::optional<ImageSize> image_size(int file);

}  // namespace p2p::index
