#include "protocols/gnutella/pings.h"

#include <algorithm>
#include <array>

#include "protocols/gnutella/extensions.h"

namespace p2p::gnutella {

Time Pings::due(const Neighbour& neighbour) {
  const Duration quiet = neighbour.kind == Kind::leaf ? kQuietLeaf : kQuietUltrapeer;
  return neighbour.quiet_since + quiet;
}

void Pings::keep_alive(Neighbour& neighbour, Cx& cx) {
  const unsigned most = neighbour.kind == Kind::leaf ? kUnansweredLeaf : kUnansweredUltrapeer;
  if (neighbour.unanswered >= most) {
    links_.bye(neighbour, 406, "No reply to alive pings", Reason::timeout, cx);
    return;
  }
  ++neighbour.unanswered;
  neighbour.quiet_since = cx.now;
  links_.send(neighbour, Header{draw_guid(cx.rng), Type::ping, 1, 0, 0}, {}, Urgency::control, cx);
}

void Pings::ask_for_hosts(Neighbour& to, bool is_ultrapeer, Cx& cx) {
  if (to.kind == Kind::leaf) return;
  to.aside.change().pinged_for_hosts = cx.now;
  Buffer payload;
  if (to.peer().ggep) {
    const std::array<std::byte, 1> flags{std::byte{is_ultrapeer}};
    GgepWriter(false).add("SCP", flags).append_to(payload);
  }
  links_.send(to, Header{draw_guid(cx.rng), Type::ping, kMaxTtl, 0, 0}, payload, Urgency::normal,
              cx);
}

std::optional<Pings::Wish> Pings::asked(Neighbour& from, const Frame& frame, const Cx& cx) {
  if (!from.aside.change().pings.take(kPingRate, cx.now)) {
    links_.drop(from, Drop::throttled);
    return std::nullopt;
  }
  if (frame.payload.empty()) return Wish{};
  std::size_t used = 0;
  const auto ggep = Ggep::decode(frame.payload, used);
  return Wish{ggep && ggep->has("SCP")};
}

void Pings::answer(Neighbour& to, const Header& ping, const OwnPong& self, bool with_others,
                   Cx& cx) {
  const auto ttl = static_cast<std::uint8_t>(ping.hops + 1);
  links_.send(to, Header{ping.guid, Type::pong, ttl, 0, 0}, pong_payload(self, to.peer().ggep),
              Urgency::normal, cx);
  if (ping.ttl <= 1 || !with_others) return;  // to us only: it asks whether we live
  for (const PongCache::Known& known : pongs_.answers(to.id, cx.now, cx.rng)) {
    Buffer payload;
    append_pong(payload, Pong{known.endpoint, known.files, known.kilobytes, {}});
    const auto hops = static_cast<std::uint8_t>(known.hops + 1);
    links_.send(to, Header{ping.guid, Type::pong, ttl, hops, 0}, payload, Urgency::normal, cx);
  }
}

void Pings::keep(const Neighbour& from, const Header& header, const Pong& pong, Time now) {
  const auto hops = static_cast<std::uint8_t>(header.hops + 1);
  pongs_.add({pong.endpoint, pong.files, pong.kilobytes, hops, from.id, now});
}

std::vector<Endpoint> told_hosts(const Pong& pong) {
  std::size_t used = 0;
  const auto ggep = Ggep::decode(pong.ggep, used);
  const Buffer* const hosts = ggep ? ggep->find("IPP") : nullptr;
  return hosts == nullptr ? std::vector<Endpoint>{} : read_endpoints(*hosts, kMaxTryHosts);
}

}  // namespace p2p::gnutella
