#include "protocols/gnutella/pushes.h"

#include <algorithm>
#include <vector>

namespace p2p::gnutella {

Pushes::Pushes(const Self& self, Links& links, std::uint64_t salt)
    : self_(self),
      links_(links),
      servents_(kPushCapacity, salt) {}

Pushes::Calls& Pushes::calls() {
  if (!calls_) {
    const Settings& told = *self_.told;
    calls_ =
        std::make_unique<Calls>(Calls{Reaches(told.allow_public, self_.listen.port),
                                      PushProxy(told.agent, told.allow_public, self_.listen.port)});
  }
  return *calls_;
}

Neighbour* Pushes::way(const Guid& servent) {
  const auto link = servents_.find(servent);
  return link ? links_.find(*link) : nullptr;
}

void Pushes::send(Neighbour& to, const Push& push, std::uint8_t ttl, Cx& cx) {
  Buffer payload;
  append_push(payload, push);
  links_.send(to, Header{draw_guid(cx.rng), Type::push, ttl, 0, 0}, payload, Urgency::normal, cx);
}

void Pushes::reach(const Reach& wanted, const Endpoint& here, Cx& cx) {
  const Reaches::Order order = calls().reaches.reach(wanted, here, cx);
  if (!order.send) return;
  Neighbour* const to = way(order.push.servent);
  // The way may be gone by now: those that have a link to it know. One of them is asked already
  // where the way begins with it.
  const std::vector<Endpoint>& proxies = wanted.source.proxies;
  const bool is_near = to != nullptr && std::ranges::count(proxies, to->reachable_at()) > 0;
  const std::size_t asked = is_near ? 0 : calls().proxy.ask(order.push, proxies, cx);
  if (to != nullptr) {
    Push push = order.push;
    push.endpoint = seen_from(*to, self_);
    send(*to, push, kPushTtl, cx);
  } else if (!links_.open().empty()) {
    // Nobody's hit showed the way lately: any neighbour may know it.
    for (Neighbour* neighbour : std::vector<Neighbour*>(links_.open()))
      if (neighbour->kind != Kind::leaf) send(*neighbour, order.push, kPushTtl, cx);
  } else if (asked == 0) {
    cx.out.report(Unreached{wanted.id, "not connected to the network", false});
    return;
  }
  calls().reaches.asked(wanted.id, here, cx);
}

void Pushes::for_us(Neighbour& from, const Push& push, Cx& cx) {
  if (!calls().reaches.pushed(push, self_.servent, seen_from(from, self_), cx))
    links_.drop(from, Drop::throttled);
}

void Pushes::relay(Neighbour& from, const Frame& frame, const Push& push, Cx& cx) {
  const Header& header = frame.header;
  Neighbour* const to = way(push.servent);
  const bool last = to != nullptr && to->kind == Kind::leaf;
  if (to == nullptr || to == &from || (header.ttl <= 1 && !last)) {
    links_.drop(from, Drop::no_route);
    return;
  }
  if (!from.aside.change().pushes.take(kPushRate, cx.now)) {
    links_.drop(from, Drop::throttled);
    return;
  }
  links_.pass(*to, frame.whole, after(header), Urgency::normal, cx);
}

bool Pushes::accept(LinkId link, std::uint32_t address, Bytes first, Cx& cx) {
  if (!calls().proxy.accept(link, address, cx)) return false;
  receive(link, first, cx);
  return true;
}

// What a push proxy is asked for.
void Pushes::receive(LinkId link, Bytes bytes, Cx& cx) {
  const auto push = calls().proxy.receive(link, bytes, cx);
  if (!push) return;
  const Neighbours::Range open = links_.open();
  const auto leaf = std::find_if(open.begin(), open.end(), [&](const Neighbour* one) {
    return one->kind == Kind::leaf && one->push_proxy && one->aside->proxied == push->servent;
  });
  const bool is_here = leaf != open.end();
  if (is_here) send(**leaf, *push, 1, cx);
  calls().proxy.answer(link, is_here, cx);
}

}  // namespace p2p::gnutella
