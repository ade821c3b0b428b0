#include "protocols/host_cache.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace p2p {

void HostCache::add(const Endpoint& endpoint, Origin origin, Time now) {
  if (endpoint.port == 0 || !is_routable(endpoint.address)) return;
  if (!hosts_.contains(endpoint)) make_room();
  const auto [at, is_new] = hosts_.try_emplace(endpoint);
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
  if (hosts_.size() < kMost) return;
  auto worst = hosts_.end();
  for (auto at = hosts_.begin(); at != hosts_.end(); ++at) {
    const Host& host = at->second;
    if (host.state != State::idle || host.origin == Origin::user) continue;
    if (worst == hosts_.end() ||
        std::tuple(host.good, host.heard) < std::tuple(worst->second.good, worst->second.heard))
      worst = at;
  }
  if (worst != hosts_.end()) hosts_.erase(worst);
}

std::optional<Endpoint> HostCache::next(Time now, Rng& rng) {
  auto best = hosts_.end();
  std::uint64_t equals = 0;
  const auto rank = [](const Host& host) {
    return std::tuple(host.origin, host.failures, host.good == Time{});
  };
  for (auto at = hosts_.begin(); at != hosts_.end(); ++at) {
    const Host& host = at->second;
    if (host.state != State::idle || host.not_before > now) continue;
    if (best == hosts_.end() || rank(host) < rank(best->second)) {
      best = at;
      equals = 1;
    } else if (rank(host) == rank(best->second) && rng.below(++equals) == 0) {
      best = at;
    }
  }
  if (best == hosts_.end()) return {};
  best->second.state = State::trying;
  best->second.tried = now;
  return best->first;
}

Time HostCache::earliest() const {
  Time at = kNever;
  for (const auto& [endpoint, host] : hosts_)
    if (host.state == State::idle) at = std::min(at, host.not_before);
  return at;
}

void HostCache::failed(const Endpoint& endpoint, Time now) {
  const auto at = hosts_.find(endpoint);
  if (at == hosts_.end()) return;
  Host& host = at->second;
  host.state = State::idle;
  const unsigned doubled = std::min(host.failures++, 10U);
  host.not_before = now + std::min<Duration>(kFirstWait * (1U << doubled), kLongestWait);
  if (host.failures >= kHopeless && host.origin != Origin::user) hosts_.erase(at);
}

void HostCache::refused(const Endpoint& endpoint, Time now) {
  const auto at = hosts_.find(endpoint);
  if (at == hosts_.end()) return;
  Host& host = at->second;
  host.state = State::idle;
  const unsigned doubled = std::min(host.failures++, 5U);
  host.not_before = now + kAfterRefusal * (1U << doubled);
}

void HostCache::linked(const Endpoint& endpoint, Time now) {
  const auto at = hosts_.find(endpoint);
  if (at == hosts_.end()) return;
  at->second.state = State::linked;
  at->second.failures = 0;
  at->second.good = now;
}

void HostCache::unlinked(const Endpoint& endpoint, Time now) {
  const auto at = hosts_.find(endpoint);
  if (at == hosts_.end()) return;
  at->second.state = State::idle;
  at->second.good = now;
  at->second.not_before = now + kAfterLink;
}

void HostCache::forget(const Endpoint& endpoint) {
  hosts_.erase(endpoint);
}

std::vector<Endpoint> HostCache::some(std::size_t count, Rng& rng) const {
  std::vector<std::pair<Time, Endpoint>> all;
  all.reserve(hosts_.size());
  for (const auto& [endpoint, host] : hosts_)
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
  rows.reserve(hosts_.size());
  for (const auto& [endpoint, host] : hosts_) {
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
