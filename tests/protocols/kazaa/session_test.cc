#include "protocols/kazaa/session.h"

#include <gtest/gtest.h>

#include "tests/support/kazaa_vectors.h"
#include "tests/support/vectors.h"

namespace p2p::kazaa {
namespace {

using State = Session::State;
using test::KazaaMessage;

// Feeds and drains; what came of it in the form of the recorded messages, pings and pongs as types
// that no message has.
constexpr std::uint16_t kPing = 0xff50;
constexpr std::uint16_t kPong = 0xff52;

std::vector<KazaaMessage> give(Session& session, Bytes bytes, std::size_t piece, bool from_child) {
  std::vector<KazaaMessage> heard;
  test::in_pieces(bytes, piece, [&](const Buffer& now) {
    session.feed(now);
    for (auto next = session.next(); next && *next; next = session.next()) {
      const Frame& frame = **next;
      const auto type = static_cast<std::uint16_t>(frame.type);
      heard.push_back({from_child,
                       frame.kind == Frame::Kind::ping   ? kPing
                       : frame.kind == Frame::Kind::pong ? kPong
                                                         : type,
                       {frame.payload.begin(), frame.payload.end()}});
    }
  });
  return heard;
}

Buffer recorded(bool from_child) {
  return test::joined(test::captured("kazaa/session.hex"), ' ', from_child);
}

struct SessionPair {
  Session child = Session::child();
  Session supernode = Session::supernode();
  SessionPair() {
    give(supernode, child.take_output(), 100, true);
    give(child, supernode.take_output(), 100, false);
    give(supernode, child.take_output(), 100, true);
  }
};

// A whole greeting of a child with this name, then bytes to be enciphered, for a supernode with
// seed 0.
Buffer child_saying(std::string_view name_and_more) {
  Buffer out;
  append_hello(out, kClientSeed);
  const std::size_t at = out.size();
  Writer(out).text(name_and_more);
  Cipher(kClientSeed).apply(std::span(out).subspan(at));
  return out;
}

TEST(Session, ReplaysTheSupernodeOfTheRecording) {
  for (const std::size_t piece : {1U, 3U, 20U, 10'000U}) {
    Session supernode = Session::supernode(0);
    EXPECT_EQ(give(supernode, recorded(true), piece, true), test::recorded_messages(true)) << piece;
    EXPECT_EQ(supernode.state(), State::open);
    for (const KazaaMessage& message : test::recorded_messages(false))
      supernode.send(static_cast<Type>(message.type), message.payload);
    EXPECT_EQ(to_hex(supernode.take_output()), to_hex(recorded(false)));
  }
}

TEST(Session, ReplaysTheChildOfTheRecording) {
  Session child = Session::child();
  EXPECT_EQ(give(child, recorded(false), 7, false), test::recorded_messages(false));
  EXPECT_EQ(child.state(), State::open);
  for (const KazaaMessage& message : test::recorded_messages(true))
    child.send(static_cast<Type>(message.type), message.payload);
  Buffer said = child.take_output();
  // It asked for another cipher type than the recorded child, which nobody minds.
  const Buffer expected = recorded(true);
  EXPECT_EQ(to_hex(Bytes(said).first(11)), to_hex(Bytes(expected).first(11)));
  EXPECT_EQ(to_hex(Bytes(said).subspan(12)), to_hex(Bytes(expected).subspan(12)));
}

TEST(Session, TheGreetingMayBeCutAnywhere) {
  const Buffer bytes = recorded(true);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    Session supernode = Session::supernode();
    auto heard = give(supernode, Bytes(bytes).first(cut), bytes.size(), true);
    EXPECT_EQ(supernode.state(), cut < 18 ? State::greeting : State::open) << cut;
    for (const KazaaMessage& more : give(supernode, Bytes(bytes).subspan(cut), bytes.size(), true))
      heard.push_back(more);
    ASSERT_EQ(heard, test::recorded_messages(true)) << cut;
  }
}

TEST(Session, ChildAndSupernodeTalkWithEverySeed) {
  for (const MaskedSeed& known : known_seeds()) {
    Session child = Session::child(kClientSeed);
    Session supernode = Session::supernode(known.seed);
    give(supernode, child.take_output(), 5, true);
    supernode.feed({});
    give(child, supernode.take_output(), 5, false);
    give(supernode, child.take_output(), 5, true);
    ASSERT_EQ(child.state(), State::open) << known.seed;
    ASSERT_EQ(supernode.state(), State::open) << known.seed;
    const Buffer payload(40'000, std::byte{7});
    child.send(Type::query, payload);
    supernode.send(Type::reply, payload);
    const std::vector<KazaaMessage> query{{true, 6, payload}};
    const std::vector<KazaaMessage> reply{{false, 7, payload}};
    EXPECT_EQ(give(supernode, child.take_output(), 999, true), query);
    EXPECT_EQ(give(child, supernode.take_output(), 999, false), reply);
  }
}

TEST(Session, SaysNothingBeforeTheHelloIsWhole) {
  Session supernode = Session::supernode();
  give(supernode, Bytes(recorded(true)).first(kHelloBytes - 1), 1, true);
  EXPECT_TRUE(supernode.take_output().empty());
  give(supernode, Bytes(recorded(true)).subspan(kHelloBytes - 1, 1), 1, true);
  EXPECT_EQ(to_hex(supernode.take_output()), to_hex(Bytes(recorded(false)).first(14)));
}

TEST(Session, AnswersAPing) {
  SessionPair pair;
  pair.child.ping();
  EXPECT_EQ(give(pair.supernode, pair.child.take_output(), 1, true),
            (std::vector<KazaaMessage>{{true, kPing, {}}}));
  EXPECT_EQ(give(pair.child, pair.supernode.take_output(), 1, false),
            (std::vector<KazaaMessage>{{false, kPong, {}}}));
}

TEST(Session, AnswersAFloodOfPingsOnce) {
  SessionPair pair;
  for (int i = 0; i < 1000; ++i)
    pair.child.ping();
  EXPECT_EQ(give(pair.supernode, pair.child.take_output(), 1000, true).size(), 1000U);
  EXPECT_EQ(pair.supernode.take_output().size(), 1U);
  pair.child.ping();
  give(pair.supernode, pair.child.take_output(), 1000, true);
  EXPECT_EQ(pair.supernode.take_output().size(), 1U);
}

TEST(Session, TakesTheOtherNamesOfTheNetwork) {
  for (const std::string name : {"kazaa", "FileShare", "GROKSTER"}) {
    Session supernode = Session::supernode(0);
    EXPECT_EQ(supernode.feed(child_saying(name + '\0')), State::open) << name;
  }
}

TEST(Session, RefusesAnotherNetwork) {
  for (const std::string name : {"MusicCity", "", "KaZaA\n"}) {
    Session supernode = Session::supernode(0);
    EXPECT_EQ(supernode.feed(child_saying(name + '\0')), State::broken) << name;
    EXPECT_EQ(supernode.error().code, Errc::refused);
    EXPECT_EQ(supernode.error().detail.find('\n'), std::string::npos);
    EXPECT_FALSE(supernode.next());
  }
}

TEST(Session, RefusesANameWithoutAnEnd) {
  Session supernode = Session::supernode(0);
  EXPECT_EQ(supernode.feed(child_saying(std::string(kMaxNetworkName, 'k'))), State::greeting);
  Session other = Session::supernode(0);
  EXPECT_EQ(other.feed(child_saying(std::string(kMaxNetworkName + 1, 'k'))), State::broken);
  EXPECT_EQ(other.error().code, Errc::too_long);
}

TEST(Session, AChildRefusesACipherThatIsNotOurs) {
  for (const char* answer : {"0000000048a00a1a", "deadbeef00000000", "0000000048a00a37"}) {
    Session child = Session::child();
    child.take_output();
    EXPECT_EQ(child.feed(from_hex(answer)), State::broken) << answer;
    EXPECT_EQ(child.error().code, Errc::unsupported);
    EXPECT_TRUE(child.take_output().empty());
  }
}

TEST(Session, BreaksWhenTheStreamsAreOutOfStep) {
  Session supernode = Session::supernode(0);
  supernode.feed(child_saying(std::string("KaZaA\0\x50\x33\x50", 9)));
  const auto ping = supernode.next();
  ASSERT_TRUE(ping && *ping);
  EXPECT_EQ((*ping)->kind, Frame::Kind::ping);
  EXPECT_FALSE(supernode.next());
  EXPECT_EQ(supernode.state(), State::broken);
  EXPECT_EQ(supernode.error().code, Errc::malformed);
  EXPECT_EQ(supernode.feed(from_hex("50")), State::broken);
}

TEST(Session, OneBitOfTheGreetingChangedBreaksTheLink) {
  for (std::size_t bit = 32; bit < 64; ++bit) {  // of the child's seed
    Buffer bytes = recorded(true);
    bytes[bit / 8] ^= std::byte{1} << (bit % 8);
    Session supernode = Session::supernode();
    EXPECT_TRUE(give(supernode, bytes, bytes.size(), true).empty());
    EXPECT_EQ(supernode.state(), State::broken) << bit;
  }
}

TEST(Session, AGreetedOneTalksInTheClear) {
  Session one = Session::greeted();
  Session other = Session::greeted();
  one.send(Type::version, from_hex("00000022"));
  const Buffer bytes = one.take_output();
  EXPECT_EQ(to_hex(bytes), "4b2600000400000022");
  EXPECT_EQ(give(other, bytes, 1, true),
            (std::vector<KazaaMessage>{{true, 0x26, from_hex("00000022")}}));
}

TEST(Session, AnIdleOneIsSmall) {
  SessionPair pair;
  pair.supernode.send(Type::nodes, Buffer(1600));
  give(pair.child, pair.supernode.take_output(), 700, false);
  EXPECT_LE(sizeof(Session), 176U);
  EXPECT_LE(pair.child.held(), 2 * sizeof(Cipher) + 1024);
  EXPECT_EQ(Session::greeted().held(), 0U);
}

}  // namespace
}  // namespace p2p::kazaa
