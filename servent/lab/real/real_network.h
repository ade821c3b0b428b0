// A network of real nodes: the very overlay of a Plan, of processes of this binary on one or more
// machines, each with a home, a share and an address of its own.
//
// It waits at barriers: each looks again until all nodes are where they should be, has a limit, and
// names the node that is not there. Where the setup is about waiting itself (is_paced) there are
// none behind the start.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocols/base/result.h"
#include "protocols/traffic.h"

#include "servent/lab/network.h"
#include "servent/lab/placement.h"
#include "servent/lab/real/machine.h"
#include "servent/lab/setup.h"

namespace p2p::lab {

// What one says of itself (docs/control.md: status).
struct NodeStatus {
  bool is_online = false;
  std::uint64_t shared = 0;  // files
  bool is_hashing = false;   // or looks for files
  std::uint64_t users = 0;   // as its network says
  std::uint64_t files = 0;
  std::uint64_t busy = 0;        // queries that it looks up or still asks on
  std::uint64_t duplicates = 0;  // of queries
  std::map<std::string, std::uint64_t> counters;
  std::vector<KindTraffic> traffic;  // by kind, in the order of the network's Watching
};

// Of an object that a node told; 0 for what is not there, or no number.
std::uint64_t number_in(const Json& object, const char* key);

// Of another life, or as much again.
void add_counts(NodeStatus& to, const NodeStatus& more);

// Whether nodes look for neighbours themselves, or do not hear that one is gone: how long that
// takes is what is asked, so all happens at the scenario's own pace.
bool is_paced(const Setup& setup);

class RealNetwork {
 public:
  using Say = std::function<void(const std::string&)>;

  // All outlive it. `say` is told how far it is.
  RealNetwork(const Plan& plan, const Setup& setup, std::uint64_t seed, const Placement& placement,
              const std::atomic<bool>& stop, Say say);

  // Nodes are dealt to the hosts in turn.
  Result<void> open(const std::vector<Host>& hosts, const std::string& keep);
  // All up, all files shared; then linked as planned, leaves first, and everything told: what is
  // registered, tables. Nodes that look for neighbours are told to call the planned ones first.
  Result<void> start();

  // By SIGKILL, until no neighbour has a link to them any more; paced: without waiting for that.
  // Those that are down are passed over.
  Result<void> kill(const std::vector<NodeNumber>& nodes);
  // They stop where they are: their links stay, and nobody answers there.
  Result<void> halt(const std::vector<NodeNumber>& nodes);
  // In their homes at their places, until their links to nodes that are up are there again; paced:
  // without waiting for that. Those that are up are passed over.
  Result<void> restart(const std::vector<NodeNumber>& nodes);
  bool is_up(NodeNumber node) const { return nodes_[node].is_up; }

  // Begins a search at a node: its number there. Nothing: it refuses, or is not up.
  Result<std::optional<std::uint32_t>> search(NodeNumber node, const std::string& words);
  // What came of searches, which are closed then: a moment with `searches` and `results` each; null
  // of a node that is gone.
  struct Begun {
    NodeNumber node = 0;
    std::uint32_t search = 0;
  };
  Result<std::vector<Json>> take(const std::vector<Begun>& begun);

  // Until no message of a query is on its way and nobody has one in hand, or the time is up: false.
  Result<bool> settle(std::chrono::milliseconds most);

  // Of each node all that it counted, of its earlier lives too.
  Result<std::vector<NodeStatus>> counts();
  // How many links each node has: as planned, and as those that are up say.
  std::vector<std::size_t> links_planned() const;
  Result<std::vector<std::size_t>> links_up();
  // Who is called by this address; nothing: none of ours.
  std::optional<NodeNumber> node_at(const std::string& endpoint) const;

  // Nodes that ended without being killed: one line each.
  const std::vector<std::string>& crashes() const { return crashes_; }
  const std::atomic<bool>& stop() const { return stop_; }

 private:
  using Links = std::vector<std::pair<NodeNumber, NodeNumber>>;
  static constexpr std::chrono::milliseconds kBarrier = std::chrono::seconds(60);

  struct Node {
    std::size_t machine = 0;
    std::string listen;  // HOST:PORT once it was up
    bool is_up = false;
    NodeStatus seen;    // the last time, of this life
    NodeStatus before;  // counts of its earlier lives
  };
  static std::string name_of(NodeNumber node) { return "node " + std::to_string(node); }
  Result<void> link_all();
  Result<void> seek();
  // By what the agent is to do; returns where they listened.
  Result<std::set<std::string>> end(const std::vector<NodeNumber>& nodes, const char* how);
  Links planned() const;  // the plan's, those that clients make to a server too
  Json wanted(NodeNumber node) const;
  std::string config_of(NodeNumber node) const;
  Result<void> launch(const std::vector<NodeNumber>& which);
  Result<void> connect(const Links& links);
  Result<void> link(const Links& links);
  Result<void> share();
  Result<void> register_all();
  // One request to each of these; null where a node does not answer.
  Result<std::vector<Json>> ask(const std::vector<NodeNumber>& nodes,
                                const std::vector<Json>& asks);
  Result<std::vector<Json>> ask_each(const std::vector<NodeNumber>& nodes, const Json& line);
  void take_ended(const Machine& machine, const Json& answer);
  Result<void> look();  // at the status of all that are up
  // The links that nodes say are up, each end a row of `peers`.
  Result<void> each_end(const std::function<void(NodeNumber, const Json&)>& see);
  std::vector<NodeNumber> up() const;
  // Looks until `missing` has nothing to say any more; else its words are the error.
  Result<void> until(const char* what, std::chrono::milliseconds most,
                     const std::function<Result<std::string>()>& missing);
  struct Balance {
    std::uint64_t in = 0;
    std::uint64_t out = 0;
    friend bool operator==(const Balance&, const Balance&) = default;
  };
  Balance balance(const std::function<bool(const MessageKind&)>& is_of) const;
  std::string untold() const;

  const Plan& plan_;
  const Setup& setup_;
  std::uint64_t seed_;
  const Placement& placement_;
  const std::atomic<bool>& stop_;
  Say say_;
  std::vector<Machine> machines_;
  std::vector<Node> nodes_;
  std::map<std::string, NodeNumber> places_;  // by where they listen
  std::vector<std::string> crashes_;
  bool has_gaps_ = false;  // somebody was killed: what was sent to him is counted once only
};

}  // namespace p2p::lab
