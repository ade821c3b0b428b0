// The yardstick of experiments.md, section 7: a flat network of real Modes with real encoded
// messages, each node calling two others, 10 to 100 ms a hop, one query every 4 s. One line a row:
// nodes, messages, wall time, messages a second, memory.
//
//   lab_bench            the rows of 100,000 nodes
//   lab_bench million    those of 1,000,000 too
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

#include <malloc.h>
#include <sys/resource.h>

#include "protocols/base/query.h"

#include "servent/lab/graph.h"
#include "servent/lab/world.h"

namespace p2p::lab {
namespace {

using Clock = std::chrono::steady_clock;

class Counting final : public Guest {
 public:
  void told(NodeNumber, Event&) override {}
  void sent(NodeNumber, NodeNumber, Bytes bytes, Stream) override {
    if (bytes.size() > 16 && bytes[16] == std::byte{0x80}) ++queries;
  }
  std::uint64_t queries = 0;
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Row {
  std::size_t nodes = 0;
  std::uint8_t ttl = 7;
  std::uint32_t queries = 0;
  double target = 0;  // million messages a second: beats PeerSim's
};

void run(const Row& row) {
  Rng rng(1);
  const Graph graph = random_graph(row.nodes, 2, rng);
  Counting guest;
  const std::size_t before = ::mallinfo2().uordblks + ::mallinfo2().hblkhd;
  World world(1, {}, guest);
  const ModeRow* mode = find_mode("gnutella", "plain");
  for (NodeNumber node = 0; node < row.nodes; ++node) {
    ModeConfig config;
    config.listen = World::address(node);
    config.only_connect = true;
    config.flat.ttl = row.ttl;
    world.add(mode->make(config));
  }
  for (NodeNumber node = 0; node < row.nodes; ++node)
    world.start(node);
  for (const auto& [a, b] : graph.edges)
    world.link(a, b);
  world.run(4'000);
  const std::size_t idle = ::mallinfo2().uordblks + ::mallinfo2().hblkhd - before;
  const std::uint64_t events_before = world.events();
  const auto start = Clock::now();
  for (std::uint32_t query = 1; query <= row.queries; ++query) {
    world.command(static_cast<NodeNumber>(rng.below(row.nodes)),
                  Search{SearchId{query}, parse_query("zed quartet lantern")});
    world.run(world.now() + 4'000);
  }
  const double wall = seconds_since(start);
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "nodes %zu ttl %u queries %u messages %llu (%.1f a query) events %llu wall %.2f s "
      "messages/s %.2f M (target %.1f) bytes/idle node %zu peak %ld MiB\n",
      row.nodes, unsigned{row.ttl}, row.queries, static_cast<unsigned long long>(guest.queries),
      static_cast<double>(guest.queries) / row.queries,
      static_cast<unsigned long long>(world.events() - events_before), wall,
      static_cast<double>(guest.queries) / wall / 1e6, row.target, idle / row.nodes,
      usage.ru_maxrss / 1024);
  std::fflush(stdout);
}

}  // namespace
}  // namespace p2p::lab

int main(int argc, char** argv) {
  using p2p::lab::run;
  run({100'000, 32, 20, 1.0});
  run({100'000, 7, 1'000, 1.7});
  if (argc > 1 && std::string_view(argv[1]) == "million") {
    run({1'000'000, 32, 3, 0.6});
    run({1'000'000, 7, 1'000, 1.8});
  }
}
