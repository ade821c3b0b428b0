#include "servent/lab/trace.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "servent/lab/draws.h"
#include "servent/lab/experiment.h"

namespace p2p::lab {
namespace {

Setup traced_setup(std::string mode, std::string shape = "flat") {
  Setup setup;
  setup.mode = std::move(mode);
  setup.shape = std::move(shape);
  setup.nodes = 40;
  setup.cluster = 10;
  setup.distinct = 60;
  setup.mean_files = 5;
  setup.count = 6;
  setup.ttl = 15;
  return setup;
}

std::optional<Trace> follow(const Setup& setup, std::size_t number = 2) {
  std::atomic<bool> stop = false;
  Tracer tracer(number, setup.wait_ms, stop);
  const auto ran = run_once(setup, 1, nullptr, stop, {}, &tracer);
  EXPECT_TRUE(ran || ran.error().code == Errc::stopped);
  return tracer.trace();
}

std::size_t count(const Trace& trace, TracedCopy::Verdict verdict) {
  return static_cast<std::size_t>(std::ranges::count(trace.copies, verdict, &TracedCopy::verdict));
}

std::uint64_t answering(const Trace& trace) {
  std::uint64_t nodes = 0;
  for (const auto& [node, messages] : trace.answers)
    nodes += messages > 0 ? 1U : 0U;
  return nodes;
}

TEST(Tracer, FollowsAFloodToItsEnd) {
  const auto trace = follow(traced_setup("gnutella"));
  ASSERT_TRUE(trace);
  Rng rng(seed_of(1, Drawn::overlay));
  const Graph graph = random_graph(40, 2, rng);
  EXPECT_EQ(trace->copies.size(), 2 * graph.edges.size() - 39);
  EXPECT_EQ(count(*trace, TracedCopy::Verdict::fresh), 39U);
  EXPECT_EQ(count(*trace, TracedCopy::Verdict::lost), 0U);
  EXPECT_GT(trace->hits, 0U);
  EXPECT_EQ(answering(*trace), trace->hits) << "each who has it has it once";
  ASSERT_TRUE(trace->first_hit);
  EXPECT_GE(*trace->first_hit, 20U) << "there and back";
}

TEST(Tracer, EachCopyIsSentByWhoHasIt) {
  const auto trace = follow(traced_setup("gnutella"));
  ASSERT_TRUE(trace);
  for (const TracedCopy& copy : trace->copies) {
    EXPECT_GE(copy.arrived, copy.sent + 10);
    if (copy.from == trace->asker) continue;
    const bool got = std::ranges::any_of(trace->copies, [&](const TracedCopy& other) {
      return other.to == copy.from && other.arrived <= copy.sent &&
             other.verdict == TracedCopy::Verdict::fresh;
    });
    EXPECT_TRUE(got) << copy.from;
  }
}

TEST(Tracer, ACentralServerIsAskedOnce) {
  const auto trace = follow(traced_setup("napster"));
  ASSERT_TRUE(trace);
  ASSERT_EQ(trace->copies.size(), 1U);
  EXPECT_EQ(trace->copies[0].to, 40U) << "the server comes behind its clients";
  EXPECT_EQ(answering(*trace), 1U);
  EXPECT_GT(trace->hits, 0U);
}

TEST(Tracer, SuperPeersPassItAmongThemselves) {
  for (const char* mode : {"kazaa", "gnutella"}) {
    const auto trace = follow(traced_setup(mode, "two-tier"));
    ASSERT_TRUE(trace) << mode;
    std::set<NodeNumber> reached{trace->asker};
    for (const TracedCopy& copy : trace->copies)
      reached.insert(copy.to);
    for (NodeNumber super_peer = 0; super_peer < 4; ++super_peer)
      EXPECT_TRUE(reached.contains(super_peer)) << mode << ' ' << super_peer;
    EXPECT_GT(trace->hits, 0U) << mode;
    EXPECT_GT(answering(*trace), 0U) << mode;
  }
}

TEST(Tracer, AWalkIsOneWay) {
  auto setup = traced_setup("gnutella");
  setup.method = SearchMethod::walk;
  setup.walkers = 1;
  const auto trace = follow(setup);
  ASSERT_TRUE(trace);
  ASSERT_FALSE(trace->copies.empty());
  for (std::size_t i = 1; i < trace->copies.size(); ++i)
    EXPECT_EQ(trace->copies[i].from, trace->copies[i - 1].to);
}

TEST(Tracer, WhatNobodyAskedIsNotThere) {
  EXPECT_FALSE(follow(traced_setup("gnutella"), 100));
}

Trace drawn() {
  using V = TracedCopy::Verdict;
  Trace trace;
  trace.asker = 5;
  trace.asked = "blue river";
  trace.copies = {{5, 1, 0, 20, V::fresh},      {5, 2, 0, 30, V::fresh},
                  {1, 3, 20, 45, V::fresh},     {1, 2, 20, 50, V::duplicate},
                  {2, 1, 30, 60, V::duplicate}, {2, 4, 30, 0, V::lost}};
  trace.answers = {{3, 2}, {1, -2}};
  trace.hits = 2;
  trace.first_hit = 85;
  return trace;
}

TEST(TraceTree, ShowsWhoGotItFromWhom) {
  EXPECT_EQ(to_text(drawn(), {}),
            "node 5 asks for \"blue river\"\n"
            "├─ node 1  20 ms\n"
            "│  ├─ node 3  45 ms  answers 2 times\n"
            "│  └─ had it: 2\n"
            "└─ node 2  30 ms\n"
            "   ├─ had it: 1\n"
            "   └─ did not arrive: 4\n"
            "6 sent, 3 nodes reached in 2 hops, 2 duplicates\n"
            "2 hits, the first after 85 ms\n");
}

TEST(TraceTree, LeavesOutWhatIsDeepOrTooMuch) {
  EXPECT_NE(to_text(drawn(), {1, 60}).find("│  └─ … and 1 more\n"), std::string::npos);
  const std::string few = to_text(drawn(), {20, 1});
  EXPECT_EQ(few.find("node 2"), std::string::npos) << few;
  EXPECT_NE(few.find("└─ … and 1 more\n"), std::string::npos) << few;
}

TEST(TraceTree, AsJsonHasAll) {
  const std::string json = to_json(drawn());
  EXPECT_NE(json.find("\"first_hit_ms\": 85"), std::string::npos);
  EXPECT_NE(json.find("\"verdict\": \"lost\""), std::string::npos);
}

}  // namespace
}  // namespace p2p::lab
