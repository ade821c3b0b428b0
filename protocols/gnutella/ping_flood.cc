#include "protocols/gnutella/ping_flood.h"

namespace p2p::gnutella {

void PingFlood::begin(Cx& cx) {
  if (next_ != kNever || options_.ping_every <= Duration{}) return;
  seen_ = Routes(kPingCapacity, cx.rng());
  const auto period = static_cast<std::uint64_t>(options_.ping_every.count());
  next_ = cx.now + Duration(static_cast<Duration::rep>(cx.rng.below(period)));
}

void PingFlood::expire(Cx& cx) {
  if (next_ > cx.now) return;
  next_ = cx.now + options_.ping_every;
  const Guid guid = draw_guid(cx.rng);
  seen_.admit(guid, LinkId{}, options_.ttl, cx.now);
  for (Neighbour* neighbour : links_.open())
    links_.send(*neighbour, Header{guid, Type::ping, options_.ttl, 0, 0}, {}, Urgency::normal, cx);
}

bool PingFlood::passes(Neighbour& from, const Frame& ping, Cx& cx) {
  if (!from.takes_query(cx.now)) {
    links_.drop(from, Drop::throttled);
    return false;
  }
  if (seen_.admit(ping.header.guid, from.id, kMaxTtlHops, cx.now) != Routes::Seen::fresh) {
    links_.drop(from, Drop::duplicate);
    return false;
  }
  if (ping.header.ttl > 1)
    links_.pass_on(from, ping.whole, after(ping.header), Urgency::normal, cx);
  return true;
}

bool PingFlood::passes_back(const Frame& pong, Cx& cx) {
  const auto way = seen_.find(pong.header.guid);
  Neighbour* const to = way ? links_.find(*way) : nullptr;
  if (to == nullptr) return false;
  if (pong.header.ttl > 1) links_.pass(*to, pong.whole, after(pong.header), Urgency::normal, cx);
  return true;
}

}  // namespace p2p::gnutella
