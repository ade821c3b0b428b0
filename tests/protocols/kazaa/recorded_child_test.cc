// A stock mldonkey, as it was recorded, is a child of our supernode: it is welcomed in the order
// that it waits for, its file is found by others, and its query is answered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/kazaa/statistics.h"

#include "tests/support/kazaa_peer.h"
#include "tests/support/kazaa_vectors.h"
#include "tests/support/vectors.h"

namespace p2p::kazaa {
namespace {

using test::KazaaMessage;
using test::KazaaWorld;

constexpr std::uint32_t kLoopback = 0x7f000001;

struct RecordedChild : testing::TestWithParam<std::size_t> {
  KazaaWorld node{"supernode"};
  LinkId other = node.child("other");
  LinkId stock{};
  Session ear = Session::child();  // hears what the recorded child would have heard
  std::vector<KazaaMessage> heard;

  void SetUp() override {
    node.say(other, Type::share, test::share_of("loopback test song.mp3", 7));
    node.say(other, Type::share, test::share_of("loopback large.avi", 8, 0x80000000));
    stock = node.call(kLoopback);
    const Buffer said = test::joined(test::captured("kazaa/session.hex"), ' ', true);
    test::in_pieces(said, GetParam(), [&](const Buffer& piece) { node.raw(stock, piece); });
    ear.feed(node.world.out.bytes_to(stock));
    for (auto next = ear.next(); next && *next; next = ear.next())
      heard.push_back({false,
                       static_cast<std::uint16_t>((*next)->type),
                       {(*next)->payload.begin(), (*next)->payload.end()}});
  }
  Buffer payload(Type type) const {
    for (const KazaaMessage& message : heard)
      if (message.type == static_cast<std::uint16_t>(type)) return message.payload;
    return {};
  }
};

TEST_P(RecordedChild, HearsWhatItHeardFromTheSupernodeOfTheRecording) {
  std::vector<std::uint16_t> types;
  for (const KazaaMessage& message : heard)
    types.push_back(message.type);
  std::vector<std::uint16_t> recorded;
  for (const KazaaMessage& message : test::recorded_messages(false))
    recorded.push_back(message.type);
  EXPECT_EQ(types, recorded);
  EXPECT_FALSE(node.is_closed(stock));
  EXPECT_EQ(decode_your_address(payload(Type::your_address)), kLoopback);
  EXPECT_GE(payload(Type::statistics).size(), 89U) << "or it throws it away";
  const Buffer nodes = payload(Type::nodes);
  EXPECT_EQ(decode_nodes(nodes)->back().endpoint, test::kHere);
}

TEST_P(RecordedChild, IsToldWhoHasWhatItAsksForAndNoLargeFiles) {
  const Buffer bytes = payload(Type::reply);
  const auto reply = decode_reply(bytes);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->search_id, 0);
  EXPECT_EQ(reply->supernode, test::kHere);
  ASSERT_EQ(reply->files.size(), 1U);
  EXPECT_EQ(reply->files[0].file.tags.text(Tag::name), "loopback test song.mp3");
  EXPECT_EQ(reply->files[0].user, "other");
  EXPECT_EQ(reply->files[0].network, "KaZaA");
  EXPECT_EQ(reply->files[0].endpoint, (Endpoint{node.address_of(other), 1214}));
}

TEST_P(RecordedChild, SharesAFileThatOthersFind) {
  node.say(other, Type::query, test::words_payload("beta tune", 5));
  const auto replies = node.take(other, Type::reply);
  ASSERT_EQ(replies.size(), 1U);
  const auto reply = decode_reply(replies[0]);
  ASSERT_TRUE(reply);
  ASSERT_EQ(reply->files.size(), 1U);
  EXPECT_EQ(reply->files[0].file.tags.text(Tag::name), "child file Beta tune.mp3");
  EXPECT_EQ(reply->files[0].endpoint, (Endpoint{kLoopback, 2214}));
  EXPECT_EQ(reply->files[0].user, "vzybbc");
  EXPECT_EQ(reply->files[0].bandwidth, 0x68);
  EXPECT_EQ(node.counter("children"), 2U);
  node.hang_up(stock);
  node.say(other, Type::query, test::words_payload("beta tune", 6));
  EXPECT_THAT(node.results(other), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(CutAs, RecordedChild, testing::Values(1, 7, 100'000));

}  // namespace
}  // namespace p2p::kazaa
