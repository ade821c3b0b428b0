#include "servent/transfer/upload_queue.h"

#include <algorithm>

#include "servent/transfer/names.h"

namespace p2p::transfer {

void UploadQueue::expire(std::int64_t now) {
  std::erase_if(entries_, [&](const Entry& e) { return e.expires < now; });
}

bool UploadQueue::may_run(const std::string& user, const Users& running) const {
  const auto his =
      std::ranges::count_if(running, [&](const auto& u) { return same_user(u, user); }) +
      std::ranges::count_if(entries_,
                            [&](const Entry& e) { return e.accepted && same_user(e.user, user); });
  return static_cast<std::size_t>(his) < per_user_;
}

// Is there a slot for him, after those who wait before entry number `before`?
bool UploadQueue::admits(const std::string& user, std::size_t before, const Users& running) const {
  std::size_t needed = running.size();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& e = entries_[i];
    if (e.accepted || (i < before && !same_user(e.user, user) && may_run(e.user, running)))
      ++needed;
  }
  return needed < slots_ && may_run(user, running);
}

std::optional<std::uint32_t> UploadQueue::ask(const std::string& user, const std::string& name,
                                              std::uint64_t size, const Users& running,
                                              std::int64_t now) {
  expire(now);
  auto at = std::ranges::find_if(
      entries_, [&](const Entry& e) { return e.name == name && same_user(e.user, user); });
  if (at == entries_.end()) {
    const auto waiting = std::ranges::count(entries_, false, &Entry::accepted);
    const bool full = static_cast<std::size_t>(waiting) >= limit_;
    if (full && !admits(user, entries_.size(), running)) return std::nullopt;
    entries_.push_back({++last_id_, user, name, size, now, 0, false});
    at = entries_.end() - 1;
  }
  const auto index = static_cast<std::size_t>(at - entries_.begin());
  if (!at->accepted) at->accepted = admits(user, index, running);
  at->expires = now + (at->accepted ? kAcceptedMs : kWaitingMs);
  if (at->accepted) return 0;
  return static_cast<std::uint32_t>(
      std::ranges::count(entries_.begin(), at + 1, false, &Entry::accepted));
}

std::optional<std::string> UploadQueue::take(const std::string& user, const std::string& name,
                                             const Users& running, std::int64_t now) {
  expire(now);
  const auto at = std::ranges::find_if(entries_, [&](const Entry& e) {
    return e.accepted && wire_form(e.name) == wire_form(name) && same_user(e.user, user);
  });
  if (at == entries_.end()) {
    if (!admits(user, entries_.size(), running)) return std::nullopt;
    return our_form(name);
  }
  std::string ours = std::move(at->name);
  entries_.erase(at);
  return ours;
}

std::vector<UploadQueue::Entry> UploadQueue::waiting(std::int64_t now) const {
  std::vector<Entry> waiting;
  std::ranges::copy_if(entries_, std::back_inserter(waiting),
                       [&](const Entry& e) { return !e.accepted && e.expires >= now; });
  return waiting;
}

}  // namespace p2p::transfer
