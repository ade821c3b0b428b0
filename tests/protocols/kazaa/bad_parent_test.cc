// What a bad supernode may try with its children: an ordinary node shows no rubbish, calls nobody
// for it, and looks for another one when it must.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/call_quota.h"
#include "protocols/kazaa/own_searches.h"
#include "protocols/kazaa/push.h"
#include "protocols/kazaa/statistics.h"
#include "protocols/kazaa/supernode_cache.h"

#include "tests/support/kazaa_peer.h"

namespace p2p::kazaa {
namespace {

using test::KazaaWorld;
using test::kHub;
using test::knows_hub;
using test::kSharer;
using test::kVictim;
using test::reply_of;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct BadParent : testing::Test {
  KazaaWorld node{"ordinary", knows_hub};
  LinkId hub = node.take_call_as_parent();

  // The number by which the parent knows the search.
  std::uint16_t search(const std::string& text, std::uint32_t limit = 100) {
    Search wanted{SearchId{++last}, parse_query(text)};
    wanted.query.limit = limit;
    node.command(wanted);
    const auto queries = node.take(hub, Type::query);
    EXPECT_THAT(queries, SizeIs(1));
    return queries.empty() ? std::uint16_t{0} : decode_query(queries[0])->search_id;
  }
  std::size_t found() {
    std::size_t hits = 0;
    for (const Found& event : node.world.out.take<Found>())
      hits += event.hits.size();
    return hits;
  }
  void expect_the_node_goes_on() {
    EXPECT_FALSE(node.is_closed(hub));
    const std::uint16_t id = search("good");
    node.say(hub, Type::reply, reply_of("good", 77, kSharer, id));
    EXPECT_EQ(found(), 1U);
  }
  std::uint32_t last = 0;
};

TEST_F(BadParent, RubbishIsNotShown) {
  const std::uint16_t id = search("red kite");
  for (std::uint32_t i = 0; i < 1000; ++i)
    node.say(hub, Type::reply, reply_of("buy now", i, kSharer, id));
  node.say(hub, Type::reply, reply_of("red kite", 1, kVictim, id));
  EXPECT_EQ(found(), 0U);
  EXPECT_EQ(node.counter("unwanted results"), 1001U);
  expect_the_node_goes_on();
}

TEST_F(BadParent, AHashIsAskedForAndAnotherIsNotShown) {
  Query query;
  query.uuhash = test::hash_with(5);
  node.command(Search{SearchId{1}, query});
  const auto id = decode_query(node.take(hub, Type::query).at(0))->search_id;
  node.say(hub, Type::reply, reply_of("any name", 6, kSharer, id));
  EXPECT_EQ(found(), 0U);
  node.say(hub, Type::reply, reply_of("any name", 5, kSharer, id));
  EXPECT_EQ(found(), 1U);
}

TEST_F(BadParent, AnswersThatNobodyAskedForAreCountedAndForgotten) {
  node.say(hub, Type::reply, reply_of("anything", 1, kSharer, 999));
  EXPECT_EQ(node.counter("dropped: no route"), 1U);
  Buffer end;
  append_end(end, {999});
  node.say(hub, Type::end, end);
  EXPECT_EQ(found(), 0U);
  EXPECT_THAT(node.world.out.take<Ended>(), IsEmpty());
  expect_the_node_goes_on();
}

TEST_F(BadParent, ResultsStopAtTheLimit) {
  const std::uint16_t id = search("kite", 3);
  for (std::uint32_t i = 0; i < 100; ++i)
    node.say(hub, Type::reply, reply_of("kite", i, kSharer, id));
  EXPECT_EQ(found(), 3U);
  EXPECT_THAT(node.world.out.take<Ended>(), SizeIs(1));
}

TEST_F(BadParent, ASearchThatItNeverEndsIsGivenUp) {
  search("kite");
  node.advance(kSearchTime);
  const auto ended = node.world.out.take<Ended>();
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].why, Ended::Why::timeout);
}

TEST_F(BadParent, OrdersToCallMakeItCallNoVictimAndNobodyWithoutEnd) {
  const auto order = [&](const Endpoint& caller, std::uint32_t id) {
    Buffer payload;
    append_push_order(payload, {id, caller});
    node.say(hub, Type::push, payload);
    return node.world.out.take<PushWanted>().size();
  };
  EXPECT_EQ(order(kVictim, 1) + order({0xffffffff, 80}, 2) + order({kSharer.address, 0}, 3), 0U);
  std::size_t calls = 0;
  for (std::uint32_t i = 0; i < 1000; ++i)
    calls += order({kSharer.address, static_cast<std::uint16_t>(80 + i)}, i);
  EXPECT_EQ(calls, kCallsPerAddress);
  std::size_t more = 0;
  for (std::uint32_t i = 0; i < 1000; ++i)
    more += order({0x0a010000 + i, 80}, i);
  EXPECT_EQ(calls + more, kCallsInAll);
}

TEST_F(BadParent, MessagesCutAnywhereDoNoHarm) {
  const std::uint16_t id = search("kite");
  Buffer statistics;
  append_statistics(statistics, {});
  const std::vector<std::pair<Type, Buffer>> messages = {
      {Type::reply, reply_of("kite", 1, kSharer, id)},
      {Type::nodes, Buffer(24)},
      {Type::statistics, statistics},
      {Type::push, Buffer(10)},
      {Type::your_address, Buffer(4)},
      {Type::version, Buffer(4)},
      {Type::network_name, Buffer(5)}};
  for (const auto& [type, payload] : messages)
    for (std::size_t size = 0; size <= payload.size(); ++size)
      node.say(hub, type, Bytes(payload).first(size));
  EXPECT_EQ(found(), 1U) << "the whole one";
  EXPECT_GT(node.counter("dropped: malformed"), 50U);
  expect_the_node_goes_on();
}

