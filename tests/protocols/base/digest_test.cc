#include "protocols/base/digest.h"

#include <gtest/gtest.h>

#include "protocols/base/bytes.h"

namespace p2p {
namespace {

// SHA-1 of nothing, da39a3ee5e6b4b0d3255bfef95601890afd80709, as base32.
constexpr std::string_view kNothing = "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ";

TEST(Sha1, IsWrittenInBase32) {
  const auto digest = sha1_from_base32(kNothing);
  ASSERT_TRUE(digest);
  EXPECT_EQ(to_hex(Bytes(digest->bytes)), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(to_base32(*digest), kNothing);
}

TEST(Sha1, ReadsEitherCase) {
  EXPECT_EQ(sha1_from_urn("URN:SHA1:3i42h3s6nnfq2msvx7xzkyayscx5qbyj"), sha1_from_base32(kNothing));
}

TEST(Sha1, RefusesWrongLengthsAndLetters) {
  EXPECT_FALSE(sha1_from_base32(kNothing.substr(1)));
  EXPECT_FALSE(sha1_from_base32(std::string(31, 'A') + "1"));
  EXPECT_FALSE(sha1_from_urn(kNothing));
  EXPECT_FALSE(sha1_from_urn("urn:sha1:"));
}

TEST(Md5, IsWrittenInHex) {
  const std::string text = "d41d8cd98f00b204e9800998ecf8427e";
  const auto digest = md5_from_hex(text);
  ASSERT_TRUE(digest);
  EXPECT_EQ(to_hex(*digest), text);
  EXPECT_FALSE(md5_from_hex(text.substr(2)));
}

}  // namespace
}  // namespace p2p
