// How much memory a node takes in the laboratory, so that a million fit (docs/benchmarks.md): heap
// that is in use beside what was in use before there was a world, its wheel and messages included.
#include <memory>

#include <gtest/gtest.h>
#include <malloc.h>

#include "protocols/base/query.h"

#include "servent/lab/graph.h"
#include "servent/lab/world.h"

namespace p2p::lab {
namespace {

constexpr NodeNumber kManyNodes = 10'000;  // the wheel takes a hundred kilobytes, whatever there is
// Bytes a node.
constexpr std::size_t kIdle = 1'024;
constexpr std::size_t kBusy = 4'096;

std::size_t heap_bytes() {
  const auto now = ::mallinfo2();
  return now.uordblks + now.hblkhd;
}

// False under sanitizers, whose heap is another.
bool is_heap_counted() {
  const std::size_t before = heap_bytes();
  const auto some = std::make_unique<Buffer>(4'096);
  return heap_bytes() > before;
}

// Nobody shares anything, and says so.
class Empty final : public Guest {
 public:
  void told(NodeNumber node, Event& event) override {
    if (const auto* asked = std::get_if<PageAsked>(&event))
      world->command(node, Page{asked->ticket, {}, 0, true});
  }
  World* world = nullptr;
};

class FlatNodes : public testing::Test {
 protected:
  void SetUp() override {
    if (!is_heap_counted()) GTEST_SKIP() << "the heap is not counted here";
  }
  void build(bool upkeep) {
    Rng rng(5);
    const Graph graph = random_graph(kManyNodes, 2, rng);
    before_ = heap_bytes();
    world_ = std::make_unique<World>(1, Latency{}, guest_);
    guest_.world = world_.get();
    world_->reserve(kManyNodes);
    const ModeRow* row = find_mode("gnutella", "plain");
    for (NodeNumber node = 0; node < kManyNodes; ++node) {
      ModeConfig config;
      config.listen = World::address(node);
      config.only_connect = true;
      config.upkeep = config.tallies = upkeep;
      world_->add(row->make(config));
    }
    for (NodeNumber node = 0; node < kManyNodes; ++node)
      world_->start(node);
    for (const auto& [a, b] : graph.edges)
      world_->link(a, b);
    world_->run(4'000);
  }
  void flood(std::uint32_t times) {
    for (std::uint32_t query = 1; query <= times; ++query) {
      world_->command(query, Search{SearchId{query}, parse_query("nothing has this")});
      world_->run(world_->now() + 4'000);
    }
  }
  std::size_t bytes_of_node() const { return (heap_bytes() - before_) / kManyNodes; }

 private:
  Empty guest_;
  std::size_t before_ = 0;
  std::unique_ptr<World> world_;
};

TEST_F(FlatNodes, AnIdleOneTakesAKilobyteAtMost) {
  build(false);
  EXPECT_LE(bytes_of_node(), kIdle);
}

TEST_F(FlatNodes, ABusyOneTakesLessThanFourKilobytes) {
  build(false);
  flood(20);
  EXPECT_LT(bytes_of_node(), kBusy);
}

TEST_F(FlatNodes, OneWithItsUpkeepTakesLessThanFourKilobytesToo) {
  build(true);
  flood(20);
  EXPECT_LT(bytes_of_node(), kBusy);
}

}  // namespace
}  // namespace p2p::lab
