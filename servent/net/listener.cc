#include "servent/net/listener.h"

#include <chrono>
#include <utility>

#include <boost/asio/error.hpp>

#include "servent/net/sockets.h"

namespace p2p::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

namespace {

constexpr auto kAcceptPause = std::chrono::seconds(1);  // out of descriptors: wait for some

}  // namespace

Listener::Listener(asio::io_context& io, Accepted accepted)
    : acceptor_(io),
      pause_(io),
      accepted_(std::move(accepted)),
      open_(std::make_shared<bool>(false)) {}

Result<Endpoint> Listener::open(const Endpoint& at) {
  ErrorCode error;
  acceptor_.open(tcp::v4(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(to_tcp(at), error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  Endpoint listening;
  if (!error) listening = to_endpoint(acceptor_.local_endpoint(error));
  if (error) {
    close();
    return fail(Errc::io, "cannot listen on " + to_text(at) + ": " + error.message());
  }
  open_ = std::make_shared<bool>(true);
  return listening;
}

void Listener::start() {
  if (is_open()) accept();
}

void Listener::close() {
  *open_ = false;
  ErrorCode ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

Endpoint Listener::endpoint() const {
  ErrorCode error;
  const auto at = acceptor_.local_endpoint(error);
  return error ? Endpoint{} : to_endpoint(at);
}

void Listener::accept() {
  acceptor_.async_accept([this, open = open_](ErrorCode error, tcp::socket socket) {
    if (!*open || error == asio::error::operation_aborted) return;
    if (error) {  // mostly EMFILE: give the system a moment
      pause_.expires_after(kAcceptPause);
      pause_.async_wait([this, open](ErrorCode e) {
        if (!e && *open) accept();
      });
      return;
    }
    const Endpoint from = to_endpoint(socket.remote_endpoint(error));
    if (!error) accepted_(std::move(socket), from);  // else it has gone again
    if (*open) accept();
  });
}

}  // namespace p2p::net
