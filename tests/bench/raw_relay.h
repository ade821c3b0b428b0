// The least that a relay must do, as a process of its own: what the messages that come in by one
// connection cost when nobody looks at them. One epoll, connections in pairs in the order of their
// arrival (0 and 1, 2 and 3, ...). When a connection is readable, up to 64 KiB are read and handed
// to the other one in one write. Bytes that the system does not take wait for EPOLLOUT.
#pragma once

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace p2p::bench {

class RawRelay {
 public:
  // Forks: before any thread is started.
  explicit RawRelay(std::size_t connections) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::listen(listener, SOMAXCONN) != 0 ||
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("cannot listen");
    port_ = ntohs(address.sin_port);
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("cannot fork");
    if (pid_ == 0) serve(listener, connections);
    ::close(listener);
  }
  ~RawRelay() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  RawRelay(const RawRelay&) = delete;
  RawRelay& operator=(const RawRelay&) = delete;

  std::uint16_t port() const { return port_; }
  int pid() const { return pid_; }

 private:
  struct End {
    int socket = -1;
    std::vector<char> waiting;  // to be written; empty nearly always
  };

  [[noreturn]] static void serve(int listener, std::size_t connections) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<End> ends(connections);
    for (std::size_t i = 0; i < connections; ++i) {
      ends[i].socket = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      const int on = 1;
      ::setsockopt(ends[i].socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      epoll_event event{};
      event.events = EPOLLIN | EPOLLOUT | EPOLLET;
      event.data.u64 = i;
      ::epoll_ctl(epoll, EPOLL_CTL_ADD, ends[i].socket, &event);
    }
    std::array<epoll_event, 128> events;
    static std::array<char, 65'536> buffer;
    for (;;) {
      const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        End& from = ends[event.data.u64];
        if (!from.waiting.empty()) forward(from, nullptr, 0);
        if ((event.events & EPOLLIN) == 0) continue;
        // Edge-triggered: a full buffer may have left something behind.
        for (ssize_t got = static_cast<ssize_t>(buffer.size());
             got == static_cast<ssize_t>(buffer.size());) {
          got = ::recv(from.socket, buffer.data(), buffer.size(), 0);
          if (got > 0)
            forward(ends[event.data.u64 ^ 1U], buffer.data(), static_cast<std::size_t>(got));
        }
      }
    }
  }

  static void forward(End& to, const char* bytes, std::size_t size) {
    std::size_t sent = 0;
    if (to.waiting.empty()) {
      const ssize_t taken = ::send(to.socket, bytes, size, MSG_NOSIGNAL);
      sent = taken > 0 ? static_cast<std::size_t>(taken) : 0;
    } else {
      to.waiting.insert(to.waiting.end(), bytes, bytes + size);
      const ssize_t taken = ::send(to.socket, to.waiting.data(), to.waiting.size(), MSG_NOSIGNAL);
      if (taken > 0) to.waiting.erase(to.waiting.begin(), to.waiting.begin() + taken);
      return;
    }
    to.waiting.insert(to.waiting.end(), bytes + sent, bytes + size);
  }

  std::uint16_t port_ = 0;
  pid_t pid_ = 0;
};

}  // namespace p2p::bench
