// A supernode or a child that a benchmark plays to a supernode of ours: it calls, greets, then
// sends and reads messages without blocking. Only 127.0.0.1.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocols/kazaa/message.h"
#include "protocols/kazaa/relay.h"
#include "protocols/kazaa/session.h"

namespace p2p::bench {

class KazaaPeer {
 public:
  // `number`: it says that it listens at a port of its own.
  KazaaPeer(std::uint16_t port, std::size_t number) : KazaaPeer(port) {
    Buffer payload;
    const auto listens = static_cast<std::uint16_t>(40'000 + number);
    kazaa::append_neighbours(payload, {{{INADDR_LOOPBACK, listens}, 0}});
    write(kazaa::Type::neighbours, payload);
    payload.clear();
    kazaa::append_hello_message(payload, {});
    write(kazaa::Type::hello, payload);
    flush();
  }
  // One that has not said yet what it is: a child, when that is a child's.
  explicit KazaaPeer(std::uint16_t port)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("cannot connect");
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    while (session_.state() != kazaa::Session::State::open) {
      flush();
      std::array<std::byte, 4096> buffer{};
      const auto count = ::read(socket_, buffer.data(), buffer.size());
      if (count <= 0) throw std::runtime_error("hung up on at the greeting");
      take(Bytes(buffer).first(static_cast<std::size_t>(count)), [](const kazaa::Frame&) {});
    }
    ::fcntl(socket_, F_SETFL, O_NONBLOCK);
  }
  ~KazaaPeer() { ::close(socket_); }
  KazaaPeer(const KazaaPeer&) = delete;
  KazaaPeer& operator=(const KazaaPeer&) = delete;

  int socket() const { return socket_; }
  void write(kazaa::Type type, Bytes payload) { session_.send(type, payload); }
  void flush() {
    const Buffer bytes = session_.take_output();
    rest_.insert(rest_.end(), bytes.begin(), bytes.end());
    while (!rest_.empty()) {
      const auto count = ::send(socket_, rest_.data(), rest_.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      rest_.erase(rest_.begin(), rest_.begin() + count);
    }
  }
  template <class Each>
  void read(Each each) {
    static std::array<std::byte, 65'536> buffer;
    for (;;) {
      const auto count = ::read(socket_, buffer.data(), buffer.size());
      if (count == 0) throw std::runtime_error("the node closed a link");
      if (count < 0) return;
      take(Bytes(buffer).first(static_cast<std::size_t>(count)), each);
    }
  }

 private:
  template <class Each>
  void take(Bytes bytes, Each each) {
    session_.feed(bytes);
    for (;;) {
      const auto next = session_.next();
      if (!next) throw std::runtime_error(next.error().detail);
      if (!*next) return;
      each(**next);
    }
  }

  int socket_;
  kazaa::Session session_ = kazaa::Session::child();
  Buffer rest_;
};
using KazaaPeers = std::vector<std::unique_ptr<KazaaPeer>>;

}  // namespace p2p::bench
