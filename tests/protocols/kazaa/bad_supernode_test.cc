// What a bad supernode may try with another one that it is linked to: a counter, a clear word, a
// closed link; nobody else is hurt, and the children's searches end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/kazaa/living_queries.h"
#include "protocols/kazaa/peers.h"
#include "protocols/kazaa/push.h"
#include "protocols/kazaa/statistics.h"

#include "tests/support/kazaa_peer.h"

namespace p2p::kazaa {
namespace {

using test::guid_with;
using test::KazaaWorld;
using test::kHere;
using test::kSharer;
using test::kVictim;
using test::relayed_query_of;
using test::reply_of;
using test::share_of;
using test::words_payload;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct BadSupernode : testing::Test {
  KazaaWorld node{"supernode"};
  LinkId bad = node.supernode();
  LinkId other = node.supernode();
  LinkId child = node.child("child");

  BadSupernode() { node.say(child, Type::share, share_of("still here.mp3", 0xffffff)); }

  // The id that the child's query travels by.
  Guid ask(std::string_view words, std::uint16_t search_id = 1, std::uint16_t most = 100) {
    (void)node.take_all(bad);
    node.say(child, Type::query, words_payload(words, search_id, most));
    const auto queries = node.take(bad, Type::relayed_query);
    EXPECT_THAT(queries, SizeIs(1));
    return queries.empty() ? Guid{} : decode_relayed_query(queries[0])->id;
  }
  void reply(LinkId from, const Guid& id, Bytes payload) {
    Buffer relayed;
    append_relayed_reply(relayed, {id, 0, payload});
    node.say(from, Type::relayed_reply, relayed);
  }
  void end(LinkId from, const Guid& id) {
    Buffer payload;
    append_relayed_end(payload, {id, 1});
    node.say(from, Type::relayed_end, payload);
  }
  std::size_t ends() { return node.take(child, Type::end).size(); }

  void expect_the_others_go_on() {
    EXPECT_FALSE(node.is_closed(other));
    EXPECT_FALSE(node.is_closed(child));
    (void)node.take_all(other);
    node.say(other, Type::relayed_query, relayed_query_of(guid_with(250), words_payload("still")));
    EXPECT_THAT(node.take(other, Type::relayed_reply), SizeIs(1));
  }
};

TEST_F(BadSupernode, OfRubbishOnlyWhatAnswersReachesTheChild) {
  const Guid id = ask("red kite");
  for (std::uint32_t i = 0; i < 50; ++i)
    reply(bad, id, reply_of("buy now " + std::to_string(i), i, kSharer));
  reply(bad, id, reply_of("red kite.mp3", 99, kVictim));
  reply(bad, id, reply_of("red kite.mp3", 98, {0xffffffff, 80}));
  EXPECT_THAT(node.results(child), IsEmpty());
  EXPECT_EQ(node.counter("dropped: unwanted"), 52U);
  reply(bad, id, reply_of("red kite.mp3", 1, kSharer));
  reply(bad, id, reply_of("red kite.mp3", 1, kSharer));
  reply(other, id, reply_of("red kite.mp3", 1, kSharer));
  EXPECT_THAT(node.results(child), ElementsAre("red kite.mp3"));
  EXPECT_EQ(node.counter("dropped: unwanted"), 52U) << "what was told before is not rubbish";
  end(bad, id);
  EXPECT_EQ(ends(), 0U);
  end(other, id);
  EXPECT_EQ(ends(), 1U);
}

TEST_F(BadSupernode, OurOwnUserIsNotShownRubbishEither) {
  node.command(Search{SearchId{1}, parse_query("red kite")});
  const auto queries = node.take(bad, Type::relayed_query);
  ASSERT_THAT(queries, SizeIs(1));
  const Guid id = decode_relayed_query(queries[0])->id;
  reply(bad, id, reply_of("buy now", 1, kSharer));
  reply(bad, id, reply_of("red kite.mp3", 1, kVictim));
  EXPECT_THAT(node.world.out.take<Found>(), IsEmpty());
  reply(bad, id, reply_of("red kite.mp3", 1, kSharer));
  EXPECT_THAT(node.world.out.take<Found>(), SizeIs(1));
}

TEST_F(BadSupernode, RepliesThatNobodyAskedForGoNowhere) {
  reply(bad, guid_with(55), reply_of("still here", 1, kSharer));
  EXPECT_EQ(node.counter("dropped: no route"), 1U);
  const Guid id = ask("red kite");
  end(bad, id);
  reply(bad, id, reply_of("red kite.mp3", 1, kSharer));
  EXPECT_EQ(node.counter("dropped: no route"), 2U) << "it had said that it was done";
  end(bad, guid_with(55));
  EXPECT_THAT(node.results(child), IsEmpty());
  expect_the_others_go_on();
}

TEST_F(BadSupernode, RepliesThatSayNothingAreNotPassedOn) {
  const Guid id = guid_with(1);
  node.say(other, Type::relayed_query, relayed_query_of(id, words_payload("kite")));
  (void)node.take_all(other);
  ReplyWriter nothing({0x0a000201, 1214}, 0);
  const Buffer empty = nothing.take().front();
  reply(bad, id, empty);
  Buffer lie = empty;
  lie[8] = lie[9] = std::byte{0xff};
  reply(bad, id, lie);
  EXPECT_THAT(node.take(other, Type::relayed_reply), IsEmpty());
  EXPECT_EQ(node.counter("dropped: unwanted"), 2U) << "65535 results in no bytes";
  const Guid ours = ask("kite");
  Buffer broken = reply_of("kite.mp3", 1, kSharer);
  broken.resize(broken.size() - 3);
  reply(bad, ours, broken);
  EXPECT_EQ(node.counter("dropped: malformed"), 1U);
}

TEST_F(BadSupernode, ResultsStopAtWhatWasAskedFor) {
  const Guid id = guid_with(1);
  node.say(other, Type::relayed_query, relayed_query_of(id, words_payload("kite", 0, 3)));
  (void)node.take_all(other);
  for (std::uint32_t i = 0; i < 100; ++i)
    reply(bad, id, reply_of("kite", i, kSharer));
  const auto heard = node.take_all(other);
  ASSERT_THAT(heard, SizeIs(4));
  EXPECT_EQ(heard.back().type, Type::relayed_end);
  EXPECT_EQ(node.counter("dropped: no route"), 97U);

  const Guid of_child = ask("kite", 7, 3);
  for (std::uint32_t i = 0; i < 100; ++i)
    reply(bad, of_child, reply_of("kite", i, kSharer));
  const auto told = node.take_all(child);
  ASSERT_THAT(told, SizeIs(4));
  EXPECT_EQ(told.back().type, Type::end);
}

TEST_F(BadSupernode, TheSameQueryFromTwoSidesIsAnsweredOnceAndEndedTwice) {
  const Buffer query = relayed_query_of(guid_with(1), words_payload("still"));
  node.say(other, Type::relayed_query, query);
  node.say(bad, Type::relayed_query, query);
  node.say(bad, Type::relayed_query, query);
  EXPECT_THAT(node.take(other, Type::relayed_reply), SizeIs(1));
  const auto heard = node.take_all(bad);
  ASSERT_THAT(heard, SizeIs(3)) << "the query that the other one sent, and two ends";
  EXPECT_EQ(heard[0].type, Type::relayed_query);
  EXPECT_EQ(decode_relayed_end(heard[1].payload), (RelayedEnd{guid_with(1), 0}));
  EXPECT_EQ(node.counter("dropped: duplicate"), 2U);
}

TEST_F(BadSupernode, OurOwnQueryThatComesBackByALoopIsADuplicate) {
  const Guid id = ask("still");
  node.say(bad, Type::relayed_query, relayed_query_of(id, words_payload("still"), 4, 3));
  EXPECT_EQ(node.counter("dropped: duplicate"), 1U);
  EXPECT_THAT(node.take(bad, Type::relayed_reply), IsEmpty());
  EXPECT_THAT(node.take(other, Type::relayed_query), SizeIs(1));
}

TEST_F(BadSupernode, OneQueryReplayedForEverGoesOnOnce) {
  const Buffer query = relayed_query_of(guid_with(1), words_payload("dogs"));
  for (int i = 0; i < 5000; ++i)
    node.say(bad, Type::relayed_query, query);
  EXPECT_THAT(node.take(other, Type::relayed_query), SizeIs(1));
  EXPECT_EQ(node.counter("dropped: duplicate"), 4999U);
  expect_the_others_go_on();
}

TEST_F(BadSupernode, AFloodOfQueriesIsCutAtTheRate) {
  for (std::uint32_t i = 0; i < 25'000; ++i) {
    Guid id = guid_with(7);
    id.bytes[1] = static_cast<std::byte>(i & 255U);
    id.bytes[2] = static_cast<std::byte>(i >> 8U);
    node.say(bad, Type::relayed_query, relayed_query_of(id, words_payload("dogs"), 0));
  }
  EXPECT_EQ(node.counter("dropped: throttled"), 25'000U - 20'000U);
  expect_the_others_go_on();
}

TEST_F(BadSupernode, TtlsThatGoTooFarAreMalformedAndZeroGoesNoFurther) {
  node.say(bad, Type::relayed_query, relayed_query_of(guid_with(1), words_payload("dogs"), 200));
  node.say(bad, Type::relayed_query, relayed_query_of(guid_with(2), words_payload("dogs"), 8, 8));
  EXPECT_EQ(node.counter("dropped: malformed"), 2U);
  node.say(bad, Type::relayed_query, relayed_query_of(guid_with(3), words_payload("dogs"), 0, 4));
  node.say(bad, Type::relayed_query, relayed_query_of(guid_with(4), words_payload("dogs"), 1, 4));
  EXPECT_THAT(node.take(other, Type::relayed_query), IsEmpty());
  EXPECT_THAT(node.take(bad, Type::relayed_end), SizeIs(2));
}

TEST_F(BadSupernode, WhoNeverSaysEndIsNotWaitedForLongerThanTheTime) {
  ask("red kite", 3);
  EXPECT_EQ(ends(), 0U);
  node.advance(kQueryTime);
  EXPECT_EQ(ends(), 1U);
  const Guid far = guid_with(9);
  node.say(other, Type::relayed_query, relayed_query_of(far, words_payload("kite"), 4, 5));
  (void)node.take_all(other);
  node.advance(4s);
  EXPECT_THAT(node.take(other, Type::relayed_end), SizeIs(1)) << "six hops away: in time for them";
}

TEST_F(BadSupernode, WhoDiesIsNotWaitedForAndItsQueriesAreForgotten) {
  const Guid id = ask("red kite");
  end(other, id);
  node.say(bad, Type::relayed_query, relayed_query_of(guid_with(1), words_payload("dogs")));
  node.hang_up(bad);
  EXPECT_EQ(ends(), 1U);
  reply(other, guid_with(1), reply_of("dogs", 1, kSharer));
  EXPECT_EQ(node.counter("dropped: no route"), 1U);
  expect_the_others_go_on();
}

TEST_F(BadSupernode, PushesMakeNobodyCallAStrangerAndAreNotWithoutNumber) {
  const auto push = [&](const Endpoint& caller, std::uint8_t ttl = 3) {
    Buffer request;
    append_push_request(request, {1, caller, {node.address_of(child), 1214}, kHere, "child"});
    Buffer payload;
    append_relayed_push(payload, {ttl, request});
    node.say(bad, Type::relayed_push, payload);
  };
  push(kVictim);
  push({kSharer.address, 0});
  push(kSharer, 99);
  EXPECT_THAT(node.take(child, Type::push), IsEmpty());
  EXPECT_EQ(node.counter("dropped: malformed"), 3U);
  for (int i = 0; i < 1000; ++i)
    push(kSharer);
  EXPECT_LE(node.take(child, Type::push).size(), kRelayedPushesPerSecond);
  EXPECT_GE(node.counter("dropped: throttled"), 900U);
}

TEST_F(BadSupernode, APushThatComesBackIsNotSentRound) {
  Buffer request;
  append_push_request(request, {1, kSharer, kSharer, {node.address_of(bad), 1214}, "x"});
  Buffer payload;
  append_relayed_push(payload, {3, request});
  node.say(bad, Type::relayed_push, payload);
  EXPECT_THAT(node.take(bad, Type::relayed_push), IsEmpty());
  node.say(other, Type::relayed_push, payload);
  const auto sent = node.take(bad, Type::relayed_push);
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(decode_relayed_push(sent[0])->ttl, 2);
  payload[0] = std::byte{0};
  node.say(other, Type::relayed_push, payload);
  EXPECT_THAT(node.take(bad, Type::relayed_push), IsEmpty());
}

TEST_F(BadSupernode, ListsOfAddressesThatNobodyMayCallTeachNothing) {
  const std::uint64_t known = node.counter("supernodes known");
  std::vector<NodeEntry> nodes;
  for (std::uint32_t i = 0; i < 100; ++i) {
    nodes.push_back({{0x08080800U + i, 1214}, 0, 0});
    nodes.push_back({{0xe0000000U + i, 1214}, 0, 0});
  }
  nodes.back() = {{0x0a000123, 0}, 0, 0};
  Buffer payload;
  append_nodes(payload, nodes);
  node.say(bad, Type::supernodes, payload);
  EXPECT_EQ(node.counter("supernodes known"), known);
  payload.pop_back();
  node.say(bad, Type::supernodes, payload);
  EXPECT_EQ(node.counter("dropped: malformed"), 1U);
  node.advance(5min);
  for (const Endpoint& called : node.world.out.dialled)
    EXPECT_TRUE(is_private(called.address)) << to_text(called);
}

TEST_F(BadSupernode, MessagesCutAnywhereDoNoHarm) {
  Buffer reply_payload;
  append_relayed_reply(reply_payload, {ask("kite"), 0, reply_of("kite", 1, kSharer)});
  Buffer statistics;
  append_statistics(statistics, {});
  const std::vector<std::pair<Type, Buffer>> messages = {
      {Type::relayed_query, relayed_query_of(guid_with(1), words_payload("dogs"))},
      {Type::relayed_reply, reply_payload},
      {Type::relayed_end, Buffer(18)},
      {Type::hello, Buffer(9)},
      {Type::shared_statistics, statistics},
      {Type::relayed_push, Buffer(23)}};
  for (const auto& [type, payload] : messages)
    for (std::size_t size = 0; size <= payload.size(); ++size)
      node.say(bad, type, Bytes(payload).first(size));
  EXPECT_FALSE(node.is_closed(bad));
  expect_the_others_go_on();
}

TEST_F(BadSupernode, StatisticsThatLieDoNotOverflow) {
  Statistics lie;
  lie.users = 0xffffffff;
  lie.all = {0xffffffff, {0xffff, 0xffff}};
  Buffer payload;
  append_statistics(payload, lie);
  node.say(bad, Type::shared_statistics, payload);
  node.say(other, Type::shared_statistics, payload);
  node.advance(2min);
  const auto told = node.take(child, Type::statistics);
  ASSERT_THAT(told, testing::Not(IsEmpty()));
  EXPECT_EQ(decode_statistics(told.back())->users, 0xffffffffU);
}

// ---- who becomes a neighbour ----------------------------------------------------------------

TEST(KazaaNeighbours, AreCountedAndNoMoreThanTheLimit) {
  KazaaWorld node("supernode", [](ModeConfig& config) {
    config.supernode.max_links = 3;
    config.supernode.wanted_links = 0;
  });
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(node.is_closed(node.supernode()));
  EXPECT_TRUE(node.is_closed(node.supernode()));
  Report report;
  node.mode().describe(report);
  EXPECT_EQ(report.state, "supernode of 0 children, 3 links to others");
}

TEST(KazaaNeighbours, OneThatCallsAgainReplacesItsOldLink) {
  KazaaWorld node("supernode");
  const LinkId old = node.supernode(1214, 0x0a000123);
  const LinkId fresh = node.supernode(1214, 0x0a000123);
  EXPECT_TRUE(node.is_closed(old));
  EXPECT_FALSE(node.is_closed(fresh));
  EXPECT_FALSE(node.is_closed(node.supernode(1215, 0x0a000123))) << "another one there";
}

TEST(KazaaNeighbours, CannotNameAnothersAddress) {
  KazaaWorld node("supernode");
  const LinkId honest = node.supernode(1214, 0x0a000123);
  const LinkId liar = node.caller();
  Buffer payload;
  append_neighbours(payload, {{{0x0a000123, 1214}, 0}});
  node.say(liar, Type::neighbours, payload);
  EXPECT_FALSE(node.is_closed(honest));
  for (const Learned& host : node.world.out.take<Learned>())
    EXPECT_TRUE(host.endpoint.address == 0x0a000123 ||
                host.endpoint == (Endpoint{node.address_of(liar), 1214}));
}

TEST(KazaaNeighbours, OneThatCannotBeCalledIsNone) {
  KazaaWorld node("supernode");
  const LinkId link = node.supernode(0);
  EXPECT_EQ(node.counter("dropped: malformed"), 1U);
  EXPECT_THAT(node.world.out.take<Learned>(), IsEmpty());
  node.say(link, Type::relayed_query, relayed_query_of(guid_with(1), words_payload("dogs")));
  EXPECT_THAT(node.take_all(link), IsEmpty());
}

TEST(KazaaNeighbours, WeOurselvesAreNone) {
  KazaaWorld node("supernode");
  const LinkId link = node.supernode(kHere.port, kHere.address);
  EXPECT_TRUE(node.is_closed(link));
  EXPECT_THAT(node.world.out.take<Learned>(), IsEmpty());
}

TEST(KazaaNeighbours, AHostThatDoesNotSayThatItIsASupernodeIsGivenUp) {
  KazaaWorld node("supernode", [](ModeConfig& config) { config.connect = {{0x0a000201, 1214}}; });
  const LinkId link = node.take_call();
  EXPECT_THAT(node.take(link, Type::neighbours), SizeIs(1));
  node.say(link, Type::nodes, Buffer(8));
  node.say(link, Type::hello, Buffer(3));
  EXPECT_EQ(node.counter("dropped: malformed"), 1U);
  node.advance(6s);
  EXPECT_TRUE(node.is_closed(link));
}

}  // namespace
}  // namespace p2p::kazaa