TEST_F(BadParent, NumbersWithoutEndInAReplyAreMalformed) {
  const std::uint16_t id = search("kite");
  Buffer head = reply_of("kite", 1, kSharer, id);
  head.resize(10);
  Buffer endless = head;
  Writer(endless)
      .bytes(from_hex("0a000777"
                      "04be"
                      "60"
                      "7801"
                      "4b00"))
      .bytes(Buffer(20));
  const Buffer base = endless;
  Writer(endless).bytes(Buffer(100, std::byte{0xff}));
  node.say(hub, Type::reply, endless);
  Buffer tags = base;
  Writer(tags).bytes(from_hex("01018380ffff"));
  node.say(hub, Type::reply, tags);
  Buffer beyond = base;
  Writer(beyond).bytes(from_hex("01010102ffff7f61"));
  node.say(hub, Type::reply, beyond);
  Buffer many = head;
  many[8] = many[9] = std::byte{0xff};
  node.say(hub, Type::reply, many);
  EXPECT_EQ(node.counter("dropped: malformed"), 4U);
  expect_the_node_goes_on();
}

TEST_F(BadParent, AStreamOutOfStepEndsTheLinkAndTheNextIsCalled) {
  Buffer payload;
  append_nodes(payload, {{{0x0a000202, 1214}, 0, 0}});
  node.say(hub, Type::nodes, payload);
  const std::uint16_t id = search("kite");
  Buffer bytes = node.bytes_of_message(hub, Type::reply, reply_of("kite", 1, kSharer, id));
  bytes[0] ^= std::byte{0x01};
  node.raw(hub, bytes);
  EXPECT_TRUE(node.is_closed(hub));
  EXPECT_THAT(node.notices(), HasSubstr("out of step"));
  EXPECT_THAT(node.world.out.dialled, ElementsAre(kHub, Endpoint{0x0a000202, 1214}));
  hub = node.take_call_as_parent();
  const auto again = node.take(hub, Type::query);
  ASSERT_THAT(again, SizeIs(1)) << "the search lives on";
  EXPECT_EQ(decode_query(again[0])->search_id, id);
  expect_the_node_goes_on();
}

TEST_F(BadParent, RegisteringAgainAndAgainIsAskedForInVain) {
  for (int i = 0; i < 100; ++i)
    node.say(hub, Type::register_now);
  EXPECT_THAT(node.world.out.take<PageAsked>(), SizeIs(1));
  EXPECT_THAT(node.take(hub, Type::node_info), SizeIs(1));
}

// ---- before it is a parent ------------------------------------------------------------------

TEST(BadSupernodeToCall, AnswersWithACipherThatNobodyKnows) {
  for (const char* answer : {"0000000048a00a1a", "deadbeef00000000"}) {
    KazaaWorld node("ordinary", knows_hub);
    const LinkId link{node.world.out.next_link - 1};
    Cx cx = node.world.cx();
    node.mode().link_up(link, {kHub, false, false, test::kHere}, cx);
    node.raw(link, from_hex(answer));
    EXPECT_TRUE(node.is_closed(link));
    EXPECT_THAT(node.notices(), HasSubstr("link to 10.0.2.1:1214 ends"));
    node.advance(1min);
    EXPECT_THAT(node.world.out.dialled, SizeIs(testing::Ge(2))) << "the user named it";
    EXPECT_THAT(node.world.out.dialled, Each(kHub));
  }
}

TEST(BadSupernodeToCall, GreetsAndThenSaysNothing) {
  KazaaWorld node("ordinary", knows_hub);
  const LinkId link = node.take_call();
  node.advance(4s);
  EXPECT_FALSE(node.is_closed(link));
  node.advance(2s);
  EXPECT_TRUE(node.is_closed(link));
}

TEST(BadSupernodeToCall, SaysItsListForEverAndTakesNobodyIn) {
  KazaaWorld node("ordinary", knows_hub);
  const LinkId link = node.take_call();
  for (int i = 0; i < 60; ++i) {
    std::vector<NodeEntry> nodes;
    for (std::uint32_t j = 0; j < 200; ++j)
      nodes.push_back({{0x0a100000U + static_cast<std::uint32_t>(i) * 200U + j, 1214}, 0, 0});
    Buffer payload;
    append_nodes(payload, nodes);
    if (!node.is_closed(link)) node.say(link, Type::nodes, payload);
    node.advance(100ms);
  }
  EXPECT_TRUE(node.is_closed(link));
  EXPECT_LE(node.counter("supernodes known"), SupernodeCache::kMost);
}

TEST(BadCaller, WhoTakesAnOrdinaryNodeForASupernodeIsSentOn) {
  KazaaWorld node("ordinary", knows_hub);
  const LinkId hub = node.take_call_as_parent();
  const LinkId caller = node.caller();
  const auto lists = node.take(caller, Type::nodes);
  ASSERT_THAT(lists, SizeIs(1));
  EXPECT_THAT(*decode_nodes(lists[0]), testing::Contains(NodeEntry{kHub, 0, 0}));
  EXPECT_TRUE(node.is_closed(caller));
  EXPECT_FALSE(node.is_closed(hub));
}

}  // namespace
}  // namespace p2p::kazaa
