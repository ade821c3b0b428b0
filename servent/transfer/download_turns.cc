#include "servent/transfer/download_turns.h"

#include <algorithm>
#include <utility>

namespace p2p::transfer {

DownloadTurns::Entry* DownloadTurns::find(Id id) {
  const auto at = std::ranges::find(entries_, id, &Entry::id);
  return at == entries_.end() ? nullptr : &*at;
}

const DownloadTurns::Entry* DownloadTurns::find(Id id) const {
  const auto at = std::ranges::find(entries_, id, &Entry::id);
  return at == entries_.end() ? nullptr : &*at;
}

bool DownloadTurns::before(const Entry& a, const Entry& b) {
  if (a.priority != b.priority) return a.priority > b.priority;
  return a.order < b.order;
}

void DownloadTurns::add(Id id, api::Priority priority, std::optional<std::int64_t> order) {
  const std::int64_t last = entries_.empty() ? 0 : entries_.back().order;
  const Entry entry{id, priority, order.value_or(last + 1), State::none};
  const auto at = std::ranges::upper_bound(entries_, entry.order, {}, &Entry::order);
  entries_.insert(at, entry);
}

void DownloadTurns::remove(Id id) {
  give(id);
  std::erase_if(entries_, [id](const Entry& entry) { return entry.id == id; });
}

void DownloadTurns::set_priority(Id id, api::Priority priority) {
  if (Entry* const entry = find(id)) entry->priority = priority;
  rank();
}

std::vector<DownloadTurns::Id> DownloadTurns::move(Id id, api::Where where) {
  std::vector<Id> changed;
  const auto at = std::ranges::find(entries_, id, &Entry::id);
  if (at == entries_.end()) return changed;
  const bool is_first = at == entries_.begin();
  const bool is_last = at + 1 == entries_.end();
  const bool is_up = where == api::Where::up || where == api::Where::top;
  if (is_up ? is_first : is_last) return changed;
  changed.push_back(id);
  if (where == api::Where::top) {
    at->order = entries_.front().order - 1;
  } else if (where == api::Where::bottom) {
    at->order = entries_.back().order + 1;
  } else {
    const auto other = is_up ? at - 1 : at + 1;
    changed.push_back(other->id);
    std::swap(at->order, other->order);
  }
  std::ranges::stable_sort(entries_, {}, &Entry::order);
  rank();
  return changed;
}

bool DownloadTurns::take(Id id) {
  Entry* const entry = find(id);
  if (entry == nullptr) return false;
  if (entry->state == State::none) entry->state = State::waits;
  hand_out();
  std::erase(changed_, id);
  return entry->state == State::has;
}

void DownloadTurns::give(Id id) {
  Entry* const entry = find(id);
  if (entry == nullptr) return;
  if (entry->state == State::has) --taken_;
  entry->state = State::none;
  std::erase(changed_, id);
  hand_out();
}

bool DownloadTurns::has(Id id) const {
  const Entry* const entry = find(id);
  return entry != nullptr && entry->state == State::has;
}

std::size_t DownloadTurns::place(Id id) const {
  const Entry* const entry = find(id);
  if (entry == nullptr || entry->state != State::waits) return 0;
  const auto ahead = std::ranges::count_if(entries_, [&](const Entry& other) {
    return other.state == State::waits && before(other, *entry);
  });
  return static_cast<std::size_t>(ahead) + 1;
}

std::vector<DownloadTurns::Id> DownloadTurns::take_changed() {
  return std::exchange(changed_, {});
}

std::int64_t DownloadTurns::order(Id id) const {
  const Entry* const entry = find(id);
  return entry == nullptr ? 0 : entry->order;
}

std::vector<DownloadTurns::Id> DownloadTurns::list() const {
  std::vector<Id> ids;
  for (const Entry& entry : entries_)
    ids.push_back(entry.id);
  return ids;
}

DownloadTurns::Entry* DownloadTurns::best_waiting() {
  Entry* best = nullptr;
  for (Entry& entry : entries_)
    if (entry.state == State::waits && (best == nullptr || before(entry, *best))) best = &entry;
  return best;
}

void DownloadTurns::hand_out() {
  while (taken_ < most_) {
    Entry* const best = best_waiting();
    if (best == nullptr) return;
    best->state = State::has;
    ++taken_;
    changed_.push_back(best->id);
  }
}

// The user wants another order: it holds for turns that are had, too.
void DownloadTurns::rank() {
  while (Entry* const best = best_waiting()) {
    Entry* worst = nullptr;
    for (Entry& entry : entries_)
      if (entry.state == State::has && (worst == nullptr || before(*worst, entry))) worst = &entry;
    if (worst == nullptr || !before(*best, *worst)) return;
    std::swap(best->state, worst->state);
    changed_.push_back(best->id);
    changed_.push_back(worst->id);
  }
}

}  // namespace p2p::transfer
