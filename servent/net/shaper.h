// Shaper: what a wire does to what a node sends, for nodes of the laboratory that share one
// machine: latency as the simulated world draws it, bandwidth, loss. Each node shapes what it
// sends.
//
// A stream keeps its order. What is lost of one costs a retransmission timeout (200 ms, twice that
// the next time, as Linux begins), and what follows waits for it; a datagram is gone. Links come up
// at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "protocols/base/bytes.h"
#include "protocols/base/result.h"
#include "protocols/base/rng.h"
#include "protocols/base/time.h"
#include "protocols/latency.h"

namespace p2p::net {

struct LinkShape {
  Latency latency;
  std::uint64_t bandwidth = 0;  // bytes a second of each link; 0: as much as there is
  double loss = 0;              // share of what is sent, 0 to below 1
  std::uint64_t seed = 1;

  // "uniform_int 10 100 140 0.824 0 0 7": model, least, most and median round trip in ms, sigma,
  // bandwidth, loss, seed. Models: constant, uniform_int, lognormal.
  static Result<LinkShape> parse(std::string_view text);
};

class Shaper {
 public:
  explicit Shaper(const LinkShape& shape) : shape_(shape), rng_(shape.seed) {}

  // One direction of one link, in milliseconds of the clock.
  struct Way {
    double free = 0;     // when all that was sent before has left
    double arrived = 0;  // when the last of it is there
  };
  // When this is at the other end of a stream.
  Time arrival(Way& way, std::size_t bytes, Time now);
  // Of a datagram; nothing: it is lost.
  std::optional<Time> arrival(Time now);

 private:
  bool is_lost();
  double retransmissions(std::size_t bytes);

  LinkShape shape_;
  Rng rng_;
};

// Acts that wait for their time. None happens after it is gone.
class Later {
 public:
  explicit Later(boost::asio::io_context& io) : timer_(io) {}
  ~Later() { *alive_ = false; }
  Later(const Later&) = delete;
  Later& operator=(const Later&) = delete;
  Later(Later&&) = delete;
  Later& operator=(Later&&) = delete;

  // Those of one time in the order of the calls.
  void at(Time when, std::function<void()> act);
  void forget() { acts_.clear(); }

 private:
  void arm();
  void run();

  boost::asio::steady_timer timer_;
  std::multimap<Time, std::function<void()>> acts_;
  Time armed_ = kNever;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // asked by the handler
};

}  // namespace p2p::net
