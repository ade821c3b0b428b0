#include "protocols/beacon.h"

#include <gtest/gtest.h>

namespace p2p {
namespace {

// Written by hand after docs/beacon.md: "ask" of a gnutella leaf on port 6346, node 1.
const Buffer kAsk = from_hex(
    "73727642"
    "01"
    "00"
    "18ca"
    "0100000000000000"
    "08676e7574656c6c61"
    "046c656166");

constexpr std::uint32_t kHost = 0xc0a80105;  // 192.168.1.5

struct BeaconTest : testing::Test {
  static Beacon::Us us(std::uint64_t node, std::string role = "ultrapeer") {
    return {"gnutella", std::move(role), 6346, node};
  }
  static Buffer here(std::uint64_t node, const std::string& role = "ultrapeer",
                     std::uint16_t port = 6346) {
    return encode({BeaconMessage::Kind::here, port, node, "gnutella", role});
  }
  static Buffer ask(std::uint64_t node) {
    return encode({BeaconMessage::Kind::ask, 6346, node, "gnutella", "leaf"});
  }
  // Sleeps until the deadline, then wakes.
  std::optional<Buffer> next() {
    now = std::max(now, beacon.deadline());
    return beacon.wake(now, rng);
  }
  BeaconMessage::Kind kind(const std::optional<Buffer>& said) {
    return decode_beacon(said.value()).value().kind;
  }

