#include "protocols/base/digest.h"

#include <gtest/gtest.h>

#include "protocols/base/bytes.h"

#include "tests/support/captured_files.h"

namespace p2p {
namespace {

using test::kRiverRoot;
using test::kRiverSha1;

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

TEST(TigerRoot, Is39Letters) {
  const auto root = tiger_root_from_base32(kRiverRoot);
  ASSERT_TRUE(root);
  EXPECT_EQ(to_hex(Bytes(root->bytes)), "1d44b35cdb3490ae77ed6a73ff942f6aefd0d2c1894ded10");
  EXPECT_EQ(to_base32(*root), kRiverRoot);
  std::string text(kRiverRoot);
  EXPECT_FALSE(tiger_root_from_base32(text.substr(1)));
  EXPECT_FALSE(tiger_root_from_base32(text + "A"));
  text.back() = 'B';
  EXPECT_FALSE(tiger_root_from_base32(text)) << "bits behind the last byte";
  text.back() = '1';
  EXPECT_FALSE(tiger_root_from_base32(text));
}

TEST(TigerRoot, HasAUrn) {
  const std::string urn = "urn:tree:tiger:" + std::string(kRiverRoot);
  const auto root = tiger_root_from_urn(urn);
  ASSERT_TRUE(root);
  EXPECT_EQ(to_urn(*root), urn);
  EXPECT_EQ(tiger_root_from_urn("URN:TREE:Tiger:dvclgxg3gsik457nnjz77fbpnlx5buwbrfg62ea"), root);
  EXPECT_EQ(tiger_root_from_urn("urn:ttroot:" + std::string(kRiverRoot)), root);
  EXPECT_FALSE(tiger_root_from_urn(kRiverRoot));
  EXPECT_FALSE(tiger_root_from_urn("urn:tree:tiger:"));
  EXPECT_FALSE(tiger_root_from_urn("urn:sha1:" + std::string(kRiverRoot)));
}

TEST(Bitprint, IsBothDigests) {
  const std::string urn = "urn:bitprint:" + std::string(kRiverSha1) + '.' + std::string(kRiverRoot);
  const auto both = bitprint_from_urn(urn);
  ASSERT_TRUE(both);
  EXPECT_EQ(to_base32(both->sha1), kRiverSha1);
  EXPECT_EQ(to_base32(both->root), kRiverRoot);
  EXPECT_EQ(to_urn(*both), urn);
  EXPECT_EQ(bitprint_from_urn("Urn:BITPRINT:" + urn.substr(13)), both);
}

TEST(Bitprint, CutAnywhereIsNone) {
  const std::string urn = "urn:bitprint:" + std::string(kRiverSha1) + '.' + std::string(kRiverRoot);
  for (std::size_t length = 0; length < urn.size(); ++length)
    EXPECT_FALSE(bitprint_from_urn(urn.substr(0, length))) << length;
  EXPECT_FALSE(bitprint_from_urn(urn + 'A'));
  EXPECT_FALSE(
      bitprint_from_urn("urn:bitprint:" + std::string(kRiverSha1) + std::string(kRiverRoot)));
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
