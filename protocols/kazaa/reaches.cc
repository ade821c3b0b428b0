#include "protocols/kazaa/reaches.h"

#include <utility>

#include "protocols/kazaa/translate.h"

namespace p2p::kazaa {

namespace {

Dialect dialect_of(const Reaches::Us& us) {
  Dialect dialect;
  dialect.kind = DialectKind::kazaa;
  dialect.nick = us.user;
  dialect.node = us.here;
  dialect.supernode = us.supernode;
  return dialect;
}

}  // namespace

std::optional<PushRequest> Reaches::reach(const Reach& reach, const Us& us, Cx& cx) const {
  const Source& source = reach.source;
  const auto no = [&](std::string why) {
    cx.out.report(Unreached{reach.id, std::move(why), true});
    return std::nullopt;
  };
  if (source.network != kNetwork) return no("not a source of this network");
  if (!source.firewalled && source.endpoint.port != 0) {
    if (!may_connect(source.endpoint)) return no("the address is not a private one");
    cx.out.report(Reached{reach.id, source.endpoint, dialect_of(us)});
    return {};
  }
  if (us.here.port == 0) return no("both sides are firewalled");
  if (source.proxies.empty()) return no("its supernode is not known");
  PushRequest push;
  push.push_id = static_cast<std::uint32_t>(cx.rng());
  push.caller = us.here;
  push.source = source.endpoint;
  push.supernode = source.proxies.front();
  push.user = source.user;
  return push;
}

void Reaches::asked(ReachId id, const PushRequest& push, const Us& us, Cx& cx) const {
  cx.out.report(Awaited{id, dialect_of(us), std::to_string(push.push_id)});
}

void Reaches::ordered(const PushOrder& order, const Us& us, Cx& cx) {
  if (!may_connect(order.caller) ||
      calls_.ask(order.caller, order.push_id, cx.now) != CallQuota::Verdict::call)
    return;
  PushWanted wanted;
  wanted.endpoint = order.caller;
  wanted.dialect = dialect_of(us);
  wanted.opening = "GIVE " + std::to_string(order.push_id) + "\r\n";
  cx.out.report(std::move(wanted));
}

}  // namespace p2p::kazaa
