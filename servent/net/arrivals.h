// Arrivals: accepted connections of which nobody knows yet whose they are. Their first bytes are
// shown to the mode's rule (registry.h, Arrival) as they come; what was read goes on with them.
//
// Whoever stays silent is closed after a while, and the oldest of them when too many wait. Runs on
// the thread of the io_context; nothing is called after close().
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "protocols/base/bytes.h"
#include "protocols/base/ids.h"
#include "protocols/registry.h"

namespace p2p::net {

class Arrivals {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Rule = Arrival (*)(Bytes);
  // A connection that is a link or a transfer, and the bytes of it that were read already. The
  // socket does not block. Comes from within take() when no byte was needed.
  using Decided = std::function<void(Arrival, Socket, Endpoint from, Buffer first)>;
  struct Limits {
    std::size_t undecided = 500;  // the oldest is closed for the next one
    std::chrono::milliseconds patience{30'000};
  };

  Arrivals(boost::asio::io_context& io, Rule rule, Decided decided, Limits limits);
  Arrivals(boost::asio::io_context& io, Rule rule, Decided decided)
      : Arrivals(io, rule, std::move(decided), Limits{}) {}
  ~Arrivals() { close(); }
  Arrivals(const Arrivals&) = delete;
  Arrivals& operator=(const Arrivals&) = delete;
  Arrivals(Arrivals&&) = delete;
  Arrivals& operator=(Arrivals&&) = delete;

  void set_rule(Rule rule) { rule_ = rule; }  // for whom is still undecided too
  void take(Socket socket, Endpoint from);
  void close();  // all that are undecided

  std::size_t undecided() const { return guests_.size(); }

 private:
  struct Guest;
  using GuestPtr = std::shared_ptr<Guest>;

  void watch(const GuestPtr& guest);
  void read(const GuestPtr& guest);
  void drop(const GuestPtr& guest);
  void wait_for_the_oldest();

  Rule rule_;
  Decided decided_;
  const Limits limits_;
  std::list<GuestPtr> guests_;  // the oldest first
  boost::asio::steady_timer timer_;
  std::shared_ptr<bool> open_ = std::make_shared<bool>(true);  // asked by the timer's handler
};

}  // namespace p2p::net
