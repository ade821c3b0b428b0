#include "protocols/kazaa/arrival.h"

#include <string_view>

#include <gtest/gtest.h>

namespace p2p::kazaa {
namespace {

Arrival of(std::string_view text) {
  return arrival(bytes_of(text));
}

TEST(KazaaArrival, TellsTransfersByTheirFirstWord) {
  EXPECT_EQ(of("GET /.hash=0123"), Arrival::transfer);
  EXPECT_EQ(of("HEAD /.hash=012"), Arrival::transfer);
  EXPECT_EQ(of("GIVE 7\r\n"), Arrival::transfer);
  for (const std::string_view begun :
       {"", "G", "GE", "GET", "GI", "GIV", "GIVE", "H", "HE", "HEAD"})
    EXPECT_EQ(of(begun), Arrival::more) << begun;
}

TEST(KazaaArrival, AllElseIsAGreeting) {
  EXPECT_EQ(arrival(from_hex("fa00b62bfacb12383209d232")), Arrival::link);
  EXPECT_EQ(arrival(from_hex("fa")), Arrival::link);
  for (const std::string_view other : {"GETS", "GIV 0:", "GIVEN", "HEADS", "get ", "POST /"})
    EXPECT_EQ(of(other), Arrival::link) << other;
  EXPECT_EQ(arrival(from_hex("47455400facb")), Arrival::link) << "a word that begins as GET does";
}

}  // namespace
}  // namespace p2p::kazaa
