#include "index/uuhash.h"

#include <algorithm>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "index/hasher.h"

#include "tests/support/kazaa_vectors.h"
#include "tests/support/temp_dir.h"

namespace p2p::index {
namespace {

// The content that tests/vectors/kazaa/uuhash.txt speaks of.
Buffer content(std::size_t size) {
  Buffer out(size);
  std::uint32_t x = 1;
  for (std::byte& byte : out) {
    x = (x * 1'103'515'245U + 12'345U) & 0x7fffffffU;
    byte = static_cast<std::byte>((x >> 16U) & 255U);
  }
  return out;
}

std::string hashed(Bytes bytes, std::size_t piece) {
  UuHasher hasher(bytes.size());
  for (; !bytes.empty(); bytes = bytes.subspan(std::min(piece, bytes.size())))
    hasher.add(bytes.first(std::min(piece, bytes.size())));
  return to_hex(hasher.finish());
}

TEST(UuHasher, AgreesWithTheVectors) {
  const auto rows = test::kazaa_rows("uuhash.txt");
  ASSERT_EQ(rows.size(), 19U);
  const Buffer all = content(5'000'000);
  for (const auto& row : rows) {
    const Bytes bytes = Bytes(all).first(std::stoul(row[0]));
    for (const std::size_t piece : {std::size_t{256} * 1024, std::size_t{1'000'003}, all.size()})
      EXPECT_EQ(hashed(bytes, piece), row[1]) << row[0] << " by " << piece;
  }
}

TEST(UuHasher, AgreesByteForByte) {
  const Buffer bytes = content(1'662'976);
  EXPECT_EQ(hashed(bytes, 1), hashed(bytes, bytes.size()));
}

TEST(UuHasher, DoesNotCountWhatIsBehindTheSize) {
  const Buffer bytes = content(700'000);
  UuHasher hasher(614'401);
  hasher.add(bytes);
  EXPECT_EQ(to_hex(hasher.finish()), hashed(Bytes(bytes).first(614'401), 5000));
}

TEST(UuHasher, IsPartOfHashingAFile) {
  const test::TempDir dir;
  const Buffer bytes = content(2'404'352);
  const std::string text(text_of(bytes));
  const int file = ::open(dir.write("file", text).c_str(), O_RDONLY | O_CLOEXEC);
  const std::atomic<bool> stop = false;
  const auto digests = hash_file(file, *stamp_of(file), Trees::none, stop, [](std::uint64_t) {});
  ::close(file);
  ASSERT_TRUE(digests);
  EXPECT_EQ(to_hex(digests->uuhash), "0ca7808c49b201c4dfc163472b985bedce95bfab");
}

}  // namespace
}  // namespace p2p::index
