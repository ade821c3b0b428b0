#include "protocols/gnutella/reaches.h"

#include <algorithm>

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
  }
  return sources;
}

bool Reaches::may_connect(const Endpoint& endpoint) const {
  return endpoint.port != 0 && is_routable(endpoint.address) &&
         (allow_public_ || is_private(endpoint.address));
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
  while (!calls_.empty() && calls_.front().at + kCallsWindow <= cx.now)
    calls_.pop_front();
  const auto is_same = [&](const Call& call) {
    return call.to == push.endpoint && call.index == push.index && call.at + kSameCall > cx.now;
  };
  if (std::ranges::any_of(calls_, is_same)) return true;
  const auto there = std::ranges::count_if(
      calls_, [&](const Call& call) { return call.to.address == push.endpoint.address; });
  if (!may_connect(push.endpoint) || calls_.size() >= kCallsInAll ||
      static_cast<std::size_t>(there) >= kCallsPerAddress)
    return false;
  calls_.push_back({push.endpoint, push.index, cx.now});
  PushWanted wanted;
  wanted.endpoint = push.endpoint;
  wanted.dialect = dialect_of(here);
  wanted.opening = "GIV " + std::to_string(push.index) + ':' + to_hex(servent) + "/file\n\n";
  cx.out.report(std::move(wanted));
  return true;
}

}  // namespace p2p::gnutella
