// Many Napster clients in one process, on one epoll: what a server is loaded with. Every wait has a
// limit, after which it throws. Only 127.0.0.1.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/rounds.h"

namespace p2p::bench {

// A process that is measured: its CPU and memory, from /proc.
class ServerProcess {
 public:
  explicit ServerProcess(int pid) : folder_("/proc/" + std::to_string(pid)) {}

  // Of all its threads that live.
  double cpu_us() const {
    double sum = 0;
    for (const auto& task : std::filesystem::directory_iterator(folder_ + "/task")) {
      double ns = 0;
      std::ifstream(task.path() / "schedstat") >> ns;
      sum += ns / 1e3;
    }
    return sum;
  }
  double resident_bytes() const {
    double pages = 0;
    std::ifstream(folder_ + "/statm") >> pages >> pages;
    return pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
  }

 private:
  std::string folder_;
};

inline std::string frame(std::uint16_t type, std::string_view payload) {
  std::string out;
  for (const std::size_t number : {payload.size(), std::size_t{type}}) {
    out += static_cast<char>(number & 0xffU);
    out += static_cast<char>(number >> 8U);
  }
  return out.append(payload);
}

class Crowd {
 public:
  struct Answers {
    std::vector<double> times_us;  // from the search to its end
    std::size_t results = 0;
  };

  explicit Crowd(const std::string& host_and_port) : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    const std::size_t colon = host_and_port.rfind(':');
    address_.sin_family = AF_INET;
    address_.sin_port =
        htons(static_cast<std::uint16_t>(std::stoul(host_and_port.substr(colon + 1))));
    if (host_and_port.substr(0, colon) != "127.0.0.1") throw std::runtime_error("127.0.0.1 only");
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }
  ~Crowd() {
    for (const Client& client : clients_)
      ::close(client.socket);
    ::close(epoll_);
  }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  std::size_t size() const { return clients_.size(); }

