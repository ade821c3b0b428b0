#include "servent/transfer/upload_queue.h"

#include <algorithm>

#include "servent/transfer/names.h"

namespace p2p::transfer {

void UploadQueue::expire(std::int64_t now) {
  std::erase_if(entries_, [&](const Entry& e) { return e.expires < now; });
}

// Slots that this user has now.
std::size_t UploadQueue::held(const std::string& user, const Users& running) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(running, [&](const auto& u) { return same_user(u, user); }) +
      std::ranges::count_if(entries_,
                            [&](const Entry& e) { return e.accepted && same_user(e.user, user); }));
}

bool UploadQueue::admits(const std::string& user, std::uint32_t id, const Users& running,
                         std::int64_t now) const {
  if (held(user, running) >= per_user_) return false;
  std::size_t taken = running.size() + static_cast<std::size_t>(
                                           std::ranges::count(entries_, true, &Entry::accepted));
  Users served = running;
  for (const Entry& e : entries_)
    if (e.accepted) served.push_back(e.user);
  for (const Entry& e : waiting(now)) {
    if (e.id == id) break;
    const auto his =
        std::ranges::count_if(served, [&](const auto& u) { return same_user(u, e.user); });
    if (same_user(e.user, user) || static_cast<std::size_t>(his) >= per_user_) continue;
    served.push_back(e.user);
    ++taken;
  }
  return taken < slots_;
}

bool UploadQueue::is_full(const std::string& user) const {
  std::size_t all = 0;
  std::size_t his = 0;
  for (const Entry& e : entries_) {
    if (e.accepted) continue;
    ++all;
    if (same_user(e.user, user)) ++his;
  }
  return all >= limit_ || his >= (limit_ + 1) / 2;
}

std::optional<std::uint32_t> UploadQueue::ask(const std::string& user, const std::string& name,
                                              std::uint64_t size, const Users& running,
                                              std::int64_t now) {
  expire(now);
  auto at = std::ranges::find_if(
      entries_, [&](const Entry& e) { return e.name == name && same_user(e.user, user); });
  if (at == entries_.end()) {
    if (is_full(user) && !admits(user, 0, running, now)) return std::nullopt;
    entries_.push_back({++last_id_, user, name, size, now, now + kWaitingMs, false});
    at = entries_.end() - 1;
  }
  if (!at->accepted) at->accepted = admits(user, at->id, running, now);
  at->expires = now + (at->accepted ? kAcceptedMs : kWaitingMs);
  if (at->accepted) return 0;
  const std::vector<Entry> order = waiting(now);
  const auto place = std::ranges::find(order, at->id, &Entry::id);
  return static_cast<std::uint32_t>(place - order.begin()) + 1;
}

std::optional<std::string> UploadQueue::take(const std::string& user, const std::string& name,
                                             const Users& running, std::int64_t now) {
  expire(now);
  const auto at = std::ranges::find_if(entries_, [&](const Entry& e) {
    return e.accepted && wire_form(e.name) == wire_form(name) && same_user(e.user, user);
  });
  if (at == entries_.end()) {
    if (!admits(user, 0, running, now)) return std::nullopt;
    return our_form(name);
  }
  std::string ours = std::move(at->name);
  entries_.erase(at);
  return ours;
}

std::vector<UploadQueue::Entry> UploadQueue::waiting(std::int64_t now) const {
  struct Turn {
    std::size_t number = 0;  // of this user's wishes
    const Entry* entry = nullptr;
  };
  std::vector<Turn> turns;
  for (const Entry& e : entries_) {
    if (e.accepted || e.expires < now) continue;
    const auto earlier = std::ranges::count_if(
        turns, [&](const Turn& turn) { return same_user(turn.entry->user, e.user); });
    turns.push_back({static_cast<std::size_t>(earlier), &e});
  }
  std::ranges::stable_sort(turns, {}, &Turn::number);
  std::vector<Entry> out;
  out.reserve(turns.size());
  for (const Turn& turn : turns)
    out.push_back(*turn.entry);
  return out;
}

}  // namespace p2p::transfer
