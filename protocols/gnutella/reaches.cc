#include "protocols/gnutella/reaches.h"

namespace p2p::gnutella {

namespace {

constexpr std::string_view kNetwork = "gnutella";

Dialect dialect_of(const Endpoint& here) {
  Dialect dialect;
  dialect.kind = DialectKind::http;
  dialect.node = here;
  return dialect;
}

}  // namespace

std::vector<Source> sources_of(const HitMessage& hit) {
  std::vector<Source> sources;
  sources.reserve(hit.records.size());
  for (const HitRecord& record : hit.records) {
    Source& source = sources.emplace_back();
    source.network = kNetwork;
    source.user = to_hex(hit.servent);
    source.name = record.name;
    source.endpoint = hit.endpoint;
    source.index = record.index;
    source.firewalled = hit.push_needed.value_or(false) || hit.endpoint.port == 0;
    source.proxies = hit.push_proxies;
    if (record.sha1) source.alternates = record.alternates;
    source.partial = record.partial.has_value();
  }
  return sources;
}

bool Reaches::may_connect(const Endpoint& endpoint) const {
  return may_call(endpoint, allow_public_);
}

Reaches::Order Reaches::reach(const Reach& reach, const Endpoint& here, Cx& cx) const {
  const Source& source = reach.source;
  const auto no = [&](std::string why, bool permanent) {
    cx.out.report(Unreached{reach.id, std::move(why), permanent});
    return Order{};
  };
  if (source.network != kNetwork) return no("not a source of this network", true);
  if (!source.firewalled) {
    if (!may_connect(source.endpoint)) return no("the address is not a private one", true);
    cx.out.report(Reached{reach.id, source.endpoint, dialect_of(here)});
    return {};
  }
  const auto servent = guid_from_hex(source.user);
  if (!servent) return no("the source has no name to be called by", true);
  if (port_ == 0) return no("both sides are firewalled", true);
  return {Push{*servent, source.index, here, {}}, true};
}

void Reaches::asked(ReachId id, const Endpoint& here, Cx& cx) const {
  cx.out.report(Awaited{id, dialect_of(here)});
}

bool Reaches::pushed(const Push& push, const Guid& servent, const Endpoint& here, Cx& cx) {
  if (!may_connect(push.endpoint)) return false;
  switch (calls_.ask(push.endpoint, push.index, cx.now)) {
    case CallQuota::Verdict::call: break;
    case CallQuota::Verdict::again: return true;
    case CallQuota::Verdict::no: return false;
  }
  PushWanted wanted;
  wanted.endpoint = push.endpoint;
  wanted.dialect = dialect_of(here);
  wanted.opening = "GIV " + std::to_string(push.index) + ':' + to_hex(servent) + "/file\n\n";
  cx.out.report(std::move(wanted));
  return true;
}

}  // namespace p2p::gnutella
