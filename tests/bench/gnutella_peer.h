// A Gnutella neighbour that a benchmark plays. Only 127.0.0.1.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocols/gnutella/frames.h"
#include "protocols/gnutella/handshake.h"
#include "protocols/gnutella/message.h"

#include "tests/bench/numbered.h"

namespace p2p::bench {

// Greets as the library does, then sends and reads messages without blocking.
class Peer {
 public:
  Peer(std::uint16_t port, std::size_t number, bool is_ultrapeer, bool deflates) : Peer(port) {
    using gnutella::Handshake;
    std::vector<std::pair<std::string, std::string>> fields{
        {"User-Agent", "bench/1.0"},
        {"Node", "127.0.0.1:" + std::to_string(40'000 + number)},
        {"X-Ultrapeer", is_ultrapeer ? "True" : "False"},
        {"X-Query-Routing", "0.2"},
        {"X-Ultrapeer-Query-Routing", "0.1"},
        {"X-Degree", "32"}};
    if (deflates) fields.emplace_back("Accept-Encoding", "deflate");
    Handshake handshake = Handshake::initiator(fields);
    ::fcntl(socket_, F_SETFL, 0);
    say(handshake.take_output());
    while (handshake.state() == Handshake::State::reading) {
      std::array<std::byte, 4096> buffer{};
      const auto count = ::read(socket_, buffer.data(), buffer.size());
      if (count <= 0) throw std::runtime_error("hung up on at the greeting");
      handshake.feed(Bytes(buffer).first(static_cast<std::size_t>(count)));
    }
    gnutella::Reply reply;
    if (deflates) reply.fields.emplace_back("Content-Encoding", "deflate");
    if (handshake.state() == Handshake::State::decide) handshake.answer(reply);
    say(handshake.take_output());
    if (handshake.state() != Handshake::State::open)
      throw std::runtime_error("refused: " + handshake.text());
    reader_.emplace(handshake.inflates());
    writer_.emplace(handshake.deflates());
    ::fcntl(socket_, F_SETFL, O_NONBLOCK);
    take(handshake.take_leftover(), [](const gnutella::Frame&) {});
  }
  // Messages from the first byte on, for what relays them without knowing them.
  explicit Peer(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("cannot connect");
    reader_.emplace(false);
    writer_.emplace(false);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::fcntl(socket_, F_SETFL, O_NONBLOCK);
  }
  ~Peer() { ::close(socket_); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  int socket() const { return socket_; }
  void write(Bytes message) { writer_->write(message); }
  void flush() {
    const Bytes bytes = writer_->flush();
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
  void say(const std::string& words) {
    if (::send(socket_, words.data(), words.size(), MSG_NOSIGNAL) < 0)
      throw std::runtime_error("cannot greet");
  }
  template <class Each>
  void take(Bytes bytes, Each each) {
    reader_->feed(bytes);
    for (;;) {
      const auto next = reader_->next();
      if (!next) throw std::runtime_error(next.error().detail);
      if (!*next) return;
      each(**next);
    }
  }

  int socket_;
  std::optional<gnutella::FrameReader> reader_;
  std::optional<gnutella::FrameWriter> writer_;
  Buffer rest_;
};
using Peers = std::vector<std::unique_ptr<Peer>>;

}  // namespace p2p::bench
