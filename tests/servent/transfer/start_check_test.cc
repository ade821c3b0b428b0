#include "servent/transfer/start_check.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

namespace p2p::transfer {
namespace {

Md5 md5(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  EVP_Digest(text.data(), text.size(), out.data(), nullptr, EVP_md5(), nullptr);
  Md5 digest;
  std::ranges::copy(std::as_bytes(std::span(out).first(digest.bytes.size())), digest.bytes.begin());
  return digest;
}

// A tag of 10 + 200 bytes, 50 bytes of nothing, and frames.
std::string song() {
  return std::string("ID3\x03\x00\x00\x00\x00\x01\x48", 10) + std::string(250, '\0') + "\xFF\xFB" +
         std::string(400'000, 'x');
}
Bytes start_of(const std::string& file) {
  const Bytes all = bytes_of(file);
  return all.first(start_length(all.first(std::min(kStartHead, all.size())), all.size()));
}

TEST(StartCheck, KnowsTheStartsThatProgramsHash) {
  const std::string file = song();
  const Bytes start = start_of(file);
  EXPECT_LT(start.size(), 320'000U);
  EXPECT_TRUE(start_fits(start, md5(file.substr(210, 299'008))));
  EXPECT_TRUE(start_fits(start, md5(file.substr(260, 299'008))));
  EXPECT_TRUE(start_fits(start, md5(file.substr(0, 300'000))));
  EXPECT_FALSE(start_fits(start, md5(file.substr(1, 299'008))));
}

TEST(StartCheck, AShortFileIsHashedWhole) {
  const std::string file = "tiny";
  EXPECT_TRUE(start_fits(start_of(file), md5(file)));
  EXPECT_FALSE(start_fits(start_of(file), md5("tinx")));
}

TEST(StartCheck, ATagMayClaimMoreThanThereIs) {
  const std::string file = std::string("ID3\x03\x00\x00\x7F\x7F\x7F\x7F", 10) + "abc";
  EXPECT_EQ(start_length(bytes_of(file).first(kStartHead), file.size()), file.size());
  EXPECT_FALSE(start_fits(bytes_of(file), md5("abc")));
}

}  // namespace
}  // namespace p2p::transfer
