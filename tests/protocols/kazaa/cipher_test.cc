#include "protocols/kazaa/cipher.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "tests/support/kazaa_vectors.h"

namespace p2p::kazaa {
namespace {

std::string md5(Bytes bytes) {
  std::array<std::byte, 16> out{};
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr,
             EVP_md5(), nullptr);
  return to_hex(Bytes(out));
}

Buffer stream(std::uint32_t seed, std::size_t size, std::size_t piece) {
  Cipher cipher(seed);
  Buffer out(size);
  for (std::size_t at = 0; at < size; at += piece)
    cipher.apply(std::span(out).subspan(at, std::min(piece, size - at)));
  return out;
}

TEST(Cipher, MakesThePadsAndStreamsOfTheVectors) {
  const auto rows = test::kazaa_rows("keystreams.txt");
  ASSERT_EQ(rows.size(), 6U);
  for (const auto& row : rows) {
    const std::uint32_t seed = test::hex_number(row[0]);
    const Cipher cipher(seed);
    EXPECT_EQ(to_hex(std::as_bytes(std::span(cipher.pad()))), row[1]) << row[0];
    EXPECT_EQ(std::to_string(cipher.position()), row[2]) << row[0];
    const Buffer bytes = stream(seed, 65'536, 65'536);
    EXPECT_EQ(to_hex(Bytes(bytes).first(64)), row[3]) << row[0];
    EXPECT_EQ(md5(bytes), row[4]) << row[0];
  }
}

TEST(Cipher, IsTheSameHoweverTheBytesAreCut) {
  const Buffer whole = stream(0xfacb1238, 4096, 4096);
  for (const std::size_t piece : {1U, 7U, 63U, 64U, 1000U})
    EXPECT_EQ(stream(0xfacb1238, 4096, piece), whole) << piece;
}

TEST(Cipher, DeciphersWhatItEnciphered) {
  const std::string text = "loopback test song.mp3";
  Buffer bytes(bytes_of(text).begin(), bytes_of(text).end());
  Cipher(7).apply(bytes);
  EXPECT_NE(text_of(bytes), text);
  Cipher(7).apply(bytes);
  EXPECT_EQ(text_of(bytes), text);
}

TEST(Cipher, IsSmall) {
  EXPECT_EQ(sizeof(Cipher), kPadBytes + 1);
}

}  // namespace
}  // namespace p2p::kazaa
