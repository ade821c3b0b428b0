#include "servent/transfer/sources.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace p2p::transfer {

namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

bool is_usable(const Sources::Entry& entry) {
  return !entry.blamed && !entry.gone;
}

}  // namespace

bool Sources::add(const KnownSource& known) {
  const auto at = std::ranges::find(entries_, known.source, &Entry::source);
  if (at != entries_.end()) {
    at->source = known.source;
    return std::exchange(at->gone, false);
  }
  if (entries_.size() >= kMost) return false;
  Entry& entry = entries_.emplace_back();
  static_cast<KnownSource&>(entry) = known;
  if (entry.blamed) entry.note = "gave wrong content";
  return true;
}

bool Sources::fits(const Entry& entry) const {
  if (entry.differs) return false;
  return !careful_ || entry.gave || std::ranges::none_of(entries_, &Entry::gave);
}

std::size_t Sources::ready(bool fitting, std::int64_t now) const {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const std::size_t index = (turn_ + i) % entries_.size();
    const Entry& entry = entries_[index];
    if (is_usable(entry) && fits(entry) == fitting && entry.not_before <= now) return index;
  }
  return entries_.size();
}

// When the first one that has hope is to be asked again.
std::int64_t Sources::earliest(bool fitting) const {
  std::int64_t time = kNever;
  for (const Entry& entry : entries_) {
    if (!is_usable(entry) || (fitting && (!fits(entry) || entry.failures >= kHopeless))) continue;
    time = std::min(time, entry.not_before);
  }
  return time;
}

Sources::Next Sources::next(std::int64_t now) {
  Next out;
  if (std::ranges::none_of(entries_, is_usable)) {
    out.what = std::ranges::any_of(entries_, &Entry::blamed) ? What::all_wrong : What::none;
    return out;
  }
  out.what = What::ask;
  out.index = ready(true, now);
  if (out.index == entries_.size()) {
    if (const std::int64_t time = earliest(true); time != kNever) return {What::wait, 0, time};
    out.what = What::start_over;
    out.index = ready(false, now);
  }
  if (out.index == entries_.size()) return {What::wait, 0, earliest(false)};
  turn_ = out.index + 1;
  return out;
}

void Sources::failed(std::size_t index, std::string why, std::int64_t now) {
  Entry& entry = entries_[index];
  entry.place = 0;
  entry.note = std::move(why);
  entry.not_before = now + std::min(first_wait_ms_ << std::min(entry.failures, 16U),
                                    std::max(kLongestWaitMs, first_wait_ms_));
  ++entry.failures;
}

void Sources::queued(std::size_t index, const Turn& turn, std::int64_t now) {
  Entry& entry = entries_[index];
  entry.place = turn.place;
  entry.ticket = turn.ticket;
  entry.note = turn.place == 0 ? "busy" : "queue " + std::to_string(turn.place);
  entry.not_before = now + (turn.wait_ms == 0 ? kQueueWaitMs : turn.wait_ms);
}

void Sources::again(std::size_t index) {
  went_well(index);
  turn_ = index;
}

void Sources::gone(std::size_t index, std::string why) {
  Entry& entry = entries_[index];
  entry.place = 0;
  entry.note = std::move(why);
  entry.gone = true;
}

void Sources::differs(std::size_t index, std::int64_t now) {
  Entry& entry = entries_[index];
  entry.differs = true;
  entry.note = "its bytes differ";
  entry.not_before = now;
}

void Sources::gave(std::size_t index, std::uint64_t bytes) {
  entries_[index].gave = true;
  entries_[index].got_bytes += bytes;
}

void Sources::went_well(std::size_t index) {
  entries_[index].failures = 0;
  entries_[index].place = 0;
  entries_[index].ticket.clear();
  entries_[index].note.clear();
}

bool Sources::wrong_content(const std::string& why) {
  const auto givers = std::ranges::count(entries_, true, &Entry::gave);
  const bool known = givers == 1 && !strangers_;
  for (Entry& entry : entries_) {
    if (!entry.gave || !known) continue;
    entry.blamed = true;
    entry.note = why;
  }
  careful_ = careful_ || !known;
  started_over();
  return known;
}

void Sources::started_over() {
  strangers_ = false;
  for (Entry& entry : entries_)
    entry.gave = entry.differs = false;
}

void Sources::bytes_of_unknown_origin() {
  strangers_ = true;
}

void Sources::forgive() {
  for (Entry& entry : entries_) {
    entry.gone = false;
    entry.failures = 0;
    entry.not_before = 0;
  }
}

}  // namespace p2p::transfer
