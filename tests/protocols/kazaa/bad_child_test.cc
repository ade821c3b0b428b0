// What a bad child may try with a supernode, and what becomes of it: a counter, a clear word, a
// closed link; the supernode and its other children go on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/kazaa/cipher.h"
#include "protocols/kazaa/greeting.h"
#include "protocols/kazaa/links.h"
#include "protocols/kazaa/push.h"
#include "protocols/kazaa/varint.h"

#include "tests/support/kazaa_peer.h"

namespace p2p::kazaa {
namespace {

using test::hash_with;
using test::KazaaWorld;
using test::share_of;
using test::words_payload;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint32_t kVictimAddress = 0x0a000999;

struct BadChild : testing::Test {
  KazaaWorld node{"supernode"};
  LinkId good = node.child("good");
  LinkId bad = node.child("bad");

  BadChild() { node.say(good, Type::share, share_of("still here.mp3", 0xffffff)); }

  void expect_the_supernode_goes_on() {
    const LinkId asker = node.child("asker");
    node.say(asker, Type::query, words_payload("still", 9));
    EXPECT_THAT(node.results(asker), Contains("still here.mp3"));
    EXPECT_FALSE(node.is_closed(good));
    node.hang_up(asker);
  }
};

TEST_F(BadChild, AGreetingMayBeCutAnywhere) {
  for (std::size_t cut = 0; cut <= 18; ++cut) {
    const LinkId link = node.call();
    const Buffer hello = node.greeting_of(link);
    const std::size_t of_hello = std::min(cut, hello.size());
    node.raw(link, Bytes(hello).first(of_hello));
    node.raw(link, Bytes(hello).subspan(of_hello));
    Buffer name;
    Writer(name).text(kNetworkName).u8(0);
    Cipher(kClientSeed ^ kSupernodeSeed).apply(name);
    const std::size_t of_name = cut - of_hello;
    node.raw(link, Bytes(name).first(of_name));
    node.raw(link, Bytes(name).subspan(of_name));
    constexpr std::size_t kStatistics = 97;  // part of the welcome
    EXPECT_GT(node.world.out.bytes_to(link).size(), kStatistics) << cut;
    node.hang_up(link);
  }
  EXPECT_THAT(node.notices(), IsEmpty());
}

TEST_F(BadChild, AGreetingThatStopsAnywhereIsWaitedForSoLong) {
  std::vector<LinkId> all;
  for (std::size_t cut = 0; cut < kHelloBytes; ++cut) {
    all.push_back(node.call());
    const Buffer hello = node.greeting_of(all.back());
    node.raw(all.back(), Bytes(hello).first(cut));
  }
  node.advance(kGreetingPatience - 1s);
  for (const LinkId link : all)
    EXPECT_FALSE(node.is_closed(link));
  node.advance(1s);
  for (const LinkId link : all)
    EXPECT_TRUE(node.is_closed(link));
  expect_the_supernode_goes_on();
}

TEST_F(BadChild, WhoHoldsAPlaceAndNeverSaysAWordLosesIt) {
  const LinkId silent = node.caller();
  node.advance(59s);
  EXPECT_FALSE(node.is_closed(silent));
  node.advance(1s);
  EXPECT_TRUE(node.is_closed(silent));
  expect_the_supernode_goes_on();
}

TEST_F(BadChild, WhateverCipherItWantsItGetsOurs) {
  for (const std::uint32_t wanted : {0x00U, 0x29U, 0xffffffffU}) {
    const LinkId link = node.call();
    Buffer hello = node.greeting_of(link);
    for (unsigned i = 0; i < 4; ++i)
      hello.at(8 + i) = static_cast<std::byte>(wanted >> (24 - 8 * i));
    node.raw(link, hello);
    const Buffer answer = node.world.out.bytes_to(link);
    ASSERT_GE(answer.size(), kAnswerBytes);
    EXPECT_TRUE(decode_answer(Bytes(answer).first(kAnswerBytes)));
  }
}

TEST_F(BadChild, AnotherNetworkOrNoNameAtAllIsHungUpOnWithAWord) {
  for (const std::string& name : {std::string("Mu\x1bsic\0", 7), std::string(200, 'k')}) {
    const LinkId link = node.call();
    Buffer bytes = node.greeting_of(link);
    Writer(bytes).text(name);
    Cipher(kClientSeed ^ kSupernodeSeed).apply(std::span(bytes).subspan(kHelloBytes));
    node.raw(link, bytes);
    EXPECT_TRUE(node.is_closed(link));
    const std::string said = node.notices();
    EXPECT_THAT(said, HasSubstr("network"));
    EXPECT_EQ(said.find('\x1b'), std::string::npos);
  }
  expect_the_supernode_goes_on();
}

TEST_F(BadChild, AStreamOutOfStepEndsTheLinkAndTakesItsFilesWithIt) {
  node.say(bad, Type::share, share_of("gone soon.mp3", 1));
  Buffer bytes = node.bytes_of_message(bad, Type::query, words_payload("dogs"));
  bytes[0] ^= std::byte{0x20};
  node.raw(bad, bytes);
  EXPECT_TRUE(node.is_closed(bad));
  EXPECT_THAT(node.notices(), HasSubstr("out of step"));
  EXPECT_EQ(node.counter("indexed files"), 1U);
  EXPECT_EQ(node.counter("children"), 1U);
  expect_the_supernode_goes_on();
}

TEST_F(BadChild, NumbersWithoutEndAndLengthsBeyondTheFrameAreCountedAndForgotten) {
  const std::string hash(40, 'a');
  const std::vector<std::string> shares = {
      "",                                             // nothing
      "00000000" + hash,                              // cut behind the hash
      "00000000" + hash + std::string(60, 'f'),       // a number without end
      "00000000" + hash + "0101" + "8380ffff",        // 65535 tags
      "00000000" + hash + "0101" + "ffffffff7f",      // more tags than a number has
      "00000000" + hash + "0101" + "010283ffff7f61",  // a tag far beyond the frame
      "00000000" + hash + "0101" + "020203616263",    // the second tag is missing
  };
  for (const std::string& hex : shares)
    node.say(bad, Type::share, from_hex(hex));
  EXPECT_EQ(node.counter("dropped: malformed"), shares.size());
  node.say(bad, Type::query, from_hex("0001"));
  node.say(bad, Type::query, from_hex("000100200000013fff0500"));        // 255 terms
  node.say(bad, Type::query, from_hex("000100200000013f010500ffff7f"));  // a value beyond the end
  node.say(bad, Type::node_info, from_hex("0a00"));
  node.say(bad, Type::push, from_hex("00000001"));
  EXPECT_EQ(node.counter("dropped: malformed"), shares.size() + 5);
  EXPECT_FALSE(node.is_closed(bad)) << "the frames are in step";
  EXPECT_EQ(node.counter("indexed files"), 1U);
  expect_the_supernode_goes_on();
}

TEST_F(BadChild, EveryMessageMayBeCutAnywhere) {
  const std::vector<std::pair<Type, Buffer>> messages = {
      {Type::share, share_of("cut.mp3", 3)},
      {Type::unshare,
       [] {
         Buffer payload;
         append_unshare(payload, {hash_with(3), 1, 1, {}});
         return payload;
       }()},
      {Type::query, words_payload("dogs")},
      {Type::push,
       [] {
         Buffer payload;
         append_push_request(
             payload, {1, {kVictimAddress, 1}, {kVictimAddress, 2}, {kVictimAddress, 3}, "x"});
         return payload;
       }()},
      {Type::version, from_hex("00000022")},
      {Type::send_udp, from_hex("0a00010204be")},
      {Type::neighbours, Buffer(26)}};
  for (const auto& [type, payload] : messages)
    for (std::size_t size = 0; size <= payload.size(); ++size)
      node.say(bad, type, Bytes(payload).first(size));
  EXPECT_FALSE(node.is_closed(bad));
  expect_the_supernode_goes_on();
}

TEST_F(BadChild, OfTagsThatContradictEachOtherTheFirstIsIndexed) {
  TagBuilder tags;
  tags.text(Tag::name, "first name.mp3").text(Tag::name, "second name.mp3");
  Buffer payload;
  append_share(payload, {Media::audio, {hash_with(4), 1, 5, tags.tags()}});
  node.say(bad, Type::share, payload);
  node.say(good, Type::query, words_payload("name"));
  EXPECT_THAT(node.results(good), ElementsAre("first name.mp3"));
  node.say(good, Type::query, words_payload("second"));
  EXPECT_THAT(node.results(good), IsEmpty());
}

TEST_F(BadChild, WhoRegistersAnothersAddressIsNotCalledThereByAnybody) {
  Buffer payload;
  append_node_info(payload, {{kVictimAddress, 80}, 0x60, "bad"});
  node.say(bad, Type::node_info, payload);
  node.say(bad, Type::share, share_of("bait.mp3", 5));
  node.say(good, Type::query, words_payload("bait"));
  const auto replies = node.take(good, Type::reply);
  ASSERT_THAT(replies, SizeIs(1));
  const auto reply = decode_reply(replies[0]);
  ASSERT_TRUE(reply);
  ASSERT_THAT(reply->files, SizeIs(1));
  EXPECT_EQ(reply->files[0].endpoint, (Endpoint{node.address_of(bad), 0}));

  payload.clear();
  append_send_udp(payload, {kVictimAddress, 80});
  node.say(bad, Type::send_udp, payload);
  node.advance(1min);
  EXPECT_THAT(node.world.out.dialled, IsEmpty());
  EXPECT_THAT(node.world.out.datagrams, IsEmpty());
}

TEST_F(BadChild, ACallBackGoesToItselfAndOnce) {
  for (std::uint16_t port = 1; port < 100; ++port) {
    Buffer payload;
    append_send_udp(payload, {node.address_of(bad), port});
    node.say(bad, Type::send_udp, payload);
  }
  EXPECT_THAT(node.world.out.dialled, ElementsAre(Endpoint{node.address_of(bad), 1}));
}

TEST_F(BadChild, AHundredThousandSharesStopAtTheLimit) {
  const auto limit = ModeConfig().max_files_per_user;
  ASSERT_EQ(limit, 50'000U);
  for (std::uint32_t i = 0; i < 100'000; ++i)
    node.say(bad, Type::share, share_of("flood number " + std::to_string(i), i));
  EXPECT_EQ(node.counter("indexed files"), limit + 1);
  EXPECT_EQ(node.counter("dropped: over the limit"), 100'000 - limit);
  EXPECT_FALSE(node.is_closed(bad));
  expect_the_supernode_goes_on();
  node.hang_up(bad);
  EXPECT_EQ(node.counter("indexed files"), 1U);
}

TEST_F(BadChild, AFloodOfQueriesIsAnsweredAtAPersonsPaceAndEachOneEnds) {
  std::size_t ends = 0;
  std::size_t replies = 0;
  for (std::uint16_t i = 0; i < 300; ++i) {
    node.say(bad, Type::query, words_payload("still", i));
    for (const auto& message : node.take_all(bad)) {
      replies += message.type == Type::reply ? 1U : 0U;
      ends += message.type == Type::end ? 1U : 0U;
    }
  }
  EXPECT_EQ(replies, 50U);
  EXPECT_EQ(ends, 300U);
  EXPECT_EQ(node.counter("dropped: throttled"), 250U);
  expect_the_supernode_goes_on();
}

TEST_F(BadChild, AQueryForEverythingGetsNothing) {
  node.say(bad, Type::query, words_payload("", 1));
  node.say(bad, Type::query, words_payload("* !", 2));
  node.say(bad, Type::query, from_hex("000100200003013f00"));
  const auto heard = node.take_all(bad);
  ASSERT_THAT(heard, SizeIs(3));
  for (const auto& message : heard)
    EXPECT_EQ(message.type, Type::end);
}

TEST_F(BadChild, APushThatNamesAVictimGoesNowhere) {
  Buffer payload;
  append_push_request(
      payload, {1, {kVictimAddress, 80}, {node.address_of(good), 1214}, test::kHere, "good"});
  node.say(bad, Type::push, payload);
  EXPECT_THAT(node.take(good, Type::push), IsEmpty());
  EXPECT_EQ(node.counter("dropped: malformed"), 1U);
  payload.clear();
  append_push_request(
      payload,
      {1, {node.address_of(bad), 1214}, {node.address_of(good), 1214}, test::kHere, "good"});
  std::size_t orders = 0;
  for (int i = 0; i < 1000; ++i)
    node.say(bad, Type::push, payload);
  orders = node.take(good, Type::push).size();
  EXPECT_EQ(orders, 50U);
  EXPECT_EQ(node.counter("dropped: throttled"), 950U);
}

TEST_F(BadChild, AnswersThatNobodyAskedForAndUnknownTypesAreIgnored) {
  node.say(bad, Type::reply, test::reply_of("rubbish", 1, {kVictimAddress, 80}));
  node.say(bad, Type::relayed_reply, Buffer(50));
  node.say(bad, Type::relayed_query,
           test::relayed_query_of(test::guid_with(1), words_payload("still")));
  node.say(bad, Type::nodes, Buffer(80));
  for (unsigned type = 0x30; type < 0x60; ++type)
    node.say(bad, static_cast<Type>(type), Buffer(3));
  EXPECT_FALSE(node.is_closed(bad));
  EXPECT_THAT(node.take_all(bad), IsEmpty());
  EXPECT_EQ(node.counter("supernodes known"), 0U);
  expect_the_supernode_goes_on();
}

TEST_F(BadChild, MoreChildrenThanThereIsRoomForAreToldOfOthers) {
  KazaaWorld small("supernode", [](ModeConfig& config) { config.supernode.max_children = 2; });
  const LinkId hub = small.supernode();
  small.child("one");
  const LinkId silent = small.caller();  // may become a child
  const LinkId third = small.caller();
  EXPECT_FALSE(small.is_closed(third)) << "it may say that it is a supernode";
  small.advance(1s);
  EXPECT_TRUE(small.is_closed(third));
  const auto lists = small.take(third, Type::nodes);
  ASSERT_THAT(lists, SizeIs(1));
  EXPECT_EQ(decode_nodes(lists[0])->front().endpoint, (Endpoint{small.address_of(hub), 1214}));
  EXPECT_FALSE(small.is_closed(silent));
  EXPECT_EQ(small.counter("children"), 1U);
}

}  // namespace
}  // namespace p2p::kazaa
