#include "protocols/host_cache.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace p2p {

void HostCache::add(const Endpoint& endpoint, Origin origin, Time now) {
  if (endpoint.port == 0 || !is_routable(endpoint.address)) return;
  if (!knows(endpoint)) make_room();
  const auto [at, is_new] = hosts_.change().try_emplace(endpoint);
  Host& host = at->second;
  host.origin = is_new ? origin : std::min(host.origin, origin);
  host.heard = now;
  // Somebody who has just said that he is there is worth another try.
  if (origin <= Origin::beacon && host.failures > 0) {
    host.failures = 0;
    host.not_before = std::min(host.not_before, now);
  }
}

// What the user named and what is linked always stays.
void HostCache::make_room() {
  if (size() < kMost) return;
  Hosts& hosts = hosts_.change();
  auto worst = hosts.end();
  for (auto at = hosts.begin(); at != hosts.end(); ++at) {
    const Host& host = at->second;
    if (host.state != State::idle || host.origin == Origin::user) continue;
    if (worst == hosts.end() ||
        std::tuple(host.good, host.heard) < std::tuple(worst->second.good, worst->second.heard))
      worst = at;
  }
  if (worst != hosts.end()) hosts.erase(worst);
}

std::optional<Endpoint> HostCache::next(Time now, Rng& rng) {
  if (size() == 0) return {};
  Hosts& hosts = hosts_.change();
  auto best = hosts.end();
  std::uint64_t equals = 0;
  const auto rank = [](const Host& host) {
    return std::tuple(host.origin, host.failures, host.good == Time{});
  };
  for (auto at = hosts.begin(); at != hosts.end(); ++at) {
    const Host& host = at->second;
    if (host.state != State::idle || host.not_before > now) continue;
    if (best == hosts.end() || rank(host) < rank(best->second)) {
      best = at;
      equals = 1;
    } else if (rank(host) == rank(best->second) && rng.below(++equals) == 0) {
      best = at;
    }
  }
  if (best == hosts.end()) return {};
  best->second.state = State::trying;
  best->second.tried = now;
  return best->first;
}

Time HostCache::earliest() const {
  Time at = kNever;
  for (const auto& [endpoint, host] : *hosts_)
    if (host.state == State::idle) at = std::min(at, host.not_before);
  return at;
}

HostCache::Host* HostCache::find(const Endpoint& endpoint) {
  Hosts* const hosts = hosts_.changed();
  if (hosts == nullptr) return nullptr;
  const auto at = hosts->find(endpoint);
  return at == hosts->end() ? nullptr : &at->second;
}

void HostCache::failed(const Endpoint& endpoint, Time now) {
  Host* const host = find(endpoint);
  if (host == nullptr) return;
  host->state = State::idle;
  const unsigned doubled = std::min(host->failures++, 10U);
  host->not_before = now + std::min<Duration>(kFirstWait * (1U << doubled), kLongestWait);
  if (host->failures >= kHopeless && host->origin != Origin::user) forget(endpoint);
}

void HostCache::refused(const Endpoint& endpoint, Time now) {
  Host* const host = find(endpoint);
  if (host == nullptr) return;
  host->state = State::idle;
  const unsigned doubled = std::min(host->failures++, 5U);
  host->not_before = now + kAfterRefusal * (1U << doubled);
}

void HostCache::linked(const Endpoint& endpoint, Time now) {
  Host* const host = find(endpoint);
  if (host == nullptr) return;
  host->state = State::linked;
  host->failures = 0;
  host->good = now;
}

void HostCache::unlinked(const Endpoint& endpoint, Time now) {
  Host* const host = find(endpoint);
  if (host == nullptr) return;
  host->state = State::idle;
  host->good = now;
  host->not_before = now + kAfterLink;
}

void HostCache::forget(const Endpoint& endpoint) {
  if (Hosts* const hosts = hosts_.changed()) hosts->erase(endpoint);
}

std::vector<Endpoint> HostCache::some(std::size_t count, Rng& rng) const {
  std::vector<std::pair<Time, Endpoint>> all;
  all.reserve(size());
  for (const auto& [endpoint, host] : *hosts_)
    if (host.failures == 0) all.emplace_back(host.good, endpoint);
  for (std::size_t i = all.size(); i > 1; --i)
    std::swap(all[i - 1], all[rng.below(i)]);
  std::ranges::stable_sort(all, [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Endpoint> told;
  for (std::size_t i = 0; i < std::min(count, all.size()); ++i)
    told.push_back(all[i].second);
  return told;
}

std::vector<HostRow> HostCache::rows(Time now) const {
  constexpr std::array kOrigins{"user", "beacon", "earlier", "others"};
  std::vector<HostRow> rows;
  rows.reserve(size());
  for (const auto& [endpoint, host] : *hosts_) {
    HostRow& row = rows.emplace_back();
    row.endpoint = endpoint;
    row.told_by = kOrigins.at(static_cast<std::size_t>(host.origin));
    row.state = host.state == State::linked   ? "up"
                : host.state == State::trying ? "trying"
                : host.not_before > now       ? "waits"
                                              : "";
    row.heard = host.heard;
    row.tried = host.tried;
    row.good = host.good;
    row.failures = host.failures;
  }
  return rows;
}

}  // namespace p2p
