#include "tui/key_decoder.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace p2p::tui {
namespace {

TEST(KeyDecoder, GivesTheSameKeysByteByByte) {
  const std::string bytes = "a\xc3\xa9\x1b[A\x1b[200~x\ny\x1b[201~\x1b[5~\r\x03\x1bOP";
  KeyDecoder whole, pieces;
  std::vector<Key> keys;
  for (const char byte : bytes)
    for (const Key& key : pieces.decode({&byte, 1}))
      keys.push_back(key);
  EXPECT_EQ(whole.decode(bytes), keys);
  EXPECT_EQ(keys.size(), 8U);
}

}  // namespace
}  // namespace p2p::tui
