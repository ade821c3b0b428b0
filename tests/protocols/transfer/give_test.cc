#include "protocols/transfer/give.h"

#include <gtest/gtest.h>

namespace p2p::transfer {
namespace {

TEST(Give, TellsThePushId) {
  for (const char* text : {"GIVE 4294967295\r\n", "GIVE 4294967295\n", "GIVE 4294967295\r\n\r\n"}) {
    const auto give = read_give(text);
    ASSERT_TRUE(give) << text;
    EXPECT_EQ(*give, 4294967295U) << text;
  }
}

TEST(Give, WaitsForItsEnd) {
  const std::string_view line = "GIVE 17\r\n";
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto give = read_give(line.substr(0, i));
    ASSERT_TRUE(give) << i;
    EXPECT_FALSE(*give) << i;
  }
}

TEST(Give, RefusesOtherWords) {
  for (const char* text :
       {"GIV 7:", "GET /", "GIVE \r\n", "GIVE x\r\n", "GIVE -1\r\n", "GIVE 7 \r\n",
        "GIVE 4294967296\r\n", "GIVE 7\r\nGET / HTTP/1.1\r\n", "GIVES"})
    EXPECT_FALSE(read_give(text)) << text;
  EXPECT_FALSE(read_give("GIVE " + std::string(kMaxGive, '1')));
}

}  // namespace
}  // namespace p2p::transfer
