#include "protocols/gnutella/own_pong.h"

#include <gtest/gtest.h>

#include "protocols/gnutella/extensions.h"
#include "protocols/gnutella/message.h"

namespace p2p::gnutella {
namespace {

OwnPong ultrapeer() {
  OwnPong self;
  self.here = {0x0a000001, 6346};
  self.files = 6;
  self.bytes = 5000 << 10U;
  self.role = Role::ultrapeer;
  self.limits = limits_of(Role::ultrapeer);
  self.counts.leaves = 10;
  self.counts.ultrapeers = 40;
  self.up = 70s;
  self.hosts = {{0x0a000002, 6347}};
  return self;
}

TEST(OwnPong, AnUltrapeerIsMarkedAndTellsItsFreeSlots) {
  const Buffer payload = pong_payload(ultrapeer(), true);
  const auto pong = decode_pong(payload);
  ASSERT_TRUE(pong);
  EXPECT_EQ(pong->endpoint, (Endpoint{0x0a000001, 6346}));
  EXPECT_EQ(pong->kilobytes, 8192U) << "a power of two";
  std::size_t used = 0;
  const auto ggep = Ggep::decode(pong->ggep, used);
  ASSERT_TRUE(ggep);
  ASSERT_TRUE(ggep->has("UP"));
  EXPECT_EQ(to_hex(*ggep->find("UP")), "02ff00") << "290 slots are told as 255, none left is 0";
  EXPECT_EQ(to_hex(*ggep->find("DU")), "46");
  EXPECT_EQ(read_endpoints(*ggep->find("IPP"), 8), ultrapeer().hosts);
}

TEST(OwnPong, ALeafIsNotMarked) {
  OwnPong self = ultrapeer();
  self.role = Role::leaf;
  const Buffer payload = pong_payload(self, true);
  const auto pong = decode_pong(payload);
  ASSERT_TRUE(pong);
  EXPECT_EQ(pong->kilobytes, 5000U);
  EXPECT_FALSE(is_ultrapeer_mark(pong->kilobytes));
  std::size_t used = 0;
  EXPECT_FALSE(Ggep::decode(pong->ggep, used)->has("UP"));
}

TEST(OwnPong, AnOldServentHearsFourteenBytes) {
  EXPECT_EQ(pong_payload(ultrapeer(), false).size(), 14U);
}

}  // namespace
}  // namespace p2p::gnutella
