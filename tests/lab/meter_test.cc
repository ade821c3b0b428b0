#include "servent/lab/meter.h"

#include <gtest/gtest.h>

#include "protocols/base/rng.h"
#include "protocols/gnutella/message.h"
#include "protocols/kazaa/frames.h"

namespace p2p::lab {
namespace {

using gnutella::Type;

const Watching& gnutella_watching() {
  return find_mode("gnutella")->watching();
}

Guid guid(std::uint64_t number) {
  Rng rng(number);
  return gnutella::draw_guid(rng);
}

Buffer message(Type type, std::uint64_t id, std::size_t payload = 0) {
  Buffer out;
  gnutella::append_message(out, gnutella::Header{guid(id), type, 7, 0, 0}, Buffer(payload));
  return out;
}

std::size_t kind(const Meter& meter, std::string_view name) {
  std::size_t at = 0;
  while (meter.kinds()[at].name != name)
    ++at;
  return at;
}

TEST(Meter, CountsByKindAndNode) {
  Meter meter(gnutella_watching(), 3);
  Buffer run = message(Type::ping, 1);
  const Buffer query = message(Type::query, 2, 10);
  run.insert(run.end(), query.begin(), query.end());
  meter.sent(0, 1, run, 0);
  meter.sent(1, 2, query, 2);
  meter.sent(2, 1, message(Type::hit, 2, 50), 3);
  EXPECT_EQ(meter.counts()[kind(meter, "ping")], (Count{1, 23}));
  EXPECT_EQ(meter.counts()[kind(meter, "query")], (Count{2, 66}));
  EXPECT_EQ(meter.counts()[kind(meter, "hit")], (Count{1, 73}));
  EXPECT_EQ(meter.of_queries(meter.counts()), (Count{3, 139}));
  EXPECT_EQ(meter.of_upkeep(meter.counts()), (Count{1, 23}));
  EXPECT_EQ(meter.all(meter.counts()), (Count{4, 162}));
  EXPECT_EQ(meter.sent_by(0), (Count{2, 56}));
  EXPECT_EQ(meter.received_by(1), (Count{3, 129}));
  EXPECT_EQ(meter.sent_by(1), (Count{1, 33}));
}

TEST(Meter, CountsBetweenTwoTimes) {
  Meter meter(gnutella_watching(), 2);
  meter.sent(0, 1, message(Type::ping, 1), 0);
  const Counts before = meter.counts();
  meter.sent(0, 1, message(Type::query, 2), 0);
  const Counts between = meter.counts() - before;
  EXPECT_EQ(meter.all(between), (Count{1, 23}));
  EXPECT_EQ(between[kind(meter, "query")], (Count{1, 23}));
}

TEST(Meter, WhatIsNoMessageIsOther) {
  Meter meter(gnutella_watching(), 2);
  Buffer run = message(Type::ping, 1);
  const Bytes text = bytes_of("GNUTELLA CONNECT/0.6 and more of this");
  run.insert(run.end(), text.begin(), text.end());
  meter.sent(0, 1, run, 0);
  meter.sent(0, 1, message(Type::ping, 1), kDatagram);
  EXPECT_EQ(meter.counts()[kind(meter, "ping")], (Count{1, 23}));
  EXPECT_EQ(meter.counts()[kind(meter, "datagram")], (Count{1, 23}));
  EXPECT_EQ(meter.counts().back(), (Count{1, text.size()}));
  EXPECT_EQ(meter.of_upkeep(meter.counts()), (Count{3, 83}));
  meter.sent(7, 8, run, 0);  // nodes that it does not know
  EXPECT_EQ(meter.all(meter.counts()).messages, 5U);
  EXPECT_EQ(meter.sent_by(0).messages, 3U);
}

TEST(Meter, FollowsAFloodByItsQuery) {
  Meter meter(gnutella_watching(), 100);
  const Buffer first = message(Type::query, 1);
  const Buffer second = message(Type::query, 2);
  meter.sent(5, 6, first, 0);
  meter.sent(70, 5, second, 1);
  meter.sent(6, 99, first, 2);
  meter.sent(99, 5, first, 3);  // back to where it began
  meter.sent(99, 6, first, 4);
  meter.sent(6, 5, message(Type::hit, 1), 5);
  ASSERT_EQ(meter.floods().size(), 2U);
  EXPECT_EQ(meter.floods()[0].origin, 5U);
  EXPECT_EQ(meter.floods()[0].reached, 2U);
  EXPECT_EQ(meter.floods()[0].sent, 4U);
  EXPECT_EQ(meter.floods()[0].duplicates(), 2U);
  EXPECT_EQ(meter.floods()[1].origin, 70U);
  EXPECT_EQ(meter.floods()[1].reached, 1U);
  EXPECT_DOUBLE_EQ(means_of(meter.floods()).reach, 1.5);
  EXPECT_DOUBLE_EQ(means_of(meter.floods()).duplicates, 0.4);
  EXPECT_DOUBLE_EQ(means_of({}).reach, 0);
}

TEST(Meter, ForgetsWhoHasAnOldQuery) {
  Meter meter(gnutella_watching(), 100);
  for (std::uint64_t id = 0; id <= Meter::kLive; ++id)
    meter.sent(0, 1, message(Type::query, id), 0);
  meter.sent(0, 2, message(Type::query, 0), 0);
  meter.sent(0, 2, message(Type::query, 1), 0);
  EXPECT_EQ(meter.floods()[0].sent, 1U);
  EXPECT_EQ(meter.floods()[0].reached, 1U);
  EXPECT_EQ(meter.floods()[1].sent, 2U);
  EXPECT_EQ(meter.floods()[1].reached, 2U);
  EXPECT_EQ(meter.counts()[kind(meter, "query")].messages, Meter::kLive + 3);
}

// Each direction of each link has an order of its own.
TEST(Meter, KeepsTheStateOfStreamsApart) {
  Meter meter(find_mode("kazaa")->watching(), 2);
  kazaa::FrameWriter there;
  kazaa::FrameWriter back;
  for (int i = 0; i < 10; ++i) {
    Buffer run;
    there.message(run, kazaa::Type::query, bytes_of("some words"));
    meter.sent(0, 1, run, 4);
    run.clear();
    back.message(run, kazaa::Type::reply, bytes_of("answers"));
    back.message(run, kazaa::Type::end, bytes_of("22"));
    meter.sent(1, 0, run, 9);
  }
  EXPECT_EQ(meter.counts()[kind(meter, "query")], (Count{10, 150}));
  EXPECT_EQ(meter.counts()[kind(meter, "reply")], (Count{10, 120}));
  EXPECT_EQ(meter.counts()[kind(meter, "end")], (Count{10, 70}));
  EXPECT_EQ(meter.counts().back(), Count{});
}

TEST(Meter, TakesAnyBytes) {
  Rng rng(1);
  for (const std::string_view mode : mode_names()) {
    Meter meter(find_mode(mode)->watching(), 10);
    std::uint64_t sent = 0;
    for (int round = 0; round < 2'000; ++round) {
      Buffer bytes(rng.below(150));
      for (std::byte& byte : bytes)
        byte = static_cast<std::byte>(round % 2 == 0 ? rng() : rng() % 3);
      sent += bytes.size();
      meter.sent(static_cast<NodeNumber>(rng.below(12)), static_cast<NodeNumber>(rng.below(12)),
                 bytes, static_cast<Stream>(rng.below(500)));
    }
    EXPECT_EQ(meter.all(meter.counts()).bytes, sent);
    EXPECT_GT(meter.counts().back().bytes, 0U);
  }
}

TEST(Meter, LoadIsWhatIsSentAndReceived) {
  Meter meter(gnutella_watching(), 4);
  for (int i = 0; i < 3; ++i)
    meter.sent(0, 1, message(Type::ping, 1), 0);
  EXPECT_DOUBLE_EQ(meter.load_messages().mean, 1.5);
  EXPECT_DOUBLE_EQ(meter.load_messages().max, 3);
  EXPECT_DOUBLE_EQ(meter.load_messages().gini, 0.5);
  EXPECT_DOUBLE_EQ(meter.load_bytes().max, 69);
  meter.forget_load();
  EXPECT_DOUBLE_EQ(meter.load_bytes().max, 0);
  EXPECT_DOUBLE_EQ(meter.load_bytes().gini, 0);
}

TEST(Rate, IsOfEachOne) {
  EXPECT_DOUBLE_EQ(rate({30, 600}, 4).messages, 7.5);
  EXPECT_DOUBLE_EQ(rate({30, 600}, 4).bytes, 150);
  EXPECT_DOUBLE_EQ(rate({30, 600}, 0).bytes, 0);
}

TEST(Spread, IsThatOfAllNodes) {
  std::vector<std::uint64_t> values;
  for (std::uint64_t value = 200; value >= 1; --value)
    values.push_back(value);
  const Spread spread = spread_of(values);
  EXPECT_DOUBLE_EQ(spread.mean, 100.5);
  EXPECT_DOUBLE_EQ(spread.p99, 198);
  EXPECT_DOUBLE_EQ(spread.max, 200);
  EXPECT_NEAR(spread.gini, 199.0 / 600, 1e-12);  // (n - 1) / 3n
  EXPECT_DOUBLE_EQ(spread_of({0, 0, 0, 8}).gini, 0.75);
  EXPECT_DOUBLE_EQ(spread_of({5, 5}).gini, 0);
  EXPECT_DOUBLE_EQ(spread_of({7}).p99, 7);
  EXPECT_DOUBLE_EQ(spread_of({}).max, 0);
}

}  // namespace
}  // namespace p2p::lab
