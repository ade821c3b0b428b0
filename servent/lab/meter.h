// The meter: what nodes send each other, counted by kind of message, by node and by query. A flood
// of millions of messages passes through it: all is in arrays, and only a new query allocates.
//
// Kinds are those of the network (protocols/passing.h), then "datagram" (those that the network
// does not tell apart; upkeep), and last "other": bytes of a stream that are no whole message
// (greetings; what would be compressed or enciphered), each sending once, as upkeep.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocols/passing.h"

#include "servent/lab/world.h"

namespace p2p::lab {

struct Count {
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;

  Count& operator+=(const Count& more) {
    messages += more.messages;
    bytes += more.bytes;
    return *this;
  }
  friend Count operator-(const Count& a, const Count& b) {
    return {a.messages - b.messages, a.bytes - b.bytes};
  }
  friend bool operator==(const Count&, const Count&) = default;
};
using Counts = std::vector<Count>;  // by kind, in the order of Meter::kinds()
Counts operator-(const Counts& later, const Counts& earlier);
// Of each one among so many: queries, or nodes times minutes.
struct Rate {
  double messages = 0;
  double bytes = 0;
};
Rate rate(const Count& count, double among);  // zeros among none

// Of the same number at all nodes.
struct Spread {
  double mean = 0;
  double p99 = 0;  // 99 % of the nodes have at most this (nearest rank)
  double max = 0;
  double gini = 0;  // 0: all alike; near 1: one has it all
};
Spread spread_of(std::vector<std::uint64_t> values);

// One query that the wire names, from the first node that was seen to send it.
struct Flood {
  NodeNumber origin = 0;
  std::uint32_t reached = 0;  // nodes that it was sent to, the origin not among them
  std::uint64_t sent = 0;     // all its transmissions
  std::uint64_t duplicates() const { return sent - reached; }  // to who had it, or was the origin
};
// Of these floods together.
struct FloodMeans {
  double reach = 0;       // nodes, in the mean
  double duplicates = 0;  // share of all transmissions
};
FloodMeans means_of(std::span<const Flood> floods);

class Meter {
 public:
  // Nodes beyond `nodes` are counted by kind only.
  Meter(const Watching& watching, std::size_t nodes);

  // As Guest::sent. What the first message among them is that belongs to a question.
  struct Seen {
    Purpose purpose = Purpose::upkeep;  // there is none
    std::optional<std::uint8_t> hops;   // Passing::hops
  };
  Seen sent(NodeNumber from, NodeNumber to, Bytes bytes, Stream stream);

  std::span<const MessageKind> kinds() const { return kinds_; }  // "other" is the last one
  const Counts& counts() const { return counts_; }  // so far; between two times: their difference
  Count all(const Counts& counts) const;
  // Of queries and answers, and of all else.
  Count of_queries(const Counts& counts) const;
  Count of_upkeep(const Counts& counts) const;

  Count sent_by(NodeNumber node) const { return sent_[node]; }
  Count received_by(NodeNumber node) const { return received_[node]; }
  // Sent and received, since the last forget_load().
  Spread load_messages() const;
  Spread load_bytes() const;
  void forget_load();

  // In the order they were seen, the first kMostFloods. After kLive more have begun nothing more is
  // counted for one.
  const std::vector<Flood>& floods() const { return floods_; }
  static constexpr std::size_t kMostFloods = 1'000'000;
  static constexpr std::size_t kLive = 64;

 private:
  struct IdHash {
    std::size_t operator()(const Guid& id) const;
  };
  static constexpr std::size_t kNone = ~std::size_t{0};

  std::size_t other() const { return kinds_.size() - 1; }
  std::size_t datagram() const { return kinds_.size() - 2; }
  // Counts it by kind.
  void saw(const Passing& passing, Seen& seen);
  void count_datagram(Bytes bytes, Seen& seen);
  std::uint32_t& state_of(Stream stream);
  // Its messages, each counted by kind; their number.
  std::uint64_t count_run(NodeNumber from, NodeNumber to, Bytes run, Stream stream, Seen& seen);
  void follow(const Guid& id, NodeNumber from, NodeNumber to);
  std::size_t flood_of(const Guid& id, NodeNumber from);
  bool mark(std::size_t flood, NodeNumber node);  // true: it had it not

  const Watching& watching_;
  std::vector<MessageKind> kinds_;
  Counts counts_;
  std::vector<Count> sent_;
  std::vector<Count> received_;
  std::vector<std::uint32_t> states_;  // by stream
  std::uint32_t no_state_ = 0;

  std::vector<Flood> floods_;
  std::unordered_map<Guid, std::size_t, IdHash> places_;  // of floods
  Guid last_id_;
  std::size_t last_place_ = kNone;
  std::array<std::vector<std::uint64_t>, kLive> has_it_;  // a bit a node, of the living
};

}  // namespace p2p::lab
