#include "protocols/directory_hash.h"

#include <string>

#include <gtest/gtest.h>

namespace p2p {
namespace {

std::string bytes(int count) {
  std::string text;
  for (int n = 0; n < count; ++n)
    text += static_cast<char>(n * 37 + 200);
  return text;
}

// The figures of an implementation that took one byte after the other.
TEST(SipHash, IsTheSameWhetherItReadsBytesOrWords) {
  EXPECT_EQ(sip_hash({1, 2}, bytes(0)), 0x6bb1f8f8805663a0U);
  EXPECT_EQ(sip_hash({1, 2}, bytes(8)), 0xf0cc5df16aa643a9U);
  EXPECT_EQ(sip_hash({1, 2}, bytes(11)), 0x594fe2cd952302dcU);
  EXPECT_EQ(sip_hash({1, 2}, bytes(16)), 0x637596bbdb71e606U);
}

}  // namespace
}  // namespace p2p