  // So many more clients log in, each with a data port, some at a time: a listen queue is short.
  void enter(std::size_t count, const std::string& nick) {
    constexpr std::size_t kAtOnce = 100;
    for (std::size_t done = 0; done < count; done += kAtOnce) {
      std::size_t waiting = 0;
      for (std::size_t i = done; i < std::min(done + kAtOnce, count); ++i, ++waiting) {
        const std::size_t who = clients_.size();
        clients_.push_back({connected(), {}, {}});
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = who;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, clients_[who].socket, &event);
        post(who, 2, nick + std::to_string(i) + " secret 6699 \"bench\" 5");
      }
      pump([&](std::size_t, std::uint16_t type) { waiting -= type == kWelcome ? 1U : 0U; },
           [&] { return waiting == 0; });
    }
    barrier();
  }

  // Goes out in a later wait.
  void post(std::size_t who, std::uint16_t type, std::string_view payload) {
    Client& client = clients_[who];
    if (client.out.empty()) want_write(who, true);
    client.out += frame(type, payload);
  }

  // Everybody pings the server; done when everybody is answered.
  void barrier() {
    std::size_t waiting = clients_.size();
    for (std::size_t who = 0; who < clients_.size(); ++who)
      post(who, kServerPing, {});
    pump([&](std::size_t, std::uint16_t type) { waiting -= type == kServerPing ? 1U : 0U; },
         [&] { return waiting == 0; });
  }

  // `at_once` lanes with one search in flight each; a lane asks from one client after the other,
  // because servers limit the searches of one.
  Answers search(const std::vector<std::string>& queries, std::size_t at_once) {
    Answers out;
    std::vector<double> started(clients_.size());
    std::size_t next = 0;
    const auto ask = [&](std::size_t lane) {
      if (next == queries.size()) return;
      // Clients lane, lane + at_once, ...: two searches of one client are never in flight.
      const std::size_t who = turn_[lane];
      turn_[lane] = who + at_once < clients_.size() ? who + at_once : lane;
      started[who] = wall_us();
      post(who, kSearch, queries[next++]);
      flush(who);
    };
    turn_.resize(at_once);
    for (std::size_t lane = 0; lane < at_once; ++lane) {
      if (turn_[lane] % at_once != lane) turn_[lane] = lane;
      ask(lane);
    }
    pump(
        [&](std::size_t who, std::uint16_t type) {
          if (type == kNotice) throw std::runtime_error("a search was refused");
          if (type == kResult) ++out.results;
          if (type != kSearchEnd) return;
          out.times_us.push_back(wall_us() - started[who]);
          ask(who % at_once);
        },
        [&] { return out.times_us.size() == queries.size(); });
    return out;
  }

  // One client more, as ordinary ones are written: it blocks, asks, and reads until the end. The
  // microseconds of each search. It leaves afterwards.
  std::vector<double> lone_searches(const std::string& nick,
                                    const std::vector<std::string>& queries) const {
    const int socket = connected();
    const timeval limit{10, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    std::string in;
    const auto until = [&](std::string_view sent, std::uint16_t end) {
      if (::send(socket, sent.data(), sent.size(), MSG_NOSIGNAL) < 0)
        throw std::runtime_error("the lone client was thrown out");
      for (bool ended = false; !ended;) {
        std::array<char, 65536> bytes{};
        const ssize_t got = ::recv(socket, bytes.data(), bytes.size(), 0);
        if (got <= 0) throw std::runtime_error("the lone client got no answer");
        in.append(bytes.data(), static_cast<std::size_t>(got));
        take_frames(in, [&](std::uint16_t type) { ended = ended || type == end; });
      }
    };
    until(frame(2, nick + " secret 6699 \"bench\" 5"), kWelcome);
    until(frame(kServerPing, {}), kServerPing);
    std::vector<double> times;
    for (const std::string& query : queries) {
      const double start = wall_us();
      until(frame(kSearch, query), kSearchEnd);
      times.push_back(wall_us() - start);
    }
    ::close(socket);
    return times;
  }

 private:
  static constexpr std::uint16_t kWelcome = 3;
  static constexpr std::uint16_t kSearch = 200;
  static constexpr std::uint16_t kResult = 201;
  static constexpr std::uint16_t kSearchEnd = 202;
  static constexpr std::uint16_t kNotice = 404;
  static constexpr std::uint16_t kServerPing = 750;

  struct Client {
    int socket;
    std::string in;
    std::string out;
  };

  int connected() const {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr to{};
    static_assert(sizeof to == sizeof address_);
    std::memcpy(&to, &address_, sizeof to);
    if (socket < 0 || ::connect(socket, &to, sizeof to) != 0)
      throw std::runtime_error("cannot connect");
    return socket;
  }

  template <class Take>
  static void take_frames(std::string& in, const Take& take) {
    std::size_t at = 0;
    const auto number = [&](std::size_t place) {
      return static_cast<unsigned char>(in[place]) +
             (static_cast<unsigned>(static_cast<unsigned char>(in[place + 1])) << 8U);
    };
    while (in.size() - at >= 4 && in.size() - at - 4 >= number(at)) {
      const std::size_t size = number(at);
      take(static_cast<std::uint16_t>(number(at + 2)));
      at += 4 + size;
    }
    in.erase(0, at);
  }

  void want_write(std::size_t who, bool wanted) {
    epoll_event event{};
    event.events = wanted ? EPOLLIN | EPOLLOUT : EPOLLIN;
    event.data.u64 = who;
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, clients_[who].socket, &event);
  }

  void flush(std::size_t who) {
    Client& client = clients_[who];
    const ssize_t sent =
        ::send(client.socket, client.out.data(), client.out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) client.out.erase(0, static_cast<std::size_t>(sent));
    if (client.out.empty()) want_write(who, false);
  }

  // Sends and receives until `done`; `on_frame` is told who got a frame of which type.
  void pump(const std::function<void(std::size_t, std::uint16_t)>& on_frame,
            const std::function<bool()>& done) {
    const double end = wall_us() + 900e6;  // a million shares on a busy machine
    std::vector<epoll_event> events(1024);
    while (!done()) {
      if (wall_us() > end) throw std::runtime_error("the server does not answer");
      const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 1000);
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        const std::size_t who = event.data.u64;
        if ((event.events & EPOLLOUT) != 0) flush(who);
        if ((event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) == 0) continue;
        std::array<char, 65536> bytes;
        const ssize_t got = ::recv(clients_[who].socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (got == 0) throw std::runtime_error("the server closed a connection");
        if (got < 0) continue;
        clients_[who].in.append(bytes.data(), static_cast<std::size_t>(got));
        take_frames(clients_[who].in, [&](std::uint16_t type) { on_frame(who, type); });
      }
    }
  }

  int epoll_;
  sockaddr_in address_{};
  std::vector<Client> clients_;
  std::vector<std::size_t> turn_;  // of each lane: the client that asks next
};

}  // namespace p2p::bench
