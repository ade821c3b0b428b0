#include "servent/lab/trail_trace.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace p2p::lab {
namespace {

using What = TrailStep::What;

// Nodes that say one after the other what they send and get, a millisecond each.
class Telling {
 public:
  explicit Telling(std::vector<std::string> names) {
    for (std::string& name : names)
      nodes.push_back({std::move(name), {}});
  }
  // Sent and arrived; a node behind the last is a stranger.
  void query(std::size_t from, std::size_t to, std::uint8_t name) {
    step(from, to, name, What::query_out);
    step(to, from, name, What::query_in);
  }
  void answer(std::size_t from, std::size_t to, std::uint8_t name) {
    step(from, to, name, What::answer_out);
    step(to, from, name, What::answer_in);
  }
  void step(std::size_t at, std::size_t other, std::uint8_t name, What what) {
    ++now_;
    if (at < nodes.size())
      nodes[at].steps.push_back(
          {Time(Duration(now_)), named(name), end(at, other), end(other, at), what});
  }
  std::string drawn() const { return to_text(trace_of(nodes, "blue train"), {}); }

  std::vector<NodeTrail> nodes;

 private:
  static Guid named(std::uint8_t name) {
    Guid guid;
    guid.bytes[0] = std::byte{name};
    return guid;
  }
  // Of the link between two: each has a port of its own on it.
  static Endpoint end(std::size_t at, std::size_t other) {
    return {0x7f000001, static_cast<std::uint16_t>(1'000 + 10 * at + other)};
  }
  int now_ = 0;
};

TEST(TrailTrace, ATreeOfWhoGotItFromWhom) {
  Telling told({"ann", "ben", "cat", "dan"});
  told.query(0, 1, 7);
  told.query(0, 2, 7);
  told.query(1, 2, 7);  // who has it
  told.query(2, 3, 7);
  told.query(3, 1, 9);  // another one
  told.answer(3, 2, 7);
  told.answer(2, 0, 7);
  EXPECT_EQ(told.drawn(),
            "ann asks for \"blue train\"\n"
            "├─ ben  1 ms\n"
            "│  └─ had it: cat\n"
            "└─ cat  3 ms\n"
            "   └─ dan  7 ms  answers\n"
            "4 sent, 3 nodes reached in 2 hops, 1 duplicate\n"
            "1 answer, the first after 13 ms\n");
}

TEST(TrailTrace, WhatHappensInOneMillisecondIsDrawnAll) {
  Telling told({"ann", "ben", "cat", "dan"});
  told.query(0, 3, 7);
  told.query(3, 2, 7);
  told.query(2, 1, 7);
  for (NodeTrail& node : told.nodes)
    for (TrailStep& step : node.steps)
      step.at = Time(Duration(5));
  EXPECT_NE(told.drawn().find("3 nodes reached in 3 hops"), std::string::npos) << told.drawn();
}

TEST(TrailTrace, AChildsQueryHasItsNameFromTheSupernode) {
  Telling told({"child", "super", "other", "sibling"});
  told.query(3, 1, 0);
  told.query(1, 2, 8);  // the sibling's
  told.query(0, 1, 0);
  told.query(1, 2, 9);
  told.answer(2, 1, 9);
  told.answer(1, 0, 0);
  told.answer(1, 3, 0);
  EXPECT_EQ(told.drawn(),
            "child asks for \"blue train\"\n"
            "└─ super  1 ms\n"
            "   └─ other  3 ms  answers\n"
            "2 sent, 2 nodes reached in 2 hops, 0 duplicates\n"
            "1 answer, the first after 7 ms\n");
}

TEST(TrailTrace, WhatIsLostAndWhoTellsNothing) {
  Telling told({"ann", "ben"});
  told.query(1, 0, 6);  // from elsewhere, before
  told.step(0, 1, 7, What::query_out);
  told.query(0, 5, 7);
  const std::string drawn = told.drawn();
  EXPECT_NE(drawn.find("did not arrive: ben"), std::string::npos) << drawn;
  EXPECT_NE(drawn.find("tell nothing: 127.0.0.1:1050"), std::string::npos) << drawn;
}

TEST(TrailTrace, NothingWasAsked) {
  EXPECT_TRUE(trace_of({}, "x").copies.empty());
  EXPECT_TRUE(trace_of({{"ann", {}}, {"ben", {}}}, "x").copies.empty());
}

}  // namespace
}  // namespace p2p::lab
