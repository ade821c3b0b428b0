// What a bad neighbour may try, and what becomes of it: a counter, a clear word, a closed link; the
// node and its other neighbours go on.
#include <limits>

#include <gtest/gtest.h>

#include "protocols/gnutella/links.h"
#include "protocols/gnutella/member.h"

#include "tests/support/gnutella_peer.h"

namespace p2p::gnutella {
namespace {

using test::GnutellaWorld;
using test::guid_with;
using test::message_of;
using test::query_of;

struct BadNeighbour : testing::Test {
  GnutellaWorld node{"ultrapeer"};
  LinkId bad = node.neighbour("True");
  LinkId good = node.neighbour("True");

  void expect_the_node_goes_on() {
    node.say(good, query_of("still here", guid_with(250)));
    node.say(good, message_of(Type::ping, guid_with(251), 1, 0));
    EXPECT_EQ(node.take(good, Type::pong).size(), 1U);
    EXPECT_FALSE(node.is_closed(good));
  }
};

TEST_F(BadNeighbour, LinesWithoutEndAndTenThousandHeadersAreHungUpOn) {
  const LinkId endless = node.call("GNUTELLA CONNECT/0.6\r\nX: ");
  const std::string much(2000, 'a');
  node.say(endless, bytes_of(much));
  EXPECT_TRUE(node.is_closed(endless));
  std::string many = "GNUTELLA CONNECT/0.6\r\n";
  for (int i = 0; i < 10'000; ++i)
    many += "H" + std::to_string(i) + ": x\r\n";
  EXPECT_TRUE(node.is_closed(node.call(many + "\r\n")));
  EXPECT_TRUE(node.is_closed(node.call("GNUTELLA HELLO/0.6\r\n\r\n")));
  expect_the_node_goes_on();
}

TEST_F(BadNeighbour, ABadCodeInTheThirdBlockIsHungUpOn) {
  const LinkId odd = node.call("GNUTELLA CONNECT/0.6\r\nX-Ultrapeer: True\r\n\r\n");
  node.say(odd, bytes_of("GNUTELLA/0.6 abc\r\n\r\n"));
  EXPECT_TRUE(node.is_closed(odd));
  expect_the_node_goes_on();
}

TEST_F(BadNeighbour, WhoGreetsTooSlowlyIsLetGo) {
  const LinkId slow = node.call("GNUTELLA CONN");
  node.advance(kGreetingPatience - 1s);
  EXPECT_FALSE(node.is_closed(slow));
  node.advance(1s);
  EXPECT_TRUE(node.is_closed(slow));
}

TEST_F(BadNeighbour, AnAbsurdLengthEndsTheLinkWithoutAWord) {
  Buffer message = message_of(Type::query, guid_with(1), 3, 0);
  message[21] = std::byte{0xff};
  message[22] = std::byte{0x7f};
  node.say(bad, message);
  EXPECT_TRUE(node.is_closed(bad));
  EXPECT_TRUE(node.take(bad, Type::bye).empty());
  expect_the_node_goes_on();
}

TEST_F(BadNeighbour, TtlAndHopsAboveTheLimitAreDroppedAndInTheEndCostTheLink) {
  for (unsigned i = 0; i < kFarQueries; ++i)
    node.say(bad, query_of("far", guid_with(static_cast<std::uint8_t>(i)), 20, 0));
  EXPECT_FALSE(node.is_closed(bad));
  EXPECT_EQ(node.counter("dropped: TTL + hops too high"), kFarQueries);
  node.say(bad, query_of("far", guid_with(99), 20, 0));
  EXPECT_EQ(node.bye_code(bad), 403);
  EXPECT_TRUE(node.is_closed(bad));
  EXPECT_TRUE(node.take(good, Type::query).empty());
  expect_the_node_goes_on();
}

TEST_F(BadNeighbour, FromFarAwayTheyAreOnlyDropped) {
  for (unsigned i = 0; i < 3 * kFarQueries; ++i)
    node.say(bad, query_of("far", guid_with(static_cast<std::uint8_t>(i)), 4, 12));
  EXPECT_FALSE(node.is_closed(bad));
}

TEST_F(BadNeighbour, ATtlOfZeroIsDropped) {
  node.say(bad, query_of("dead", guid_with(1), 0, 3));
  EXPECT_EQ(node.counter("dropped: TTL 0"), 1U);
  EXPECT_TRUE(node.take(good, Type::query).empty());
}

TEST_F(BadNeighbour, AGuidOfAllOnesIsAGuidLikeAnother) {
  Guid ones;
  ones.bytes.fill(std::byte{0xff});
  node.say(bad, query_of("ones", ones));
  node.say(bad, query_of("ones", ones));
  EXPECT_EQ(node.take(good, Type::query).size(), 1U);
  EXPECT_EQ(node.counter("dropped: duplicate"), 1U);
}

TEST_F(BadNeighbour, OneQueryReplayedForEverGoesOnOnce) {
  for (int i = 0; i < 5000; ++i)
    node.say(bad, query_of("again and again", guid_with(7)));
  EXPECT_EQ(node.take(good, Type::query).size(), 1U);
  EXPECT_EQ(node.counter("dropped: duplicate"), 4999U);
  EXPECT_EQ(node.counter("messages seen"), 1U);
  expect_the_node_goes_on();
}

TEST_F(BadNeighbour, AFloodOfPingsIsAnsweredTenTimes) {
  for (int i = 0; i < 1000; ++i)
    node.say(bad, message_of(Type::ping, guid_with(static_cast<std::uint8_t>(i)), 1, 0));
  EXPECT_EQ(node.take(bad, Type::pong).size(), 10U);
  EXPECT_EQ(node.counter("dropped: too many"), 990U);
  expect_the_node_goes_on();
}

Buffer hit_of(const Guid& query, std::size_t name_bytes, std::size_t records = 1) {
  HitMessage hit;
  hit.endpoint = {0x0a000109, 6346};
  for (std::size_t i = 0; i < records; ++i) {
    HitRecord& record = hit.records.emplace_back();
    record.size_bytes = 5;
    record.name = std::string(name_bytes, 'n');
  }
  hit.servent = guid_with(77);
  Buffer payload;
  append_hit(payload, hit, false);
  return message_of(Type::hit, query, 5, 0, payload);
}

TEST_F(BadNeighbour, HitsThatNobodyAskedForGoNowhere) {
  node.say(bad, hit_of(guid_with(55), 20));
  EXPECT_EQ(node.counter("dropped: no route"), 1U);
  EXPECT_TRUE(node.take(good, Type::hit).empty());
}

TEST_F(BadNeighbour, AHitOf64KibIsNotPassedOnAndALargerMessageEndsTheLink) {
  node.say(good, query_of("big", guid_with(3)));
  (void)node.take(good, Type::hit);
  node.say(bad, hit_of(guid_with(3), 250, 240));
  EXPECT_TRUE(node.take(good, Type::hit).empty());
  EXPECT_EQ(node.counter("dropped: too long"), 1U);
  node.say(bad, hit_of(guid_with(3), 20));
  EXPECT_EQ(node.take(good, Type::hit).size(), 1U);
  Buffer huge(kMaxQueryPayload + 1, std::byte{'a'});
  node.say(bad, message_of(Type::query, guid_with(4), 3, 0, huge));
  EXPECT_EQ(node.bye_code(bad), 400);
  expect_the_node_goes_on();
}

TEST_F(BadNeighbour, WhoNeverReadsMissesQueriesFirst) {
  class Deaf final : public Out {
   public:
    using Out::send;
    LinkId dial(const Endpoint&) override { return {}; }
    void send(std::span<const LinkId>, Bytes message, Urgency) override { sent += message.size(); }
    void send_to(const Endpoint&, Bytes) override {}
    void close(LinkId, Reason) override { ++closed; }
    void report(Event) override {}
    std::size_t queued(LinkId) const override { return sent; }
    std::size_t sent = 0;
    std::size_t closed = 0;
  };
  Deaf out;
  Cx cx{node.world.now, node.world.rng, out};
  for (int i = 0; i < 20'000; ++i) {
    Guid guid = guid_with(9);
    guid.bytes[1] = static_cast<std::byte>(i & 255);
    guid.bytes[2] = static_cast<std::byte>(i >> 8);
    cx.now += 1ms;
    node.mode().receive(good, query_of("nobody listens to this", guid), cx);
  }
  EXPECT_LE(out.sent, kQueueHigh + 100);
  EXPECT_EQ(out.closed, 0U);
  EXPECT_GT(node.counter("dropped: peer too slow"), 10'000U);
}

TEST_F(BadNeighbour, ALeafThatRelaysIsToldSoAndLetGo) {
  const LinkId leaf = node.neighbour("False");
  node.say(leaf, query_of("not mine", guid_with(5), 3, 1));
  EXPECT_EQ(node.bye_code(leaf), 414);
  EXPECT_TRUE(node.is_closed(leaf));
}

TEST_F(BadNeighbour, BadTablesEndTheLinkWithTheirOwnCode) {
  const auto table = [](const std::string& hex) {
    return message_of(Type::qrp, guid_with(1), 1, 0, from_hex(hex));
  };
  const std::string_view reset = "000040000002";    // 16384 slots, infinity 2
  const std::string_view third = "0103030104aabb";  // part 3 of 3 first
  node.say(bad, table("0101010004aabb"));           // a patch before any reset
  EXPECT_EQ(node.bye_code(bad), 413);
  const LinkId odd = node.neighbour("False");
  node.say(odd, table("003930000002"));  // 12345 slots
  EXPECT_EQ(node.bye_code(odd), 413);
  const LinkId order = node.neighbour("False");
  node.say(order, table(std::string(reset)));
  EXPECT_FALSE(node.is_closed(order));
  node.say(order, table(std::string(third)));
  EXPECT_EQ(node.bye_code(order), 413);
  expect_the_node_goes_on();
}

TEST_F(BadNeighbour, GgepThatDoesNotParseIsLeftOutNotTheMessage) {
  Buffer payload;
  const Buffer broken = from_hex("c38548ff");
  append_query(payload, {query_flags::kMark, "river", broken});
  node.say(bad, message_of(Type::query, guid_with(8), 3, 0, payload));
  EXPECT_EQ(node.take(good, Type::query).size(), 1U);
  EXPECT_FALSE(node.is_closed(bad));
}

TEST_F(BadNeighbour, APushForSomebodyUnknownGoesNowhere) {
  Buffer payload;
  append_push(payload, {guid_with(123), 1, {0x0a000107, 6346}, {}});
  node.say(bad, message_of(Type::push, guid_with(6), 5, 0, payload));
  EXPECT_EQ(node.counter("dropped: no route"), 1U);
  EXPECT_TRUE(node.world.out.take<PushWanted>().empty());
}

TEST_F(BadNeighbour, UnknownTypesAreDroppedAndKeepTheLink) {
  for (int i = 0; i < 30; ++i)
    node.say(bad, message_of(static_cast<Type>(0x99), guid_with(1), 1, 0));
  EXPECT_FALSE(node.is_closed(bad));
  EXPECT_EQ(node.counter("dropped: unknown type"), 30U);
}

TEST_F(BadNeighbour, ABrokenZlibStreamEndsTheLink) {
  const LinkId zip = node.neighbour("True", "Accept-Encoding: deflate\r\n");
  // Block 3 of neighbour() promised no deflate; this one does.
  const LinkId real =
      node.call("GNUTELLA CONNECT/0.6\r\nX-Ultrapeer: True\r\nAccept-Encoding: deflate\r\n\r\n");
  node.say(real, bytes_of("GNUTELLA/0.6 200 OK\r\nContent-Encoding: deflate\r\n\r\n"));
  EXPECT_FALSE(node.is_closed(real));
  node.say(real, from_hex("789cffffffffffffffff"));
  EXPECT_TRUE(node.is_closed(real));
  EXPECT_FALSE(node.is_closed(zip));
  expect_the_node_goes_on();
}

TEST_F(BadNeighbour, AByeIsBelievedAndTheLinkEnds) {
  Buffer payload;
  append_bye(payload, {200, "Servent\x1b[31m shutdown"});
  node.say(bad, message_of(Type::bye, guid_with(1), 1, 0, payload));
  EXPECT_TRUE(node.is_closed(bad));
  bool said = false;
  for (const auto& notice : node.world.out.take<Notice>()) {
    EXPECT_EQ(notice.text.find('\x1b'), std::string::npos);
    said = said || notice.text.find("says bye 200") != std::string::npos;
  }
  EXPECT_TRUE(said);
}

TEST_F(BadNeighbour, TheTableOfSeenMessagesStopsGrowing) {
  for (std::uint32_t i = 0; i < 400'000; ++i) {
    Guid guid = guid_with(static_cast<std::uint8_t>(i));
    guid.bytes[1] = static_cast<std::byte>((i >> 8U) & 255U);
    guid.bytes[2] = static_cast<std::byte>((i >> 16U) & 255U);
    if (i % 1000 == 0) node.world.now += 100ms;
    node.say(bad, query_of("flood", guid, 1));
  }
  EXPECT_LE(node.counter("messages seen"), 2 * kSeenCapacity);
}

TEST(BadCaller, NobodyElseIsMadeToCallAStranger) {
  GnutellaWorld node("ultrapeer");
  const LinkId bad = node.neighbour("True");
  // Our own GUID is in our greeting; ask for calls to one address again and again.
  node.say(bad, query_of("anything", guid_with(1)));
  const LinkId other = node.call("GNUTELLA CONNECT/0.6\r\nX-Ultrapeer: True\r\n\r\n");
  const Buffer hello = node.world.out.bytes_to(other);
  const std::string_view text = text_of(hello);
  const std::size_t at = text.find("GUID: ");
  ASSERT_NE(at, std::string_view::npos);
  const auto servent = guid_from_hex(text.substr(at + 6, 32));
  ASSERT_TRUE(servent);
  for (std::uint32_t i = 0; i < 20; ++i) {
    Buffer payload;
    append_push(payload, {*servent, i, {0x0a000107, 6346}, {}});
    node.say(bad, message_of(Type::push, guid_with(static_cast<std::uint8_t>(i)), 5, 0, payload));
  }
  EXPECT_EQ(node.world.out.take<PushWanted>().size(), kCallsPerAddress);
  Buffer outside;
  append_push(outside, {*servent, 1, {0x08080808, 80}, {}});
  node.say(bad, message_of(Type::push, guid_with(200), 5, 0, outside));
  EXPECT_TRUE(node.world.out.take<PushWanted>().empty()) << "a public address";
}

}  // namespace
}  // namespace p2p::gnutella
