#include "protocols/kazaa/links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/kazaa_places.h"
#include "tests/support/recorder.h"

namespace p2p::kazaa {
namespace {

using test::kHere;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Endpoint kThere{0x0a000002, 1214};

// An Out that says how much waits for each link.
struct Slow final : Out {
  using Out::send;
  LinkId dial(const Endpoint&) override { return {}; }
  void send(std::span<const LinkId>, Bytes message, Urgency) override { waiting += message.size(); }
  void send_to(const Endpoint&, Bytes) override {}
  void close(LinkId, Reason why) override { closed.push_back(why); }
  void report(Event) override {}
  std::size_t queued(LinkId) const override { return waiting; }
  std::size_t waiting = 0;
  std::vector<Reason> closed;
};

struct LinksOf : testing::Test, LinkUser {
  test::World world;
  Links links{*this};
  std::vector<std::string> told;
  bool ends_at_first_message = false;

  void opened(Link& link, Cx&) override { told.emplace_back(link.inbound ? "in" : "out"); }
  void message(Link& from, Type type, Bytes payload, Cx& cx) override {
    told.push_back(std::string(to_text(type)) + ' ' + std::to_string(payload.size()));
    if (ends_at_first_message) links.end(from, Reason::policy, cx);
  }
  void answered(Link&, Cx&) override { told.emplace_back("pong"); }
  void not_opened(const Link&, Cx&) override { told.emplace_back("not opened"); }
  void lost(Link&, Reason why, Cx&) override {
    told.push_back("lost: " + std::string(to_text(why)));
  }

