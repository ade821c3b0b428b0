// Node: one Mode living on Asio (all three walks of architecture.md start and end here).
//
// The node owns the links, the alarm and the clock. It calls one verb of the Mode at a time, lets
// Out record, and acts afterwards: events are handed on, closes happen, and what all verbs of one
// turn of the loop wrote to a link goes out in one piece. Links are watched for readiness and share
// one read buffer, so an idle link costs a few hundred bytes (docs/decisions: ten thousand clients
// at once).
//
// Everything runs on the one thread of the io_context.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "protocols/base/result.h"
#include "protocols/registry.h"

#include "servent/net/shaper.h"

namespace p2p::net {

struct NodeHooks {
  std::function<void(Event)> on_event;  // after the verb that reported it
  // An accepted connection that the mode's rule calls a transfer: greeted, not blocking; `first` is
  // what was read of it to know that.
  std::function<void(boost::asio::ip::tcp::socket, Endpoint from, Buffer first)> on_transfer;
  std::function<void()> on_settled;  // after each verb and its events: report() may differ now
  // The mode closes a link: for the log only, the mode is still at it.
  std::function<void(const Endpoint& peer, Reason why)> on_closed;
  // Neither dialled nor accepted, whatever the mode wants. May be empty.
  std::function<bool(std::uint32_t address)> is_banned{};
};

class Node {
 public:
  Node(boost::asio::io_context& io, const ModeRow& row, NodeHooks hooks);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  Node(Node&&) = delete;
  Node& operator=(Node&&) = delete;

  void set_hooks(NodeHooks hooks);  // before start()
  // Binds and listens, for datagrams too where the row has them; port 0 takes a free one. Where it
  // listens, or why it cannot.
  Result<Endpoint> listen(const Endpoint& at);
  // What is sent from now on goes over such links. Before start().
  void shape(const LinkShape& shape);
  // Makes the mode and wakes it for the first time. `config.allow_public` also rules which
  // addresses are dialled and accepted.
  void start(const ModeConfig& config);
  // Puts the mode of this row (another role of the same mode) in the place of the one that runs, at
  // the same listener; all links are closed after what was sent to them, and what the old mode
  // reported and nobody heard yet is forgotten. May be called from on_event.
  void become(const ModeRow& row, const ModeConfig& config);
  // Counts the modes that lived here: an answer to a question of an earlier one is for nobody.
  std::uint64_t life() const;
  // Closes all links and the listener; no event comes after it.
  void stop();

  void command(const Command& command);
  // Closes the links to these peers, as if they had; how many.
  std::size_t drop(const std::function<bool(const Endpoint& peer)>& which);
  Report report(std::size_t max_peers) const;
  std::vector<HostRow> hosts() const;  // the best first: those that are up, then the last good ones
  // Of queries, in roles that it had before too; empty where it keeps none.
  std::vector<TrailStep> trail() const;
  struct Rates {  // bytes a second of late
    std::uint64_t down = 0;
    std::uint64_t up = 0;
  };
  Rates rates() const;             // of all links
  Rates rates(LinkId link) const;  // of one; of none that there is nothing
  // Who called us, since start(): the one thing that shows that a node can be reached.
  struct Calls {
    Time since{};             // start()
    Time last{};              // zero: nobody yet
    bool for_a_file = false;  // the last one; else it was a peer that wanted a link
  };
  const Calls& calls() const;
  const ModeRow& row() const;
  Endpoint listening() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// Milliseconds of the steady clock, as the deciders count them.
Time steady_now();

// Of the system's own chance, for an Rng.
std::uint64_t system_seed();

}  // namespace p2p::net
