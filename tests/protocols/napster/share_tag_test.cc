#include "protocols/napster/share_tag.h"

#include <gtest/gtest.h>

namespace p2p::napster {
namespace {

constexpr const char* kUpper = "B92870E0D41BC8E698CF2F0A1DDFEAC7";
constexpr const char* kLower = "b92870e0d41bc8e698cf2f0a1ddfeac7";

TEST(ShareTag, KeepsWordsAsSentAndLowersDigits) {
  EXPECT_EQ(unpack_tag(pack({"NOMD5COMPUTED", false, {}})).hash, "NOMD5COMPUTED");
  EXPECT_EQ(unpack_tag(pack({std::string(kUpper) + "-123X", false, {}})).hash,
            std::string(kLower) + "-123X");
}

TEST(ShareTag, CarriesSha1AndKindWithinSixtyFourBytes) {
  Sha1 sha1;
  sha1.bytes[3] = std::byte{7};
  const std::string packed = pack({std::string(100, 'x'), true, sha1});
  EXPECT_EQ(packed.size(), 64U);
  const ShareTag tag = unpack_tag(packed);
  EXPECT_TRUE(tag.other);
  EXPECT_EQ(tag.sha1, sha1);
  EXPECT_EQ(tag.hash, std::string(42, 'x'));
  for (std::size_t length = 0; length < packed.size(); ++length)
    (void)unpack_tag(std::string_view(packed).substr(0, length));
}

TEST(ShareTag, ComparesOnlyHashesThatSaySomething) {
  EXPECT_EQ(comparable_hash(std::string(kUpper) + "-55"), kLower);
  EXPECT_EQ(comparable_hash("NOMD5COMPUTED"), "");
  EXPECT_EQ(comparable_hash(std::string(32, '0')), "");
}

}  // namespace
}  // namespace p2p::napster
