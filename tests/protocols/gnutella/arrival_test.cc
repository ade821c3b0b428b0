#include "protocols/gnutella/arrival.h"

#include <string_view>

#include <gtest/gtest.h>

namespace p2p::gnutella {
namespace {

Arrival of(std::string_view text) {
  return arrival(bytes_of(text));
}

TEST(Arrival, TellsNeighboursFromTransfers) {
  EXPECT_EQ(of("GNUTELLA CONNECT"), Arrival::link);
  EXPECT_EQ(of("GET / HTTP/1.1\r\n"), Arrival::link);  // browse host
  EXPECT_EQ(of("GET /uri-res/N2R"), Arrival::transfer);
  EXPECT_EQ(of("HEAD /uri-res/N2"), Arrival::transfer);
  EXPECT_EQ(of("GIV 0:"), Arrival::transfer);
  for (const std::string_view begun : {"", "G", "GE", "GET", "GET ", "GET /", "HEA", "GNUT", "GI"})
    EXPECT_EQ(of(begun), Arrival::more) << begun;
}

TEST(Arrival, OtherMethodsOfHttpAreTransfersAndAreRefusedThere) {
  EXPECT_EQ(of("POST /a HTTP/1.1"), Arrival::transfer);
  EXPECT_EQ(of("BREW /"), Arrival::transfer);
  EXPECT_EQ(of("PROPPATCH /x"), Arrival::transfer);
  for (const std::string_view begun : {"B", "POST", "POST ", "PROPPATCH "})
    EXPECT_EQ(of(begun), Arrival::more) << begun;
}

TEST(Arrival, StrangersAreClosed) {
  for (const std::string_view other :
       {"\x16\x03\x01", "SSH-2.0-x", "post /", "POST x", "GETbob", " /", "ABCDEFGHIJ"})
    EXPECT_EQ(of(other), Arrival::stranger) << other;
}

}  // namespace
}  // namespace p2p::gnutella
