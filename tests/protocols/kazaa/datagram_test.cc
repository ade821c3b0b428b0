#include "protocols/kazaa/datagram.h"

#include <gtest/gtest.h>

namespace p2p::kazaa {
namespace {

Buffer written(const Datagram& datagram) {
  Buffer out;
  append_datagram(out, datagram);
  return out;
}

const std::vector<Datagram>& one_of_each() {
  static const std::vector<Datagram> kEach{
      {Datagram::Kind::ping, 0x29, 0, 0, 0, 0, "KaZaA"},
      {Datagram::Kind::supernode_pong, 1, 3, 5, 120, 80, "KaZaA"},
      {Datagram::Kind::node_pong, 1, 0, 0, 0, 0, {}},
  };
  return kEach;
}

TEST(Datagram, IsWrittenAsItIsKnown) {
  EXPECT_EQ(to_hex(written(one_of_each()[0])),
            "2700000029"
            "80"
            "4b615a614100");
  EXPECT_EQ(to_hex(written(one_of_each()[1])),
            "2800000001"
            "00"
            "0305785000"
            "4b615a614100");
  EXPECT_EQ(to_hex(written(one_of_each()[2])),
            "2900000001"
            "01"
            "00000000000000");
}

TEST(Datagram, ComesBackEqual) {
  for (const Datagram& one : one_of_each())
    EXPECT_EQ(decode_datagram(written(one)), one);
}

TEST(Datagram, RefusesEveryTruncation) {
  for (const Datagram& one : one_of_each()) {
    const Buffer bytes = written(one);
    const std::size_t needed = one.kind == Datagram::Kind::node_pong ? 6 : bytes.size();
    for (std::size_t size = 0; size < needed; ++size)
      EXPECT_FALSE(decode_datagram(Bytes(bytes).first(size))) << size;
  }
}

TEST(Datagram, RefusesOtherKindsAndLongNames) {
  const auto other = decode_datagram(from_hex("c028000000000000"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Errc::unsupported);
  Buffer ping = from_hex("270000002980");
  ping.resize(ping.size() + kMaxNetworkName + 1, std::byte{'k'});
  ping.push_back(std::byte{0});
  const auto name = decode_datagram(ping);
  ASSERT_FALSE(name);
  EXPECT_EQ(name.error().code, Errc::too_long);
}

}  // namespace
}  // namespace p2p::kazaa
