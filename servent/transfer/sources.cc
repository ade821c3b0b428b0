#include "servent/transfer/sources.h"

#include <algorithm>
#include <utility>

namespace p2p::transfer {

namespace {

// Known by its address only: named by another source, or by a link.
bool is_bare(const Source& source) {
  return source.user == to_text(source.endpoint);
}

// Two ways to name what is had by the same call.
bool is_same(const Source& a, const Source& b) {
  return a == b || (a.network == b.network && a.endpoint == b.endpoint && a.endpoint.port != 0 &&
                    !a.firewalled && !b.firewalled && (is_bare(a) || is_bare(b)));
}

bool is_usable(const Sources::Entry& entry) {
  return !entry.blamed && !entry.gone;
}

bool is_heard(const Sources::Entry& entry) {
  return entry.source.name.empty();
}

}  // namespace

bool Sources::add(const KnownSource& known) {
  const auto at = std::ranges::find_if(
      entries_, [&](const Entry& entry) { return is_same(entry.source, known.source); });
  if (at != entries_.end()) {
    if (!is_bare(known.source) || is_bare(at->source)) at->source = known.source;
    return std::exchange(at->gone, false);
  }
  if (entries_.size() >= kMost) return false;
  Entry& entry = entries_.emplace_back();
  static_cast<KnownSource&>(entry) = known;
  if (entry.blamed) entry.note = "gave wrong content";
  return true;
}

bool Sources::hear(const std::string& network, const Endpoint& endpoint) {
  KnownSource heard;
  heard.source.network = network;
  heard.source.user = to_text(endpoint);
  heard.source.endpoint = endpoint;
  const auto is_known = [&](const Entry& entry) {
    return is_same(entry.source, heard.source) || entry.web == endpoint;
  };
  const auto is_unproven = [&](const Entry& entry) {
    return is_heard(entry) && entry.got_bytes == 0 && entry.failures < kHopeless;
  };
  if (std::ranges::any_of(entries_, is_known)) return false;
  if (std::ranges::count_if(entries_, is_heard) >= std::ptrdiff_t{kMostHeard}) return false;
  if (std::ranges::count_if(entries_, is_unproven) >= std::ptrdiff_t{kMostUnproven}) return false;
  return add(heard);
}

bool Sources::is_free(const Entry& entry) const {
  return is_usable(entry) && !entry.busy && !entry.accused;
}

bool Sources::fits(const Entry& entry) const {
  if (entry.differs) return false;
  return !careful_ || entry.gave || std::ranges::none_of(entries_, &Entry::gave);
}

std::size_t Sources::ready(bool fitting, std::int64_t now) const {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const std::size_t index = (turn_ + i) % entries_.size();
    const Entry& entry = entries_[index];
    if (is_free(entry) && fits(entry) == fitting && entry.not_before <= now) return index;
  }
  return entries_.size();
}

// When the first one that has hope is to be asked again.
std::int64_t Sources::earliest(bool fitting) const {
  std::int64_t time = kNever;
  for (const Entry& entry : entries_) {
    if (!is_free(entry) || (fitting && (!fits(entry) || entry.failures >= kHopeless))) continue;
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
    const std::int64_t time = earliest(true);
    if (time != kNever || std::ranges::any_of(entries_, &Entry::busy)) return {What::wait, 0, time};
    out.what = What::start_over;
    out.index = ready(false, now);
  }
  if (out.index == entries_.size()) {
    const std::int64_t time = earliest(false);
    return {time == kNever ? What::accused : What::wait, 0, time};
  }
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

void Sources::lacks(std::size_t index, std::string why, std::int64_t until) {
  entries_[index].note = std::move(why);
  entries_[index].not_before = until;
}

void Sources::again(std::size_t index) {
  went_well(index);
  turn_ = index;
}

bool Sources::turn_form(std::size_t index) {
  Entry& entry = entries_[index];
  entry.absolute = !entry.absolute;
  if (entry.absolute) turn_ = index;
  return entry.absolute;
}

std::size_t Sources::hopeful() const {
  return static_cast<std::size_t>(std::ranges::count_if(entries_, [](const Entry& entry) {
    return is_usable(entry) && !entry.differs && entry.failures < kHopeless;
  }));
}

void Sources::gone(std::size_t index, std::string why) {
  Entry& entry = entries_[index];
  entry.place = 0;
  entry.note = std::move(why);
  entry.gone = true;
}

// The mesh names also who has nothing of the file yet (PFSP 1.0a, section 3), and gtk-gnutella,
// which does not give its part while it knows a whole source (docs/gnutella.md).
void Sources::absent(std::size_t index, std::string why, std::int64_t now) {
  const Entry& entry = entries_[index];
  const bool may_come = is_heard(entry) || entry.source.partial;
  if (may_come && entry.failures + 1 < kMostAbsences)
    failed(index, std::move(why), now);
  else
    gone(index, std::move(why));
}

void Sources::differs(std::size_t index, std::int64_t now) {
  Entry& entry = entries_[index];
  entry.differs = true;
  entry.note = "its bytes differ";
  entry.not_before = now;
}

void Sources::asked_at(std::size_t index, const Endpoint& web) {
  entries_[index].web = web;
}

Others Sources::others(const Endpoint& except) const {
  Others out;
  for (const Entry& entry : entries_) {
    if (entry.web.port == 0 || entry.web == except) continue;
    const bool is_bad = entry.blamed || entry.gone || entry.failures >= kHopeless;
    const bool is_good = !is_bad && entry.got_bytes > 0 && entry.failures == 0;
    if (is_bad && out.dead.size() < kMaxOthers) out.dead.push_back(entry.web);
    if (is_good && out.alive.size() < kMaxOthers) out.alive.push_back(entry.web);
  }
  return out;
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

void Sources::ban(std::size_t index, std::string why) {
  entries_[index].blamed = true;
  entries_[index].note = std::move(why);
}

void Sources::pardon(std::size_t index) {
  entries_[index].blamed = false;
  entries_[index].note.clear();
}

void Sources::some_lost() {
  for (Entry& entry : entries_)
    if (std::exchange(entry.differs, false)) entry.note.clear();
}

void Sources::started_over() {
  some_lost();
  for (Entry& entry : entries_)
    entry.gave = false;
}

void Sources::forgive() {
  for (Entry& entry : entries_) {
    entry.gone = false;
    entry.failures = 0;
    entry.not_before = 0;
  }
}

}  // namespace p2p::transfer
