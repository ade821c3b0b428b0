// The yardstick of experiments.md, section 7: a flat network of real Modes with real encoded
// messages, each node calling two others, 10 to 100 ms a hop, one query every 4 s. One line a row:
// nodes, messages, wall time, messages a second, memory.
//
// Nodes do no upkeep and count nothing: only the flood is measured. A row more is of nodes that do
// both, and of the million one in which all but a few lie packed. Each row is a process of its own;
// `cpu` is its user time.
//
//   lab_bench            the rows of 100,000 nodes
//   lab_bench million    those of 1,000,000 too
//   lab_bench N          the N-th row
//   lab_bench flood NODES TTL QUERIES [AWAKE]
//                        a row of other sizes, of which so many nodes are whole at once
//   lab_bench run MODE SHAPE NODES
//                        what `servent lab run` does, files and upkeep and all, with ten queries:
//                        does such a network fit, and how large is a node
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <variant>

#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocols/base/query.h"

#include "servent/lab/experiment.h"
#include "servent/lab/graph.h"
#include "servent/lab/large_pages.h"
#include "servent/lab/world.h"

namespace p2p::lab {
namespace {

using Clock = std::chrono::steady_clock;

class Counting final : public Guest {
 public:
  // Nobody shares anything, and says so.
  void told(NodeNumber node, Event& event) override {
    if (const auto* asked = std::get_if<PageAsked>(&event))
      world->command(node, Page{asked->ticket, {}, 0, true});
  }
  Mark sent(NodeNumber, NodeNumber, Bytes bytes, Stream) override {
    if (bytes.size() > 16 && bytes[16] == std::byte{0x80}) ++queries;
    return 0;
  }
  World* world = nullptr;
  std::uint64_t queries = 0;
};

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec) / 1e6;
}

std::size_t heap_bytes() {
  const auto now = ::mallinfo2();
  return now.uordblks + now.hblkhd;
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Row {
  std::size_t nodes = 0;
  std::uint8_t ttl = 7;
  std::uint32_t queries = 0;
  double target = 0;  // million messages a second: beats PeerSim's
  bool upkeep = false;
  std::size_t awake = 0;  // World::keep_awake; 0: all nodes are whole
};

void run(const Row& row) {
  const std::size_t before = heap_bytes();
  Rng rng(1);
  Graph graph = random_graph(row.nodes, 2, rng);
  Counting guest;
  World world(1, {}, guest);
  guest.world = &world;
  world.reserve(row.nodes);
  world.keep_awake(row.awake);
  const ModeRow* mode = find_mode("gnutella", "plain");
  for (NodeNumber node = 0; node < row.nodes; ++node) {
    ModeConfig config;
    config.listen = World::address(node);
    config.only_connect = true;
    config.flat.ttl = row.ttl;
    config.upkeep = config.tallies = row.upkeep;
    world.add(mode->make(config));
  }
  for (NodeNumber node = 0; node < row.nodes; ++node)
    world.start(node);
  for (const auto& [a, b] : graph.edges)
    world.link(a, b);
  graph = {};
  world.run(4'000);
  const std::size_t idle = heap_bytes() - before;
  const std::uint64_t events_before = world.events();
  const auto start = Clock::now();
  const double cpu_before = cpu_seconds();
  for (std::uint32_t query = 1; query <= row.queries; ++query) {
    world.command(static_cast<NodeNumber>(rng.below(row.nodes)),
                  Search{SearchId{query}, parse_query("zed quartet lantern")});
    world.run(world.now() + 4'000);
  }
  const double wall = seconds_since(start);
  const double cpu = cpu_seconds() - cpu_before;
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "nodes %zu ttl %u%s packed %zu queries %u messages %llu (%.1f a query) events %llu "
      "wall %.2f s cpu %.2f s messages/cpu s %.2f M (target %.1f) bytes/node idle %zu busy %zu "
      "peak %ld MiB\n",
      row.nodes, unsigned{row.ttl}, row.upkeep ? " upkeep" : "", world.packed(), row.queries,
      static_cast<unsigned long long>(guest.queries),
      static_cast<double>(guest.queries) / row.queries,
      static_cast<unsigned long long>(world.events() - events_before), wall, cpu,
      static_cast<double>(guest.queries) / cpu / 1e6, row.target, idle / row.nodes,
      (heap_bytes() - before) / row.nodes, usage.ru_maxrss / 1024);
  std::fflush(stdout);
}

// A run as the program makes it.
int run_whole(std::string_view mode, std::string_view shape, std::size_t nodes) {
  Setup setup;
  setup.mode = mode;
  setup.shape = shape;
  setup.nodes = nodes;
  setup.count = 10;
  setup.free_riders = 0.25;
  std::size_t messages = 0;
  const std::atomic<bool> stop = false;
  const auto start = Clock::now();
  const auto outcome =
      run_once(setup, 1, nullptr, stop, [&](const Pulse& pulse) { messages = pulse.messages; });
  if (!outcome) {
    std::fprintf(stderr, "%s\n", outcome.error().detail.c_str());
    return 1;
  }
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const double cpu = cpu_seconds();
  std::printf(
      "%s %s nodes %zu messages %zu wall %.1f s cpu %.1f s messages/cpu s %.2f M "
      "success %.2f peak %ld MiB, %ld bytes/node\n",
      setup.mode.c_str(), setup.shape.c_str(), nodes, messages, seconds_since(start), cpu,
      static_cast<double>(messages) / cpu / 1e6, outcome->find("success").value_or(0),
      usage.ru_maxrss / 1024, usage.ru_maxrss * 1024 / static_cast<long>(nodes));
  return 0;
}

constexpr std::size_t kAwake = 128;
constexpr std::array kRows{
    Row{100'000, 32, 20, 1.0},     Row{100'000, 7, 1'000, 1.7},
    Row{100'000, 7, 100, 0, true}, Row{1'000'000, 32, 3, 0.6},
    Row{1'000'000, 7, 1'000, 1.8}, Row{1'000'000, 7, 1'000, 0, false, kAwake},
};
constexpr std::size_t kSmall = 3;  // rows that are run if nothing else is said

// In a process of its own, so that the peak is that of the row.
void run_apart(const Row& row) {
  const ::pid_t child = ::fork();
  if (child == 0) {
    run(row);
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
}

}  // namespace
}  // namespace p2p::lab

int main(int argc, char** argv) {
  using p2p::lab::kRows;
  p2p::lab::allow_starting_again();
  p2p::lab::go_on_with_large_pages();
  const std::string_view which = argc > 1 ? argv[1] : "";
  if (which == "run" && argc == 5)
    return p2p::lab::run_whole(argv[2], argv[3], std::strtoul(argv[4], nullptr, 10));
  if (which == "flood" && argc >= 5) {
    const auto number = [&](int at) { return std::strtoul(argv[at], nullptr, 10); };
    p2p::lab::run({number(2), static_cast<std::uint8_t>(number(3)),
                   static_cast<std::uint32_t>(number(4)), 0, false, argc > 5 ? number(5) : 0});
    return 0;
  }
  const std::size_t one = std::strtoul(argc > 1 ? argv[1] : "", nullptr, 10);
  for (std::size_t at = 0; at < kRows.size(); ++at)
    if (one == 0 ? at < p2p::lab::kSmall || which == "million" : at + 1 == one)
      p2p::lab::run_apart(kRows[at]);
}
