#include "protocols/gnutella/admission.h"

#include <gtest/gtest.h>

namespace p2p::gnutella {
namespace {

Self self_as(Role role) {
  ModeConfig config;
  config.agent = "servent/test";
  Self self{Alike(Settings(config, role)), {}, {0, 6346}};
  self.servent.bytes[0] = std::byte{1};
  return self;
}

Greeting greeting(std::optional<bool> ultrapeer) {
  Greeting peer;
  peer.ultrapeer = ultrapeer;
  return peer;
}

std::string field(const Fields& fields, std::string_view name) {
  for (const auto& [key, value] : fields)
    if (key == name) return value;
  return "";
}

TEST(Admission, ALeafTakesUltrapeersThatItCalledAndNobodyElse) {
  const Self self = self_as(Role::leaf);
  EXPECT_EQ(admit(self, {}, greeting(true), false).code, 200);
  EXPECT_EQ(admit(self, {}, greeting(true), true).code, 503);
  EXPECT_EQ(admit(self, {}, greeting(false), false).code, 503);
  EXPECT_EQ(admit(self, {}, greeting({}), false).code, 503);
  EXPECT_EQ(admit(self, {self.told->limits.max_ultrapeers, 0, 0}, greeting(true), false).code, 503);
}

TEST(Admission, AnUltrapeerTakesAllKindsUpToItsLimits) {
  const Self self = self_as(Role::ultrapeer);
  EXPECT_EQ(admit(self, {}, greeting(true), true).kind, Kind::ultrapeer);
  EXPECT_EQ(admit(self, {}, greeting(false), true).kind, Kind::leaf);
  EXPECT_EQ(admit(self, {}, greeting({}), true).kind, Kind::plain);
  const Verdict full = admit(self, {0, self.told->limits.max_leaves, 0}, greeting(false), true);
  EXPECT_EQ(full.code, 503);
  EXPECT_EQ(full.text, "Too many leaf connections (300 max)");
}

TEST(Admission, NobodyIsLinkedToHimself) {
  const Self self = self_as(Role::ultrapeer);
  Greeting peer = greeting(true);
  peer.servent = self.servent;
  EXPECT_EQ(admit(self, {}, peer, true).code, 409);
}

TEST(Admission, APlainNodeSaysNothingOfUltrapeers) {
  const Fields fields = first_block(self_as(Role::plain), {0x7f000001, 40000}, {0x7f000002, 6346});
  EXPECT_EQ(field(fields, "X-Ultrapeer"), "");
  EXPECT_EQ(field(fields, "Node"), "127.0.0.1:6346");
  EXPECT_EQ(field(fields, "Remote-IP"), "127.0.0.2");
}

TEST(Admission, ARefusalTellsWhereElseToAsk) {
  const Self self = self_as(Role::ultrapeer);
  const Reply reply = answer(self, {503, "Too many", Kind::leaf}, greeting(false), {}, {}, true,
                             {{0x0a000001, 6346}, {0x0a000002, 6347}});
  EXPECT_EQ(reply.code, 503);
  EXPECT_EQ(field(reply.fields, "X-Try-Ultrapeers"), "10.0.0.1:6346,10.0.0.2:6347");
}

TEST(Admission, DeflateIsSpokenToWhoUnderstandsIt) {
  const Self self = self_as(Role::ultrapeer);
  Greeting peer = greeting(false);
  EXPECT_EQ(field(answer(self, {}, peer, {}, {}, true, {}).fields, "Content-Encoding"), "");
  peer.accepts_deflate = true;
  EXPECT_EQ(field(answer(self, {}, peer, {}, {}, true, {}).fields, "Content-Encoding"), "deflate");
  const Reply third = answer(self, {}, peer, {}, {}, false, {});
  ASSERT_EQ(third.fields.size(), 1U) << "block 3 says only what was agreed";
  EXPECT_EQ(third.fields[0].first, "Content-Encoding");
}

TEST(Admission, ACrawlerHearsWhoTheNeighboursAre) {
  const Reply reply =
      answer_crawler(self_as(Role::ultrapeer), {{0x0a000001, 1}}, {{0x0a000002, 2}});
  EXPECT_EQ(reply.code, 200);
  EXPECT_EQ(field(reply.fields, "Peers"), "10.0.0.1:1");
  EXPECT_EQ(field(reply.fields, "Leaves"), "10.0.0.2:2");
}

}  // namespace
}  // namespace p2p::gnutella
