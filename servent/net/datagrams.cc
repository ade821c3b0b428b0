#include "servent/net/datagrams.h"

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include "servent/net/sockets.h"

namespace p2p::net {

namespace asio = boost::asio;
using asio::ip::udp;
using ErrorCode = boost::system::error_code;

namespace {

constexpr int kDatagramsInARow = 64;  // then the links get their turn

}  // namespace

Datagrams::Datagrams(asio::io_context& io, Received received)
    : socket_(io),
      received_(std::move(received)) {}

Result<void> Datagrams::open(const Endpoint& at) {
  ErrorCode error;
  socket_.open(udp::v4(), error);
  if (!error) socket_.bind(to_udp(at), error);
  if (!error) socket_.non_blocking(true, error);
  if (!error) return {};
  ErrorCode ignored;
  socket_.close(ignored);
  return fail(Errc::io, "cannot listen on UDP " + to_text(at) + ": " + error.message());
}

void Datagrams::start(bool allow_public) {
  allow_public_ = allow_public;
  if (is_open()) watch();
}

void Datagrams::close() {
  ErrorCode ignored;
  *open_ = false;
  socket_.close(ignored);
}

bool Datagrams::is_allowed(const Endpoint& peer) const {
  return is_routable(peer.address) && peer.port != 0 && (allow_public_ || is_private(peer.address));
}

void Datagrams::send(const Endpoint& to, Bytes bytes) {
  ErrorCode error;
  const bool fits = is_open() && bytes.size() <= kMaxDatagram && is_allowed(to);
  if (fits) socket_.send_to(asio::buffer(bytes.data(), bytes.size()), to_udp(to), 0, error);
  if (!fits || error) ++dropped_;  // the system's buffer is full, or there is no way to it
}

void Datagrams::watch() {
  socket_.async_wait(udp::socket::wait_read, [this, open = open_](ErrorCode error) {
    if (error || !*open) return;
    read();
    if (*open) watch();
  });
}

void Datagrams::read() {
  const auto open = open_;  // whoever is told may close
  for (int i = 0; i < kDatagramsInARow && *open; ++i) {
    udp::endpoint from;
    ErrorCode error;
    const std::size_t got = socket_.receive_from(asio::buffer(buffer_), from, 0, error);
    if (error) return;
    const Endpoint peer = to_endpoint(from);
    if (got <= kMaxDatagram && is_allowed(peer))
      received_(peer, Bytes(buffer_).first(got));
    else
      ++dropped_;
  }
}

}  // namespace p2p::net
