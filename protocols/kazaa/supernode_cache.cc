#include "protocols/kazaa/supernode_cache.h"

#include <algorithm>
#include <utility>

namespace p2p::kazaa {

SupernodeCache::Rank SupernodeCache::rank(const Supernode& one, Time now) {
  const Duration age = std::max(now - one.last_seen, Duration{});
  return {age / kSeenStep, one.load, one.round_trip.value_or(1s)};
}

// To be changed.
SupernodeCache::Supernode* SupernodeCache::find(const Endpoint& endpoint) {
  ++changes_;
  const auto at = all_.find(endpoint);
  return at == all_.end() ? nullptr : &at->second;
}

// Null when there is no room for one that was seen so long ago.
SupernodeCache::Supernode* SupernodeCache::enter(const Endpoint& endpoint, Time last_seen) {
  if (endpoint.port == 0 || !is_routable(endpoint.address)) return nullptr;
  if (Supernode* known = find(endpoint)) {
    known->last_seen = std::max(known->last_seen, last_seen);
    return known;
  }
  if (all_.size() >= kMost) {
    const auto worth = [](const auto& item) {
      const Supernode& one = item.second;
      return std::tuple(one.named || one.state != State::idle, one.last_seen);
    };
    const auto worst = std::ranges::min_element(all_, {}, worth);
    if (worth(*worst) >= std::tuple(false, last_seen)) return nullptr;
    all_.erase(worst);
  }
  ++changes_;
  Supernode& made = all_[endpoint];
  made.last_seen = last_seen;
  return &made;
}

void SupernodeCache::told(const NodeEntry& entry, Time now) {
  const Time seen = now - std::chrono::minutes(entry.last_seen_minutes);
  const Supernode* known = find(entry.endpoint);
  if (known != nullptr && known->last_seen >= seen) return;
  if (Supernode* one = enter(entry.endpoint, seen))
    one->load = std::min<std::uint8_t>(entry.load_percent, 100);
}

void SupernodeCache::seen(const Endpoint& endpoint, Time now) {
  Supernode* one = enter(endpoint, now);
  if (one == nullptr || one->failures == 0) return;
  // Somebody who has just said that he is there is worth another try.
  one->failures = 0;
  one->not_before = std::min(one->not_before, now);
}

void SupernodeCache::answered(const Endpoint& endpoint, std::uint8_t load_percent,
                              std::optional<Duration> round_trip, Time now) {
  seen(endpoint, now);
  Supernode* one = find(endpoint);
  if (one == nullptr) return;
  one->load = std::min<std::uint8_t>(load_percent, 100);
  if (round_trip) one->round_trip = round_trip;
}

void SupernodeCache::full(const Endpoint& endpoint, Time now) {
  Supernode* one = find(endpoint);
  if (one == nullptr || one->state != State::idle) return;
  one->load = 100;
  one->last_seen = now;
  one->not_before = std::max(one->not_before, now + kAfterRefusal);
}

void SupernodeCache::named(const Endpoint& endpoint, Time now) {
  seen(endpoint, now);
  if (Supernode* one = find(endpoint)) {
    one->named = true;
    one->not_before = std::min(one->not_before, now);
  }
}

std::vector<std::pair<SupernodeCache::Rank, Endpoint>> SupernodeCache::ranked(Time now) const {
  std::vector<std::pair<Rank, Endpoint>> ranked;
  for (const auto& [endpoint, one] : all_)
    if (one.failures == 0) ranked.emplace_back(rank(one, now), endpoint);
  std::ranges::sort(ranked);
  return ranked;
}

std::optional<Endpoint> SupernodeCache::next(Time now, Rng& rng) {
  auto best = all_.end();
  std::uint64_t equals = 0;
  const auto order = [now](const Supernode& one) {
    return std::pair(one.failures, rank(one, now));
  };
  for (auto at = all_.begin(); at != all_.end(); ++at) {
    const Supernode& one = at->second;
    if (one.state != State::idle || one.not_before > now) continue;
    if (best == all_.end() || order(one) < order(best->second)) {
      best = at;
      equals = 1;
    } else if (order(one) == order(best->second) && rng.below(++equals) == 0) {
      best = at;
    }
  }
  if (best == all_.end()) return {};
  ++changes_;
  best->second.state = State::trying;
  best->second.tried = now;
  return best->first;
}

Time SupernodeCache::earliest() const {
  Time at = kNever;
  for (const auto& [endpoint, one] : all_)
    if (one.state == State::idle) at = std::min(at, one.not_before);
  return at;
}

void SupernodeCache::wait(const Endpoint& endpoint, Duration first, Time now) {
  const auto at = all_.find(endpoint);
  if (at == all_.end() || at->second.state == State::linked) return;  // it called us meanwhile
  ++changes_;
  Supernode& one = at->second;
  one.state = State::idle;
  const unsigned doubled = std::min(one.failures++, 10U);
  one.not_before = now + std::min<Duration>(first * (1U << doubled), kLongestWait);
  if (one.failures >= kHopeless && !one.named) all_.erase(at);
}

void SupernodeCache::failed(const Endpoint& endpoint, Time now) {
  wait(endpoint, kFirstWait, now);
}

void SupernodeCache::refused(const Endpoint& endpoint, Time now) {
  wait(endpoint, kAfterRefusal, now);
}

void SupernodeCache::linked(const Endpoint& endpoint, Time now) {
  Supernode* one = enter(endpoint, now);
  if (one == nullptr) return;
  one->state = State::linked;
  one->failures = 0;
  one->good = now;
}

void SupernodeCache::unlinked(const Endpoint& endpoint, Time now) {
  Supernode* one = find(endpoint);
  if (one == nullptr || one->state != State::linked) return;
  one->state = State::idle;
  one->last_seen = one->good = now;
  one->not_before = now + kAfterLink;
}

void SupernodeCache::dropped(const Endpoint& endpoint) {
  Supernode* one = find(endpoint);
  if (one != nullptr) one->state = State::idle;
}

std::vector<NodeEntry> SupernodeCache::list(Time now, std::size_t count) const {
  std::vector<NodeEntry> entries;
  for (const auto& [order, endpoint] : ranked(now)) {
    if (entries.size() >= count) break;
    const Supernode& one = all_.at(endpoint);
    const auto age = one.state == State::linked
                         ? std::chrono::minutes(0)
                         : std::chrono::duration_cast<std::chrono::minutes>(now - one.last_seen);
    entries.push_back({endpoint,
                       static_cast<std::uint8_t>(std::clamp<std::int64_t>(age.count(), 0, 255)),
                       one.load});
  }
  return entries;
}

std::vector<Endpoint> SupernodeCache::best(std::size_t count, Time now) const {
  std::vector<Endpoint> best;
  for (const auto& [order, endpoint] : ranked(now))
    if (best.size() < count && all_.at(endpoint).state == State::idle) best.push_back(endpoint);
  return best;
}

std::uint8_t SupernodeCache::load_of(const Endpoint& endpoint) const {
  const auto at = all_.find(endpoint);
  return at == all_.end() ? 0 : at->second.load;
}

// Where one was heard of, only the user's own word is remembered.
std::vector<HostRow> SupernodeCache::rows(Time now) const {
  std::vector<HostRow> rows;
  rows.reserve(all_.size());
  for (const auto& [endpoint, one] : all_) {
    HostRow& row = rows.emplace_back();
    row.endpoint = endpoint;
    row.role = "supernode";
    row.told_by = one.named ? "user" : "others";
    row.state = one.state == State::linked   ? "up"
                : one.state == State::trying ? "trying"
                : one.not_before > now       ? "waits"
                                             : "";
    row.heard = one.last_seen;
    row.tried = one.tried;
    row.good = one.good;
    row.failures = one.failures;
  }
  return rows;
}

}  // namespace p2p::kazaa
