#include "protocols/kazaa/bulletin.h"

#include <algorithm>

namespace p2p::kazaa {

Hello Bulletin::hello() const {
  constexpr std::size_t kMost = 0xffff;
  constexpr std::uint64_t kMostFiles = 0xffffffff;
  Hello hello;
  hello.children = static_cast<std::uint16_t>(std::min(parts_.children.size(), kMost));
  hello.links = static_cast<std::uint16_t>(std::min(parts_.peers.size(), kMost));
  hello.files = static_cast<std::uint32_t>(std::min(parts_.children.index().files(), kMostFiles));
  return hello;
}

// Each file is looked at, so not for each of many newcomers anew.
const Statistics& Bulletin::ours(Time now) {
  if (!counted_at_ || *counted_at_ + kSoon <= now) {
    ours_ = parts_.children.statistics();
    counted_at_ = now;
  }
  return ours_;
}

Statistics Bulletin::network(Time now) {
  Statistics sum = ours(now);
  for (const auto& [link, peer] : parts_.peers.all())
    sum.add(peer.statistics);
  return sum;
}

void Bulletin::send(Link& to, Type type, const Statistics& statistics, Cx& cx) {
  Buffer payload;
  append_statistics(payload, statistics);
  parts_.links.send(to, type, payload, Urgency::control, cx);
}

void Bulletin::tell_child(Link& child, Cx& cx) {
  send(child, Type::statistics, network(cx.now), cx);
}

void Bulletin::tell_peer(Link& peer, Cx& cx) {
  Buffer payload;
  append_hello_message(payload, hello());
  parts_.links.send(peer, Type::hello, payload, Urgency::control, cx);
  send(peer, Type::shared_statistics, ours(cx.now), cx);
}

void Bulletin::expire(Cx& cx) {
  if (due_ > cx.now) return;
  due_ = cx.now + kEvery;
  const Statistics all = network(cx.now);
  for (Link* link : parts_.links.open())
    if (link->kind == Link::Kind::supernode)
      tell_peer(*link, cx);
    else if (link->kind == Link::Kind::child)
      send(*link, Type::statistics, all, cx);
}

}  // namespace p2p::kazaa
