// What both roles do with the host's verbs: coming and going, calls, datagrams, the table of links.
#include "protocols/kazaa/node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/kazaa/datagram.h"
#include "protocols/kazaa/links.h"

#include "tests/support/kazaa_peer.h"

namespace p2p::kazaa {
namespace {

using test::KazaaWorld;
using test::kHub;
using test::knows_hub;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(KazaaNode, WhoLeftStaysAwayUntilAJoin) {
  for (const char* role : {"ordinary", "supernode"}) {
    KazaaWorld node(role, knows_hub);
    const LinkId link =
        std::string_view(role) == "ordinary" ? node.take_call_as_parent() : node.child("anna");
    node.command(Leave{});
    EXPECT_TRUE(node.is_closed(link)) << role;
    const std::size_t calls = node.world.out.dialled.size();
    node.advance(1h);
    EXPECT_THAT(node.world.out.dialled, SizeIs(calls)) << role;
    EXPECT_TRUE(node.is_closed(node.call())) << role;
    node.command(Join{kHub});
    EXPECT_THAT(node.world.out.dialled, SizeIs(calls + 1)) << role;
  }
}

TEST(KazaaNode, CallsUnderWayEndWhenItLeaves) {
  KazaaWorld node("ordinary", knows_hub);
  ASSERT_THAT(node.world.out.dialled, ElementsAre(kHub));
  const LinkId dialled{node.world.out.next_link - 1};
  node.command(Leave{});
  EXPECT_TRUE(node.is_closed(dialled));
}

TEST(KazaaNode, ABusyNodeStillCallsWhomItWaitedFor) {
  KazaaWorld node("supernode", knows_hub);
  const LinkId child = node.child("anna");
  const LinkId dialled{node.world.out.next_link - 1};
  Cx cx = node.world.cx();
  node.mode().link_down(dialled, Reason::refused, cx);
  for (int i = 0; i < 400; ++i) {  // something to do every 50 ms
    node.advance(50ms);
    node.say(child, Type::query, test::words_payload("dogs"));
  }
  EXPECT_THAT(node.world.out.dialled, SizeIs(testing::Ge(2)));
}

TEST(KazaaNode, AChildThatDoesNotReadIsLetGo) {
  class Full final : public Out {
   public:
    using Out::send;
    LinkId dial(const Endpoint&) override { return {}; }
    void send(std::span<const LinkId>, Bytes, Urgency) override {}
    void send_to(const Endpoint&, Bytes) override {}
    void close(LinkId, Reason why) override { closed.push_back(why); }
    void report(Event) override {}
    std::size_t queued(LinkId) const override { return kQueueMost; }
    std::vector<Reason> closed;
  };
  KazaaWorld node("supernode");
  const LinkId child = node.child("anna");
  node.say(child, Type::share, test::share_of("dogs", 1));
  Full out;
  Cx cx{node.world.now, node.world.rng, out};
  const Buffer query = node.bytes_of_message(child, Type::query, test::words_payload("dogs"));
  node.mode().receive(child, query, cx);
  EXPECT_THAT(out.closed, ElementsAre(Reason::overload)) << "there is no room for the end";
  EXPECT_EQ(node.counter("dropped: flow"), 1U);
  EXPECT_EQ(node.counter("children") + node.counter("indexed files"), 0U);
}

TEST(KazaaNode, AddressesFromListsAreCalledOnlyWhereAllowed) {
  KazaaWorld node("ordinary", knows_hub);
  const LinkId hub = node.take_call();
  Buffer payload;
  append_nodes(payload, {{{0x08080808, 1214}, 0, 0},
                         {{0, 1214}, 0, 0},
                         {{0xe0000001, 1214}, 0, 0},
                         {{0xffffffff, 1214}, 0, 0},
                         {{0x0a000202, 0}, 0, 0},
                         {test::kHere, 0, 0},
                         {{0x0a000203, 1300}, 0, 0}});
  node.say(hub, Type::nodes, payload);
  node.advance(10min);
  EXPECT_THAT(node.world.out.dialled, Contains(Endpoint{0x0a000203, 1300}));
  for (const Endpoint& called : node.world.out.dialled)
    EXPECT_TRUE(called == kHub || called == (Endpoint{0x0a000203, 1300})) << to_text(called);
  for (const auto& [to, bytes] : node.world.out.datagrams)
    EXPECT_TRUE(to == kHub || to == (Endpoint{0x0a000203, 1300})) << to_text(to);
  EXPECT_EQ(node.counter("supernodes known"), 2U);
}

TEST(KazaaNode, WhoDrawsTheGraphCallsNobodyElse) {
  KazaaWorld node("ordinary", [](ModeConfig& config) {
    knows_hub(config);
    config.only_connect = true;
    config.known_hosts = {{{0x0a000203, 1214}, "supernode"}};
  });
  const LinkId hub = node.take_call();
  Buffer payload;
  append_nodes(payload, {{{0x0a000202, 1214}, 0, 0}});
  node.say(hub, Type::nodes, payload);
  node.command(Heard{{0x0a000204, 1214}, "supernode"});
  node.advance(10min);
  EXPECT_THAT(node.world.out.dialled, testing::Each(kHub));
}

Buffer datagram_of(Datagram::Kind kind, std::uint8_t load = 0, std::string_view network = "KaZaA") {
  Buffer bytes;
  append_datagram(bytes, {.kind = kind, .load_percent = load, .network = network});
  return bytes;
}

struct Datagrams : testing::Test {
  KazaaWorld node{"supernode", [](ModeConfig& config) { config.supernode.max_children = 1; }};
  void from(const Endpoint& endpoint, Bytes bytes) {
    Cx cx = node.world.cx();
    node.mode().datagram(endpoint, bytes, cx);
  }
  std::vector<Datagram::Kind> answers() {
    std::vector<Datagram::Kind> kinds;
    for (const auto& [to, bytes] : node.world.out.datagrams)
      kinds.push_back(decode_datagram(bytes)->kind);
    node.world.out.datagrams.clear();
    return kinds;
  }
};

TEST_F(Datagrams, APingIsAnsweredByWhetherThereIsRoom) {
  from(kHub, datagram_of(Datagram::Kind::ping));
  EXPECT_THAT(answers(), ElementsAre(Datagram::Kind::supernode_pong));
  node.child("anna");
  from(kHub, datagram_of(Datagram::Kind::ping));
  EXPECT_THAT(answers(), ElementsAre(Datagram::Kind::node_pong));
}

TEST_F(Datagrams, StrangersAndRubbishAreNotAnswered) {
  from({0x08080808, 1214}, datagram_of(Datagram::Kind::ping));
  from({0xffffffff, 1214}, datagram_of(Datagram::Kind::ping));
  from(kHub, datagram_of(Datagram::Kind::ping, 0, "Gnutella"));
  const Buffer whole = datagram_of(Datagram::Kind::ping);
  for (std::size_t size = 0; size < whole.size(); ++size)
    from(kHub, Bytes(whole).first(size));
  EXPECT_THAT(answers(), IsEmpty());
}

TEST_F(Datagrams, AFloodIsAnsweredSoOften) {
  for (int i = 0; i < 1000; ++i)
    from(kHub, datagram_of(Datagram::Kind::ping));
  EXPECT_THAT(answers(), SizeIs(static_cast<std::size_t>(kDatagramsPerSecond)));
}

TEST_F(Datagrams, PongsThatNobodyAskedForTeachNothing) {
  from(kHub, datagram_of(Datagram::Kind::supernode_pong));
  EXPECT_EQ(node.counter("supernodes known"), 0U);
}

// A fourth supernode is pinged while three are called; one of them refuses.
TEST(KazaaNode, WhoSaysThatItIsFullIsNotCalledForAWhile) {
  for (const bool is_full : {false, true}) {
    KazaaWorld node("ordinary", [](ModeConfig& config) {
      for (std::uint32_t i = 1; i <= 4; ++i)
        config.known_hosts.push_back({{0x0a000200U + i, 1214}, "supernode"});
    });
    node.advance(1s);
    ASSERT_THAT(node.world.out.datagrams, SizeIs(1));
    const Endpoint pinged = node.world.out.datagrams[0].first;
    Cx cx = node.world.cx();
    node.mode().datagram(
        pinged,
        datagram_of(is_full ? Datagram::Kind::node_pong : Datagram::Kind::supernode_pong, 20), cx);
    node.mode().link_down(LinkId{1000}, Reason::refused, cx);
    node.advance(3s);
    EXPECT_EQ(testing::Value(node.world.out.dialled, Contains(pinged)), !is_full);
    node.advance(1min);
    EXPECT_THAT(node.world.out.dialled, Contains(pinged));
  }
}

}  // namespace
}  // namespace p2p::kazaa