  // Open at once, in the clear.
  LinkId greeted(std::uint64_t number = 1) {
    Cx cx = world.cx();
    links.up(LinkId{number}, {kThere, true, true, kHere}, cx);
    return LinkId{number};
  }
  void receive(LinkId link, Bytes bytes) {
    Cx cx = world.cx();
    links.receive(link, bytes, cx);
  }
  void expire_at(Time when) {
    world.now = when;
    Cx cx = world.cx();
    links.expire(cx);
    links.flush(cx);
  }
  std::vector<Reason> closed() const {
    std::vector<Reason> whys;
    for (const auto& one : world.out.closed)
      whys.push_back(one.why);
    return whys;
  }
};

TEST_F(LinksOf, ACallGreetsAndThenTalks) {
  Cx cx = world.cx();
  const LinkId id = links.dial(kThere, cx);
  EXPECT_THAT(world.out.dialled, ElementsAre(kThere));
  EXPECT_EQ(links.greeting(), 1U);
  links.up(id, {kThere, false, false, kHere}, cx);
  links.flush(cx);
  Session other = Session::supernode();
  other.feed(world.out.bytes_to(id));
  receive(id, other.take_output());
  EXPECT_THAT(told, ElementsAre("out"));
  links.flush(cx);
  other.feed(world.out.bytes_to(id));
  EXPECT_EQ(other.state(), Session::State::open);
  other.send(Type::nodes, Buffer(16));
  receive(id, other.take_output());
  EXPECT_EQ(told.back(), "nodes 16");
  ASSERT_NE(links.find(id), nullptr);
  EXPECT_TRUE(links.send(*links.find(id), Type::query, Buffer(9), Urgency::normal, cx));
  EXPECT_THAT(world.out.sent, IsEmpty()) << "gathered until flush()";
  links.flush(cx);
  const Buffer bytes = world.out.bytes_to(id);
  other.feed(bytes);
  const auto frame = other.next();
  ASSERT_TRUE(frame && *frame);
  EXPECT_EQ((*frame)->type, Type::query);
}

TEST_F(LinksOf, ADialThatHangsAndAGreetingThatHangsAreGivenUp) {
  Cx cx = world.cx();
  const LinkId id = links.dial(kThere, cx);
  const Time start = world.now;
  expire_at(start + kDialPatience - 1ms);
  EXPECT_THAT(told, IsEmpty());
  expire_at(start + kDialPatience);
  EXPECT_THAT(told, ElementsAre("not opened"));
  EXPECT_THAT(closed(), ElementsAre(Reason::timeout));
  Cx later = world.cx();
  links.up(LinkId{5}, {kThere, true, false, kHere}, later);
  expire_at(world.now + kGreetingPatience);
  EXPECT_THAT(closed(), ElementsAre(Reason::timeout, Reason::timeout));
  EXPECT_THAT(links.all(), IsEmpty());
  links.down(id, Reason::refused, later);
  EXPECT_THAT(told, SizeIs(2)) << "no word on a link that is gone";
}

TEST_F(LinksOf, ASilentLinkIsPingedAndGivenUpWhenItDoesNotAnswer) {
  const LinkId id = greeted();
  const Time start = world.now;
  expire_at(start + kSilent - 1ms);
  EXPECT_THAT(world.out.sent, IsEmpty());
  expire_at(start + kSilent);
  EXPECT_EQ(to_hex(world.out.bytes_to(id)), "50");
  receive(id, from_hex("52"));
  EXPECT_EQ(told.back(), "pong");
  const Time heard = world.now;
  expire_at(heard + kSilent);
  EXPECT_EQ(to_hex(world.out.bytes_to(id)), "50");
  expire_at(heard + kSilent + kPongPatience - 1ms);
  EXPECT_THAT(closed(), IsEmpty());
  expire_at(heard + kSilent + kPongPatience);
  EXPECT_EQ(told.back(), "lost: no answer");
}

TEST_F(LinksOf, StreamsOutOfStepEndTheLinkWithAWord) {
  const LinkId id = greeted();
  receive(id, from_hex("5033"));
  EXPECT_EQ(told.back(), "lost: protocol error");
  EXPECT_THAT(closed(), ElementsAre(Reason::protocol));
  const auto notices = world.out.take<Notice>();
  ASSERT_THAT(notices, SizeIs(1));
  EXPECT_THAT(notices[0].text, testing::HasSubstr("link to 10.0.0.2:1214 ends"));
  receive(id, from_hex("50"));
  EXPECT_THAT(told, SizeIs(2));
}

TEST_F(LinksOf, OfALinkThatEndsInAMessageTheRestIsNotRead) {
  const LinkId id = greeted();
  ends_at_first_message = true;
  Session other = Session::greeted();
  other.send(Type::nodes, {});
  other.send(Type::query, {});
  receive(id, other.take_output());
  EXPECT_THAT(told, ElementsAre("in", "nodes 0", "lost: not wanted here"));
}

TEST_F(LinksOf, WhatWasSaidBeforeTheEndIsStillSent) {
  const LinkId id = greeted();
  Cx cx = world.cx();
  links.send(*links.find(id), Type::nodes, Buffer(8), Urgency::control, cx);
  links.end(*links.find(id), Reason::policy, cx);
  EXPECT_EQ(world.out.bytes_to(id).size(), 8 + kFrameHeaderBytes);
  EXPECT_EQ(links.find(id), nullptr);
}

TEST_F(LinksOf, AnAbandonedCallIsClosedWithoutAWordToAnybody) {
  Cx cx = world.cx();
  const LinkId id = links.dial(kThere, cx);
  links.abandon(id, cx);
  EXPECT_THAT(closed(), ElementsAre(Reason::done));
  EXPECT_THAT(told, IsEmpty());
  EXPECT_THAT(links.all(), IsEmpty());
}

TEST_F(LinksOf, NotTooManyGreetAtOnce) {
  Cx cx = world.cx();
  for (std::uint64_t i = 1; i <= kMostGreeting; ++i)
    links.up(LinkId{i}, {kThere, true, false, kHere}, cx);
  EXPECT_THAT(closed(), IsEmpty());
  links.up(LinkId{500}, {kThere, true, false, kHere}, cx);
  EXPECT_THAT(closed(), ElementsAre(Reason::policy));
  EXPECT_EQ(links.greeting(), kMostGreeting);
}

TEST_F(LinksOf, WhoDoesNotReadMissesQueriesFirstThenRepliesThenTheLinkEnds) {
  const LinkId id = greeted();
  Link& link = *links.find(id);
  Slow out;
  Cx cx{world.now, world.rng, out};
  const auto send = [&](Urgency urgency) {
    return links.send(link, Type::nodes, Buffer(10), urgency, cx);
  };
  out.waiting = kQueueHigh - 10;
  EXPECT_TRUE(send(Urgency::bulk));
  EXPECT_FALSE(send(Urgency::bulk)) << "what is gathered counts";
  EXPECT_TRUE(send(Urgency::normal));
  out.waiting = kQueueFull;
  EXPECT_FALSE(send(Urgency::normal));
  EXPECT_TRUE(send(Urgency::control));
  links.end_overloaded(cx);
  EXPECT_THAT(out.closed, IsEmpty());
  out.waiting = kQueueMost;
  EXPECT_FALSE(send(Urgency::control));
  EXPECT_FALSE(send(Urgency::control));
  EXPECT_THAT(out.closed, IsEmpty()) << "not while it is being used";
  EXPECT_THAT(links.total().rows(), testing::Contains(std::pair("dropped: flow", 4)));
  links.end_overloaded(cx);
  EXPECT_THAT(out.closed, ElementsAre(Reason::overload));
  EXPECT_EQ(told.back(), "lost: peer does not read");
}

TEST_F(LinksOf, WhatIsTooLongForAFrameIsNotSent) {
  const LinkId id = greeted();
  Cx cx = world.cx();
  EXPECT_FALSE(
      links.send(*links.find(id), Type::nodes, Buffer(kMaxPayload + 1), Urgency::control, cx));
  links.end_overloaded(cx);
  EXPECT_NE(links.find(id), nullptr);
}

}  // namespace
}  // namespace p2p::kazaa
