#include "protocols/kazaa/push_router.h"

#include <algorithm>

#include "protocols/call_quota.h"
#include "protocols/kazaa/relay.h"

namespace p2p::kazaa {

bool PushRouter::send(const PushRequest& push, Cx& cx) const {
  return pass_on(push, parts_.config.supernode.ttl, nullptr, cx);
}

void PushRouter::from_child(Link& from, Child& child, Bytes payload, Cx& cx) const {
  const auto push = decode_push_request(payload);
  if (!push || push->caller != child.endpoint ||
      !may_call(push->caller, parts_.config.allow_public)) {
    parts_.links.drop(from, Drop::malformed);
  } else if (!child.pushes.take(cx.now)) {
    parts_.links.drop(from, Drop::throttled);
  } else if (!pass_on(*push, parts_.config.supernode.ttl, &from, cx)) {
    parts_.links.drop(from, Drop::no_route);
  }
}

void PushRouter::from_peer(Link& from, Peer& peer, Bytes payload, Cx& cx) const {
  if (!peer.pushes.take(cx.now)) {
    parts_.links.drop(from, Drop::throttled);
    return;
  }
  const auto relayed = decode_relayed_push(payload);
  const auto push = relayed ? decode_push_request(relayed->push)
                            : Result<PushRequest>(tl::unexpected<Error>(relayed.error()));
  if (!push || !may_call(push->caller, parts_.config.allow_public))
    parts_.links.drop(from, Drop::malformed);
  else if (!pass_on(*push, relayed->ttl, &from, cx))
    parts_.links.drop(from, Drop::no_route);
}

bool PushRouter::pass_on(const PushRequest& push, std::uint8_t ttl, const Link* but, Cx& cx) const {
  return is_us(push.supernode) ? to_child(push, cx) : to_peer(push, ttl, but, cx);
}

bool PushRouter::is_us(const Endpoint& supernode) const {
  const Endpoint& listen = parts_.config.listen;
  if (supernode.port != listen.port) return false;
  return supernode.address == listen.address ||
         std::ranges::any_of(parts_.links.open(), [&](const Link* link) {
           return link->local.address == supernode.address;
         });
}

bool PushRouter::to_child(const PushRequest& push, Cx& cx) const {
  const Child* const child = parts_.children.find(push.user, push.source.address);
  Link* const to = child == nullptr ? nullptr : parts_.links.find(child->link);
  if (to == nullptr) return false;
  Buffer order;
  append_push_order(order, {push.push_id, push.caller});
  return parts_.links.send(*to, Type::push, order, Urgency::normal, cx);
}

bool PushRouter::to_peer(const PushRequest& push, std::uint8_t ttl, const Link* but, Cx& cx) const {
  const auto way = parts_.peers.way_to(push.supernode);
  Link* const to = way && ttl > 0 ? parts_.links.find(*way) : nullptr;
  if (to == nullptr || to == but) return false;
  Buffer request;
  append_push_request(request, push);
  Buffer relayed;
  append_relayed_push(relayed, {static_cast<std::uint8_t>(ttl - 1), request});
  return parts_.links.send(*to, Type::relayed_push, relayed, Urgency::normal, cx);
}

}  // namespace p2p::kazaa
