#include "servent/lab/world.h"

#include <gtest/gtest.h>

#include "protocols/base/query.h"

#include "servent/lab/graph.h"

namespace p2p::lab {
namespace {

// Counts queries on their way; nobody shares anything.
class Counting final : public Guest {
 public:
  void told(NodeNumber, Event& event) override {
    if (std::holds_alternative<Ended>(event)) ++ended;
  }
  Mark sent(NodeNumber, NodeNumber, Bytes bytes, Stream) override {
    if (bytes.size() > 16 && bytes[16] == std::byte{0x80}) ++queries;
    return 0;
  }
  std::uint64_t queries = 0;
  std::uint64_t ended = 0;
};

class FlatWorld : public testing::Test {
 protected:
  void build(const Graph& graph, std::uint8_t ttl, Latency latency = {}) {
    world_ = std::make_unique<World>(1, latency, guest_);
    const ModeRow* row = find_mode("gnutella", "plain");
    for (NodeNumber node = 0; node < graph.nodes; ++node) {
      ModeConfig config;
      config.listen = World::address(node);
      config.only_connect = true;
      config.flat.ttl = ttl;
      world_->add(row->make(config));
    }
    for (NodeNumber node = 0; node < graph.nodes; ++node)
      world_->start(node);
    for (const auto& [a, b] : graph.edges)
      world_->link(a, b);
    world_->run(world_->now() + 5'000);
  }
  std::uint64_t flood(NodeNumber from) {
    const std::uint64_t before = guest_.queries;
    world_->command(from, Search{SearchId{++last_}, parse_query("nothing has this")});
    world_->run(world_->now() + 19'000);
    return guest_.queries - before;
  }

  Counting guest_;
  std::unique_ptr<World> world_;
  std::uint32_t last_ = 0;
};

// experiments.md, section 2: on a connected graph a flood to all makes 2E - (n - 1) transmissions,
// whatever the latencies.
TEST_F(FlatWorld, AFullFloodMakesTwiceTheLinksLessTheOthers) {
  Rng rng(3);
  const Graph graph = random_graph(2'000, 2, rng);
  build(graph, 60);
  for (const NodeNumber from : {0U, 7U, 1'999U})
    EXPECT_EQ(flood(from), 2 * graph.edges.size() - (graph.nodes - 1));
}

// A run that is cut anywhere, within a millisecond too, comes to the same.
TEST_F(FlatWorld, InPiecesItIsTheSame) {
  Rng rng(4);
  const Graph graph = random_graph(300, 2, rng);
  build(graph, 60);
  const std::uint64_t whole = flood(5);
  const std::uint64_t events = world_->events();
  build(graph, 60);
  const std::uint64_t before = guest_.queries;
  world_->command(5, Search{SearchId{1}, parse_query("nothing has this")});
  const World::Ms end = world_->now() + 19'000;
  std::size_t pieces = 1;
  for (; !world_->run(end, 7); ++pieces)
    EXPECT_LE(world_->now(), end);
  EXPECT_GT(pieces, 100U);
  EXPECT_EQ(world_->now(), end);
  EXPECT_EQ(guest_.queries - before, whole);
  EXPECT_EQ(world_->events(), events);
}

// Two nodes and a link.
class GoneWorld : public FlatWorld {
 protected:
  void SetUp() override {
    Graph graph;
    graph.nodes = 2;
    graph.edges = {{0, 1}};
    build(graph, 7);
  }
  std::unique_ptr<Mode> another() {
    ModeConfig config;
    config.listen = World::address(1);
    config.only_connect = true;
    return find_mode("gnutella", "plain")->make(config);
  }
};

TEST_F(GoneWorld, WhoEndsIsMissedAtOnce) {
  world_->kill(1);
  world_->run(world_->now() + 1'000);
  EXPECT_EQ(world_->links_of(0), 0U);
}

TEST_F(GoneWorld, WhoIsSilentIsMissedOnceSomebodySendsToItWhenItIsBack) {
  world_->kill(1, true);
  EXPECT_EQ(flood(0), 1U);
  EXPECT_EQ(world_->links_of(0), 1U);  // nobody said anything
  world_->replace(1, another());
  world_->start(1);
  world_->run(world_->now() + 1'000);
  EXPECT_EQ(world_->links_of(0), 1U);
  EXPECT_EQ(flood(0), 1U);
  EXPECT_EQ(world_->links_of(0), 0U);
}

}  // namespace
}  // namespace p2p::lab
