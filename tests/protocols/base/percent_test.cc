#include "protocols/base/percent.h"

#include <gtest/gtest.h>

namespace p2p {
namespace {

TEST(Percent, ComesBackAsItWas) {
  std::string all;
  for (int i = 1; i < 256; ++i)
    all += static_cast<char>(i);
  const std::string encoded = percent_encoded(all);
  EXPECT_EQ(encoded.find_first_of(" /\\\"\r\n"), std::string::npos);
  EXPECT_EQ(percent_decoded(encoded), all);
  EXPECT_EQ(percent_encoded("a-B_1.~ /"), "a-B_1.~%20%2F");
}

TEST(Percent, RefusesBrokenEscapesAndZeros) {
  for (const char* text : {"%", "%4", "a%4g", "%00", "x%0"})
    EXPECT_FALSE(percent_decoded(text)) << text;
  EXPECT_EQ(percent_decoded("a+b%2fC%2F"), "a+b/C/");
}

}  // namespace
}  // namespace p2p
