// Listener: where a node accepts connections. Runs on the io_context's thread; nothing is called
// after close().
#pragma once

#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "protocols/base/ids.h"
#include "protocols/base/result.h"

namespace p2p::net {

class Listener {
 public:
  using Accepted = std::function<void(boost::asio::ip::tcp::socket, const Endpoint& from)>;

  Listener(boost::asio::io_context& io, Accepted accepted);
  ~Listener() { close(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  Listener(Listener&&) = delete;
  Listener& operator=(Listener&&) = delete;

  // Where it listens now: port 0 takes a free one. Errc::io: why it cannot.
  Result<Endpoint> open(const Endpoint& at);
  void start();  // accepts from now on
  void close();  // may be opened again

  bool is_open() const { return acceptor_.is_open(); }
  Endpoint endpoint() const;  // zeros: not open

 private:
  void accept();

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  Accepted accepted_;
  std::shared_ptr<bool> open_;  // asked by the handlers
};

}  // namespace p2p::net