  Rng rng{1};
  Time now{1'000'000ms};
  Beacon beacon{us(7)};
};

TEST(BeaconMessage, IsWhatThePageSays) {
  const auto message = decode_beacon(kAsk);
  ASSERT_TRUE(message) << message.error().detail;
  EXPECT_EQ(message->kind, BeaconMessage::Kind::ask);
  EXPECT_EQ(message->port, 6346);
  EXPECT_EQ(message->node, 1U);
  EXPECT_EQ(message->mode, "gnutella");
  EXPECT_EQ(message->role, "leaf");
  EXPECT_EQ(encode(*message), kAsk);
}

TEST(BeaconMessage, IsRefusedWhenCutAnywhere) {
  for (std::size_t size = 0; size < kAsk.size(); ++size)
    EXPECT_FALSE(decode_beacon(Bytes(kAsk).first(size))) << size;
}

TEST(BeaconMessage, MayBeLongerButNotLong) {
  Buffer longer = kAsk;
  longer.resize(kMaxBeaconBytes);
  EXPECT_TRUE(decode_beacon(longer));
  longer.resize(kMaxBeaconBytes + 1);
  EXPECT_FALSE(decode_beacon(longer));
}

TEST(BeaconMessage, OfAnotherVersionKindOrAlphabetIsRefused) {
  const auto with = [](std::size_t at, int value) {
    Buffer bytes = kAsk;
    bytes[at] = static_cast<std::byte>(value);
    return decode_beacon(bytes);
  };
  EXPECT_FALSE(with(0, 'S'));
  EXPECT_FALSE(with(4, 2));
  EXPECT_FALSE(with(5, 2));
  EXPECT_FALSE(with(16, 0));   // no mode
  EXPECT_FALSE(with(16, 17));  // too long a one
  EXPECT_FALSE(with(17, '\n'));
  EXPECT_FALSE(with(26, 0x1b));
  EXPECT_TRUE(with(26, '-'));
}

TEST_F(BeaconTest, AsksAtTheStartAndThenSaysHereAboutEveryMinute) {
  EXPECT_EQ(kind(beacon.wake(now, rng)), BeaconMessage::Kind::ask);
  for (int i = 0; i < 20; ++i) {
    const Time before = now;
    EXPECT_EQ(kind(next()), BeaconMessage::Kind::here);
    EXPECT_GE(now - before, 50s);
    EXPECT_LE(now - before, 70s);
    EXPECT_FALSE(beacon.wake(now, rng)) << "nothing is due";
  }
}

TEST_F(BeaconTest, AnswersANewcomerWithinHalfASecond) {
  beacon.wake(now, rng);
  now += 5s;
  const auto heard = beacon.receive(kHost, ask(8), now, rng);
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->endpoint, (Endpoint{kHost, 6346}));
  EXPECT_EQ(heard->role, "leaf");
  const Time asked = now;
  EXPECT_EQ(kind(next()), BeaconMessage::Kind::here);
  EXPECT_LT(now - asked, 500ms);
}

TEST_F(BeaconTest, DoesNotAnswerEveryQuestionOfAFlood) {
  beacon.wake(now, rng);
  const Time start = now;
  int said = 0;
  for (std::uint64_t node = 100; now < start + 100s; ++node, now += 10ms) {
    beacon.receive(kHost, ask(node), now, rng);
    if (beacon.wake(now, rng)) ++said;
  }
  EXPECT_GE(said, 10);
  EXPECT_LE(said, 4 + 10 + 2) << "four ahead, one in ten seconds, and those of every minute";
}

TEST_F(BeaconTest, LeavesTheAnswerToOthersWhenEnoughHaveAnswered) {
  beacon.wake(now, rng);
  beacon.receive(kHost, ask(8), now, rng);
  const Time planned = beacon.deadline();
  for (std::uint64_t node = 20; node < 28; ++node)
    beacon.receive(kHost, here(node), now, rng);
  now = planned;
  EXPECT_FALSE(beacon.wake(now, rng));
  EXPECT_GT(beacon.deadline(), now + 10s) << "and only the next minute is due";
}

TEST_F(BeaconTest, TellsANodeOnceInHalfAMinuteOrWhenItChanged) {
  EXPECT_TRUE(beacon.receive(kHost, here(8), now, rng));
  EXPECT_FALSE(beacon.receive(kHost + 1, here(8), now, rng)) << "by its other address";
  EXPECT_TRUE(beacon.receive(kHost, here(8, "leaf"), now, rng));
  EXPECT_TRUE(beacon.receive(kHost, here(8, "leaf", 7000), now, rng));
  EXPECT_FALSE(beacon.receive(kHost, here(8, "leaf", 7000), now + 29s, rng));
  EXPECT_TRUE(beacon.receive(kHost, here(8, "leaf", 7000), now + 30s, rng));
}

TEST_F(BeaconTest, TellsNothingOfItselfOfOtherModesAndOfWhoCannotBeCalled) {
  EXPECT_FALSE(beacon.receive(kHost, here(7), now, rng));
  EXPECT_FALSE(beacon.receive(
      kHost, encode({BeaconMessage::Kind::here, 6699, 9, "napster", "client"}), now, rng));
  EXPECT_FALSE(beacon.receive(kHost, here(9, "leaf", 0), now, rng));
  EXPECT_FALSE(beacon.receive(0, here(9), now, rng));
  EXPECT_FALSE(beacon.receive(kHost, Buffer(100), now, rng));
}

TEST_F(BeaconTest, TellsOnlySoManyOfAFlood) {
  std::size_t told = 0;
  for (std::uint64_t node = 100; node < 10'000; ++node)
    if (beacon.receive(kHost, here(node), now, rng)) ++told;
  EXPECT_EQ(told, 100U);
  EXPECT_TRUE(beacon.receive(kHost, here(20'000), now + 10s, rng));
}

TEST_F(BeaconTest, SaysSoonThatItsRoleChanged) {
  beacon.wake(now, rng);
  now += 1s;
  beacon.become("leaf", now);
  const auto said = next();
  EXPECT_EQ(now, Time(1'001'000ms));
  EXPECT_EQ(decode_beacon(said.value()).value().role, "leaf");
}

TEST_F(BeaconTest, OnlyAsksWhenNobodyCanCallIt) {
  Beacon walled{{"gnutella", "leaf", 0, 7}};
  EXPECT_EQ(kind(walled.wake(now, rng)), BeaconMessage::Kind::ask);
  walled.receive(kHost, ask(8), now, rng);
  EXPECT_GT(walled.deadline(), now + 40s) << "no answer is planned";
  EXPECT_FALSE(walled.wake(walled.deadline(), rng));
}

}  // namespace
}  // namespace p2p
