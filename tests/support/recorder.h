// An Out that remembers what a Mode did, and a clock the test moves.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "protocols/mode.h"

namespace p2p::test {

class Recorder final : public Out {
 public:
  struct Sent {
    LinkId link;
    Buffer bytes;
    Urgency urgency;
  };
  struct Closed {
    LinkId link;
    Reason why;
  };
  using Out::send;

  LinkId dial(const Endpoint& to) override {
    dialled.push_back(to);
    return LinkId{next_link++};
  }
  void send(std::span<const LinkId> to, Bytes message, Urgency urgency) override {
    for (const LinkId link : to)
      sent.push_back({link, Buffer(message.begin(), message.end()), urgency});
  }
  void send_to(const Endpoint& to, Bytes datagram) override {
    datagrams.emplace_back(to, Buffer(datagram.begin(), datagram.end()));
  }
  void close(LinkId link, Reason why) override { closed.push_back({link, why}); }
  void report(Event event) override { events.push_back(std::move(event)); }

  // All events of one kind, taken out.
  template <class T>
  std::vector<T> take() {
    std::vector<T> taken;
    std::vector<Event> rest;
    for (Event& event : events) {
      if (T* wanted = std::get_if<T>(&event))
        taken.push_back(std::move(*wanted));
      else
        rest.push_back(std::move(event));
    }
    events = std::move(rest);
    return taken;
  }
  // All bytes sent to one link, joined, taken out.
  Buffer bytes_to(LinkId link) {
    Buffer joined;
    std::vector<Sent> rest;
    for (Sent& one : sent) {
      if (one.link == link)
        joined.insert(joined.end(), one.bytes.begin(), one.bytes.end());
      else
        rest.push_back(std::move(one));
    }
    sent = std::move(rest);
    return joined;
  }

  std::vector<Endpoint> dialled;
  std::vector<Sent> sent;
  std::vector<std::pair<Endpoint, Buffer>> datagrams;
  std::vector<Closed> closed;
  std::vector<Event> events;
  std::uint64_t next_link = 1000;
};

// A Mode's world in a test: `world.cx()` is lent for one call.
struct World {
  Recorder out;
  Rng rng{1};
  Time now{1'000'000ms};
  Cx cx() { return Cx{now, rng, out}; }
};

}  // namespace p2p::test
