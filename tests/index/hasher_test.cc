#include "index/hasher.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "index/tree_hasher.h"

#include "tests/support/temp_dir.h"

namespace p2p::index {
namespace {

class HasherTest : public testing::Test {
 protected:
  Result<Digests> hash(const std::string& content, Trees trees = Trees::none) {
    const int file = ::open(dir_.write("file", content).c_str(), O_RDONLY | O_CLOEXEC);
    const auto stamp = stamp_of(file);
    auto digests = hash_file(file, *stamp, trees, stop_, [this](std::uint64_t n) { told_ += n; });
    ::close(file);
    return digests;
  }
  test::TempDir dir_;
  std::atomic<bool> stop_ = false;
  std::uint64_t told_ = 0;
};

// Figures of sha1sum, md5sum and basenc --base32.
TEST_F(HasherTest, AgreesWithTheSystemsOwnTools) {
  const auto digests = hash("servent\n");
  ASSERT_TRUE(digests);
  EXPECT_EQ(to_base32(digests->sha1), "N76PGHJXCFZ5LFW6TSDEXW7R75IME2T4");
  EXPECT_EQ(to_hex(digests->start_md5), "dddb07ea0866e5a658e10275c97c789e");
  EXPECT_EQ(told_, 8U);
}

TEST_F(HasherTest, StartDigestCoversTheBytesAfterAnId3Tag) {
  const std::string body(kStartMd5Bytes, 'b');
  const std::string tag = std::string("ID3\3\0\0\0\0\2\1", 10) + std::string(257, 't');
  const auto plain = hash(body + "tail");
  const auto tagged = hash(tag + body + "another tail");
  ASSERT_TRUE(plain && tagged);
  EXPECT_EQ(plain->start_md5, tagged->start_md5);
  EXPECT_NE(plain->sha1, tagged->sha1);
}

TEST_F(HasherTest, ComputesATreeWhereItIsWanted) {
  const auto plain = hash("servent\n");
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->tree);
  // Longer than a block of the hasher and no multiple of a leaf.
  const std::string content(700'000, 'A');
  const auto digests = hash(content, Trees::wanted);
  ASSERT_TRUE(digests && digests->tree);
  EXPECT_EQ(digests->sha1, hash(content)->sha1);
  EXPECT_EQ(digests->tree->shape(), TreeShape::of(content.size()));
  LeafHasher whole(std::uint64_t{1} << 20U);
  whole.add(bytes_of(content));
  EXPECT_TRUE(digests->tree->is_sound(whole.finish().front(), join_tiger));
}

TEST_F(HasherTest, StopsWhenTold) {
  stop_ = true;
  const auto digests = hash("content");
  ASSERT_FALSE(digests);
  EXPECT_EQ(digests.error().code, Errc::stopped);
}

TEST_F(HasherTest, RefusesAFileThatIsNoLongerTheSame) {
  const int file = ::open(dir_.write("file", "now longer").c_str(), O_RDONLY | O_CLOEXEC);
  const auto digests = hash_file(file, Stamp{3, 0, 0}, Trees::wanted, stop_, [](std::uint64_t) {});
  ::close(file);
  ASSERT_FALSE(digests);
  EXPECT_EQ(digests.error().code, Errc::refused);
}

}  // namespace
}  // namespace p2p::index
