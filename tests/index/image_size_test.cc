#include "index/image_size.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "protocols/base/bytes.h"

#include "tests/support/temp_dir.h"

namespace p2p::index {
namespace {

struct Reads {
  Buffer file;
  int count = 0;

  std::optional<ImageSize> size() {
    return image_size([this](std::uint64_t offset, std::span<std::byte> into) {
      ++count;
      if (offset > file.size() || into.size() > file.size() - offset) return false;
      std::copy_n(file.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
      return true;
    });
  }
};

std::optional<ImageSize> size_of(std::string_view hex) {
  return Reads{from_hex(hex)}.size();
}

using Size = ImageSize;

// 640 x 480 each, laid out by the documents that image_size.h names.
constexpr std::string_view kPng = "89504e470d0a1a0a0000000d4948445200000280000001e00802000000";
constexpr std::string_view kGif = "4749463839618002e001f70000";
constexpr std::string_view kBmp = "424d36100e0000000000360000002800000080020000e0010000";
constexpr std::string_view kLossy = "52494646000100005745425056503820f40000003001009d012a8002e001";
constexpr std::string_view kLossless =
    "5249464600010000574542505650384cf40000002f7fc277000000000000";
constexpr std::string_view kExtended =
    "524946460001000057454250565038580a000000100000007f0200df0100";
// An Exif segment of 6 bytes, a Huffman table before the frame, fill bytes.
constexpr std::string_view kJpeg = "ffd8ffe10008457869660000ffc4000400ffffffffc200110801e0028003";

TEST(ImageSize, ReadsEachKindOfHeader) {
  for (const std::string_view hex : {kPng, kGif, kBmp, kLossy, kLossless, kExtended, kJpeg})
    EXPECT_EQ(size_of(hex), (Size{640, 480})) << hex;
}

TEST(ImageSize, ReadsOldAndUpsideDownBitmaps) {
  EXPECT_EQ(size_of("424d36100e00000000001a0000000c0000008002e00101001800"), (Size{640, 480}));
  EXPECT_EQ(size_of("424d36100e000000000036000000280000008002000020feffff"), (Size{640, 480}));
}

TEST(ImageSize, KnowsNothingOfAHeaderThatIsCutShort) {
  for (const std::string_view hex : {kPng, kGif, kBmp, kLossy, kExtended, kJpeg}) {
    const std::size_t needed = hex == kPng    ? 24U
                               : hex == kGif  ? 12U
                               : hex == kJpeg ? 29U
                               : hex == kBmp  ? 26U
                                              : 30U;
    for (std::size_t bytes = 0; bytes < needed; ++bytes)
      EXPECT_FALSE(size_of(hex.substr(0, bytes * 2))) << hex << " at " << bytes;
  }
}

TEST(ImageSize, KnowsNothingOfNonsense) {
  EXPECT_FALSE(size_of(std::string(80, '0')));
  EXPECT_FALSE(size_of("89504e470d0a1a0a0000000d4948445200000000000001e0"));
  EXPECT_FALSE(size_of("89504e470d0a1a0a0000000d49484452ffffffff000001e0"));
  EXPECT_FALSE(size_of("89504e470d0a1a0a0000000d6954587400000280000001e0"));
  EXPECT_FALSE(size_of("424d36100e000000000036000000280000008002000000000080"));
  EXPECT_FALSE(size_of("424d36100e0000000000360000001000000080020000e0010000"));
  EXPECT_FALSE(size_of("ffd8ffe10001457869660000ffc000110801e00280"));
  EXPECT_FALSE(size_of("ffd8ffda0008457869660000ffc000110801e00280"));
  EXPECT_FALSE(size_of("ffd8ffc000040801e0028000000000"));
  EXPECT_FALSE(size_of("52494646000100005745425056503820f40000003001000000008002e001"));
}

TEST(ImageSize, GivesUpAJpegThatIsAllSegments) {
  Reads endless;
  for (int i = 0; i < 100'000; ++i)
    for (const int b : {0xff, 0xd8})
      endless.file.push_back(static_cast<std::byte>(b));
  EXPECT_FALSE(endless.size());
  EXPECT_LE(endless.count, kMaxSegments + 2);
  std::ranges::fill(endless.file, std::byte{0xff});
  endless.file[1] = std::byte{0xd8};
  endless.count = 0;
  EXPECT_FALSE(endless.size());
  EXPECT_LE(endless.count, kMaxSegments + 2);
}

TEST(ImageSize, ReadsAFileWhereverItsPositionIs) {
  const test::TempDir dir;
  const Buffer bytes = from_hex(kPng);
  const int file =
      ::open(dir.write("a", std::string(text_of(bytes))).c_str(), O_RDONLY | O_CLOEXEC);
  ::lseek(file, 5, SEEK_SET);
  EXPECT_EQ(image_size(file), (Size{640, 480}));
  ::close(file);
}

}  // namespace
}  // namespace p2p::index
