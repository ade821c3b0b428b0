// A download in memory, for tests of Swarm: sources of every speed and temper on an event queue, a
// disk that remembers only which bytes are lies, and a clock that counts. Nothing here sleeps.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <queue>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "protocols/transfer/swarm.h"

namespace p2p::transfer {

struct WorldSource {
  std::uint64_t rate = 1 << 20U;  // bytes a second
  Duration latency = 20ms;        // from the request to the first byte, and twice as much
                                  // when a connection has to be made anew
  bool lies = false;              // sends zeros
  Manner manner = Manner::ranges;
  std::optional<Extents> has{};            // unless it has all
  bool tells = true;                       // what it has
  std::uint64_t most = ~std::uint64_t{0};  // bytes that it gives to one request
  // Times in which it is not there, and in which it is but gives nothing.
  std::vector<std::pair<Duration, Duration>> away{};
  std::vector<std::pair<Duration, Duration>> stalls{};
};

class SwarmWorld {
 public:
  SwarmWorld(Swarm& swarm, bool has_tree, std::vector<WorldSource> sources, std::uint64_t seed)
      : swarm_(swarm),
        has_tree_(has_tree),
        rng_(seed),
        lost_(swarm.map().pieces()) {
    for (std::size_t i = 0; i < sources.size(); ++i) {
      hosts_.push_back({std::move(sources[i])});
      come(i);
      for (const auto& [from, to] : hosts_[i].is.away) {
        push(from, What::go, i);
        push(to, What::come, i);
      }
    }
    settle();
  }

  // Until all is here or so much time has passed; then false.
  bool run(Duration limit) {
    while (!swarm_.is_complete()) {
      if (events_.empty()) return false;
      const Event event = events_.top();
      if (event.micros > limit.count() * 1000) return false;
      events_.pop();
      micros_ = event.micros;
      take(event);
      settle();
      if (is_strict_) check();
    }
    return true;
  }
  // Everything is compared after each step; only for few sources.
  void be_strict() { is_strict_ = true; }
  // The disk loses something.
  void lose(const Extent& extent) {
    for (PieceIndex piece = 0; piece < swarm_.map().pieces(); ++piece)
      if (!overlap(swarm_.map().extent_of(piece), extent).empty()) ++lost_[piece];
    swarm_.lost(extent, now());
    settle();
  }

  Time now() const { return Time(Duration(micros_ / 1000)); }
  const Extents& lies() const { return lies_; }
  std::uint64_t received() const { return received_; }
  std::uint64_t requests() const { return requests_; }
  std::uint64_t given_by(std::size_t source) const { return hosts_[source].given; }
  const std::string& fault() const { return fault_; }  // empty, if strict and all was right

 private:
  enum class What : std::uint8_t { block, go, come, wake, ask, check };
  struct Event {
    std::int64_t micros = 0;
    std::uint64_t number = 0;
    What what = What::wake;
    std::size_t which = 0;  // the source, or the piece
    std::uint64_t token = 0;
    bool operator>(const Event& other) const {
      return std::tie(micros, number) > std::tie(other.micros, other.number);
    }
  };
  struct Host {
    WorldSource is;
    bool here = false;
    std::uint64_t token = 0;  // of what it is doing now
    std::uint64_t at = 0;
    std::uint64_t end = 0;
    std::uint64_t left = 0;  // of this request
    std::uint64_t given = 0;
  };

  void push(Duration when, What what, std::size_t which, std::uint64_t token = 0) {
    events_.push({when.count() * 1000, ++number_, what, which, token});
  }
  void push_in(std::int64_t micros, What what, std::size_t which, std::uint64_t token) {
    events_.push({micros_ + micros, ++number_, what, which, token});
  }

  void take(const Event& event) {
    switch (event.what) {
      case What::go: return go(event.which);
      case What::come: return come(event.which);
      case What::wake: return;
      case What::check: return judge(static_cast<PieceIndex>(event.which), event.token);
      case What::ask:
        if (hosts_[event.which].token == event.token) ask(event.which);
        return;
      case What::block:
        if (hosts_[event.which].token == event.token) give(event.which);
        return;
    }
  }

  void come(std::size_t source) {
    if (hosts_[source].here || !swarm_.add_source(id(source), hosts_[source].is.manner)) return;
    Host& host = hosts_[source];
    host.here = true;
    if (host.is.has && host.is.tells) swarm_.set_available(id(source), *host.is.has);
    ask(source);
  }
  void go(std::size_t source) {
    if (!hosts_[source].here) return;
    hosts_[source].here = false;
    ++hosts_[source].token;
    if (source % 2 == 0) swarm_.ended(id(source), Ending::broke, now());
    swarm_.remove_source(id(source), now());
  }

