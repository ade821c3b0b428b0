// Datagrams: the UDP socket of a node, on the port number of its listener. Small ones only, and
// from and to allowed addresses only; the rest is dropped and counted. Runs on the io_context's
// thread; nothing is called after close().
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>

#include "protocols/base/bytes.h"
#include "protocols/base/ids.h"
#include "protocols/base/result.h"

namespace p2p::net {

// What fits an Ethernet frame, nearly: larger ones would travel in pieces.
inline constexpr std::size_t kMaxDatagram = 1500;

class Datagrams {
 public:
  using Received = std::function<void(const Endpoint& from, Bytes bytes)>;
  Datagrams(boost::asio::io_context& io, Received received);
  ~Datagrams() { close(); }
  Datagrams(const Datagrams&) = delete;
  Datagrams& operator=(const Datagrams&) = delete;
  Datagrams(Datagrams&&) = delete;
  Datagrams& operator=(Datagrams&&) = delete;

  Result<void> open(const Endpoint& at);
  void start(bool allow_public);  // reads from now on
  void close();

  void send(const Endpoint& to, Bytes bytes);
  bool is_open() const { return socket_.is_open(); }
  std::uint64_t dropped() const { return dropped_; }  // either way

 private:
  void watch();
  void read();
  bool is_allowed(const Endpoint& peer) const;

  boost::asio::ip::udp::socket socket_;
  Received received_;
  bool allow_public_ = false;
  std::uint64_t dropped_ = 0;
  std::shared_ptr<bool> open_ = std::make_shared<bool>(true);  // asked by the handler
  std::array<std::byte, kMaxDatagram + 1> buffer_{};           // one more: it was too long
};

}  // namespace p2p::net
