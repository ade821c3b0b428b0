#include "servent/net/sockets.h"

#include <array>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace p2p::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using ErrorCode = boost::system::error_code;

namespace {

// After 2 minutes of silence a peer is asked every 30 s.
constexpr int kKeepIdle = 120;
constexpr int kKeepEvery = 30;
constexpr int kTakesNothing = 120'000;            // ms
constexpr auto kDrain = std::chrono::seconds(1);  // for the peer to close after us

using TimerPtr = std::shared_ptr<asio::steady_timer>;

TimerPtr close_later(const SocketPtr& socket, std::chrono::milliseconds wait) {
  auto timer = std::make_shared<asio::steady_timer>(socket->get_executor(), wait);
  timer->async_wait([socket, timer](ErrorCode) {
    ErrorCode ignored;
    socket->close(ignored);
  });
  return timer;
}

// What the peer still sends is read away, because closing over unread bytes would reset the
// connection and lose our last words.
void drain(const SocketPtr& socket, const TimerPtr& timer) {
  socket->async_wait(tcp::socket::wait_read, [socket, timer](ErrorCode error) {
    std::array<std::byte, 4096> block{};
    if (!error) (void)socket->read_some(asio::buffer(block), error);
    if (error && error != asio::error::would_block)
      timer->cancel();  // the peer closed too: no descriptor is held for its sake
    else
      drain(socket, timer);
  });
}

}  // namespace

Endpoint to_endpoint(const tcp::endpoint& from) {
  if (!from.address().is_v4()) return {};
  return {from.address().to_v4().to_uint(), from.port()};
}

Endpoint to_endpoint(const udp::endpoint& from) {
  if (!from.address().is_v4()) return {};
  return {from.address().to_v4().to_uint(), from.port()};
}

tcp::endpoint to_tcp(const Endpoint& to) {
  return {asio::ip::address_v4(to.address), to.port};
}

udp::endpoint to_udp(const Endpoint& to) {
  return {asio::ip::address_v4(to.address), to.port};
}

void keep_alive(int socket) {
  const auto set = [socket](int level, int option, int value) {
    (void)::setsockopt(socket, level, option, &value, sizeof value);
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, kKeepIdle);
  set(IPPROTO_TCP, TCP_KEEPINTVL, kKeepEvery);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, kTakesNothing);
}

void close_gently(const SocketPtr& socket) {
  ErrorCode error;
  socket->shutdown(tcp::socket::shutdown_send, error);
  if (error) {
    socket->close(error);
    return;
  }
  drain(socket, close_later(socket, kDrain));
}

void close_after(const SocketPtr& socket, std::chrono::milliseconds wait) {
  close_later(socket, wait);
}

}  // namespace p2p::net