  void ask(std::size_t source) {
    Host& host = hosts_[source];
    if (!host.here) return;
    const auto share = swarm_.next(id(source), now(), rng_);
    if (!share) return;
    if (!overlap(*share, {0, swarm_.map().size_bytes()}).empty() && share->empty())
      fault_ = "asked for nothing";
    ++requests_;
    const bool goes_on = host.is.manner == Manner::stream && share->begin == host.at;
    host.at = share->begin;
    host.end = share->end;
    host.left = host.is.most;
    ++host.token;
    push_in(goes_on ? 0 : host.is.latency.count() * 1000 + wire(host), What::block, source,
            host.token);
  }
  std::uint64_t block_of(const Host& host) const {
    const std::uint64_t tenth = std::clamp<std::uint64_t>(host.is.rate / 10, 1, 65'536);
    return std::min({tenth, host.end - host.at, host.left});
  }
  std::int64_t wire(const Host& host) const {
    return static_cast<std::int64_t>(block_of(host) * 1'000'000 / host.is.rate);
  }
  bool has(const Host& host, std::uint64_t byte) const {
    return !host.is.has || host.is.has->contains({byte, byte + 1});
  }

  void give(std::size_t source) {
    Host& host = hosts_[source];
    for (const auto& [from, to] : host.is.stalls)
      if (now() >= Time(from) && now() < Time(to)) return push(to, What::block, source, host.token);
    if (!has(host, host.at)) return end(source, Ending::lacks);
    if (host.left == 0) return end(source, Ending::gave);
    const std::uint64_t bytes = block_of(host);
    const std::vector<Extent> wanted =
        is_strict_ ? wanted_of(source, bytes) : std::vector<Extent>{};
    const Arrival arrival = swarm_.arrived(id(source), host.at, bytes, now());
    if (is_strict_ && !std::ranges::equal(arrival.fresh, wanted))
      fault_ = "other bytes are fresh than those that were missing";
    for (const Extent& extent : arrival.fresh)
      host.is.lies ? lies_.insert(extent) : lies_.erase(extent);
    for (const PieceIndex piece : arrival.written)
      if (has_tree_) push_in(5000, What::check, piece, lost_[piece]);
    host.at += bytes;
    host.left -= bytes;
    host.given += bytes;
    received_ += bytes;
    if (!arrival.is_enough) return push_in(wire(host), What::block, source, host.token);
    ++host.token;
    if (host.at < host.end && host.is.manner == Manner::ranges) return anew(source);
    ask(source);
  }
  // What of its next bytes is missing, and asked of it.
  std::vector<Extent> wanted_of(std::size_t source, std::uint64_t bytes) const {
    std::vector<Extent> out;
    for (const Asked& asked : swarm_.asked())
      if (asked.source == id(source))
        swarm_.map().had().gaps(overlap(asked.rest, {hosts_[source].at, hosts_[source].at + bytes}),
                                out);
    return out;
  }
  void end(std::size_t source, Ending why) {
    swarm_.ended(id(source), why, now());
    anew(source);
  }
  void anew(std::size_t source) {
    Host& host = hosts_[source];
    push_in(host.is.latency.count() * 2000, What::ask, source, ++host.token);
  }

  void judge(PieceIndex piece, std::uint64_t lost) {
    if (lost_[piece] != lost || !swarm_.map().is_written(piece)) return;
    const Extent extent = swarm_.map().extent_of(piece);
    if (!lies_.touches(extent)) {
      swarm_.verified(piece);
      return;
    }
    const Verdict verdict = swarm_.bad(piece, now());
    for (const SourceIndex source : verdict.dropped) {
      if (!hosts_[source].is.lies) fault_ = "an honest source was dropped";
      hosts_[source].here = false;
      ++hosts_[source].token;
    }
  }

  void settle() {
    for (;;) {
      for (const SourceIndex source : swarm_.take_cancelled())
        if (hosts_[source].here) anew(source);
      if (swarm_.deadline() > now()) break;
      for (const SourceIndex source : swarm_.wake(now()))
        ask(source);
    }
    const Time due = swarm_.deadline();
    if (std::exchange(alarm_, due) != due && due != kNever)
      push(due.time_since_epoch(), What::wake, 0);
  }

  // A byte is here, or free, or somebody is asked for it; never two of these but the last.
  void check() {
    const PieceMap& map = swarm_.map();
    Extents all = map.had();
    std::uint64_t sum = map.had().bytes() + map.free().bytes();
    for (const auto& [begin, end] : map.free().runs())
      all.insert({begin, end});
    if (all.bytes() != sum) fault_ = "bytes that are here are free";
    for (const Asked& asked : swarm_.asked()) {
      if (map.free().touches(asked.rest)) fault_ = "bytes that are asked for are free";
      if (map.had().contains(asked.rest)) fault_ = "somebody is asked for what is here";
      all.insert(asked.rest);
    }
    if (all.bytes() != map.size_bytes()) fault_ = "bytes are lost";
  }

  static SourceIndex id(std::size_t source) { return static_cast<SourceIndex>(source); }

  Swarm& swarm_;
  bool has_tree_;
  bool is_strict_ = false;
  Rng rng_;
  std::vector<Host> hosts_;
  std::vector<std::uint64_t> lost_;  // how often something of the piece was
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::uint64_t number_ = 0;
  std::int64_t micros_ = 0;
  Time alarm_ = kNever;
  Extents lies_;
  std::uint64_t received_ = 0;
  std::uint64_t requests_ = 0;
  std::string fault_;
};

}  // namespace p2p::transfer
