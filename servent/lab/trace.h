// Trace: one query followed through the network, copy by copy: who got it from whom and when, who
// had it already, who answered. Made of what passes on the links, so it tells what the nodes did,
// not what they say; the same for all networks (protocols/passing.h).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "protocols/passing.h"

#include "servent/lab/onlooker.h"

namespace p2p::lab {

// One transmission of the query. Times are since it was asked.
struct TracedCopy {
  enum class Verdict : std::uint8_t {
    lost,       // did not arrive while it was followed
    fresh,      // the first that this node got
    duplicate,  // the node had it, or had asked it
    unknown,    // nobody tells
  };
  NodeNumber from = 0;
  NodeNumber to = 0;
  World::Ms sent = 0;
  World::Ms arrived = 0;
  Verdict verdict = Verdict::lost;
};

struct Trace {
  NodeNumber asker = 0;
  std::string asked;               // for people
  std::vector<TracedCopy> copies;  // in the order they were sent
  // Messages with hits that a node sent, less those that it got: above 0 where some began.
  std::map<NodeNumber, std::int64_t> answers;
  std::uint64_t hits = 0;        // that the asker's user got
  bool counts_messages = false;  // `hits` are messages with hits
  std::optional<World::Ms> first_hit;
  std::vector<std::string> names;  // of the nodes; without, they have their numbers
};

struct TraceLook {
  std::size_t depth = 20;  // hops
  std::size_t most = 60;   // nodes, the first reached first
};
// A tree of lines, its root the asker.
std::string to_text(const Trace& trace, const TraceLook& look);
std::string to_json(const Trace& trace);

inline constexpr std::size_t kMostCopies = 10'000'000;  // followed; later ones are left out

// Follows the question of this number for `wait_ms`, then sets `stop`.
class Tracer final : public Onlooker {
 public:
  Tracer(std::size_t number, World::Ms wait_ms, std::atomic<bool>& stop)
      : number_(number),
        wait_ms_(wait_ms),
        stop_(stop) {}

  // Nothing: the run ended before.
  const std::optional<Trace>& trace() const { return trace_; }

  void enters(const World& world, const Watching& watching) override;
  void asks(std::size_t number, NodeNumber node, const Query& query) override;
  void told(NodeNumber node, Event& event) override;
  Mark sent(NodeNumber from, NodeNumber to, Bytes bytes, Stream stream) override;
  void arrives(NodeNumber from, NodeNumber to, Bytes bytes) override;

 private:
  struct GuidHash {
    std::size_t operator()(const Guid& guid) const;
  };
  // A run of bytes on its way that holds something of the query.
  struct Flight {
    std::size_t hash = 0;
    std::vector<std::size_t> copies;  // places
    std::int64_t answers = 0;
  };

  bool is_alive();
  World::Ms since() const { return world_->now() - asked_at_; }
  bool is_ours(const Passing& passing, NodeNumber from, NodeNumber to);
  void count_passing(const Passing& passing, NodeNumber from, NodeNumber to, Flight& flight);

  const std::size_t number_;
  const World::Ms wait_ms_;
  std::atomic<bool>& stop_;
  const World* world_ = nullptr;
  const Watching* watching_ = nullptr;
  std::unordered_map<Stream, std::uint32_t> states_;
  World::Ms asked_at_ = 0;
  bool asks_again_ = false;  // the asker: what begins there is another query
  std::optional<Trace> trace_;
  std::unordered_set<Guid, GuidHash> ids_;     // of the query: one, or one a ring
  std::unordered_set<Guid, GuidHash> others_;  // that the asker got from somebody
  std::unordered_set<NodeNumber> has_it_;
  std::unordered_map<std::uint64_t, std::deque<Flight>> flights_;  // by from and to
};

}  // namespace p2p::lab
