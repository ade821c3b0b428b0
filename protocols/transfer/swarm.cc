#include "protocols/transfer/swarm.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace p2p::transfer {

Swarm::Swarm(PieceMap map, SwarmOptions options) : open_(std::move(map)), options_(options) {
  for (const auto& [begin, end] : open_.map().had().runs())
    blame_.gave(kNobody, {begin, end});
}

// ---- the sources

Member* Swarm::find(SourceIndex source) {
  return source < members_.size() ? &members_[source] : nullptr;
}

const Member* Swarm::find(SourceIndex source) const {
  return source < members_.size() ? &members_[source] : nullptr;
}

// What it has counts for the order of the pieces while it is here.
void Swarm::count(const Member& member, bool joins) {
  PieceOrder& order = open_.order();
  if (!member.has) return joins ? order.all_gained() : order.all_lost();
  const Bits& has = *member.has;
  for (std::size_t at = has.next(0); at < has.size(); at = has.next(at + 1)) {
    const auto piece = static_cast<PieceIndex>(at);
    if (joins)
      order.gained(piece);
    else
      order.lost(piece);
  }
}

bool Swarm::add_source(SourceIndex source, Manner manner) {
  if (source >= kMostSources) return false;
  if (source >= members_.size()) members_.resize(source + std::size_t{1});
  Member& member = members_[source];
  if (member.dropped) return false;
  member.manner = manner;
  if (!std::exchange(member.here, true)) count(member, true);
  return true;
}

void Swarm::remove_source(SourceIndex source, Time now) {
  Member* member = find(source);
  if (member == nullptr || !member->here) return;
  relinquish(*member, now);
  let_go(*member);
  count(*member, false);
  member->here = member->idle = false;
}

void Swarm::set_available(SourceIndex source, const Extents& available) {
  Member* member = find(source);
  if (member == nullptr) return;
  Bits has(map().pieces());
  for (const auto& [begin, end] : available.runs()) {
    if (begin >= map().size_bytes()) break;
    PieceIndex piece = map().piece_at(begin);
    if (map().extent_of(piece).begin < begin) ++piece;
    for (; piece < map().pieces() && map().extent_of(piece).end <= end; ++piece)
      has.set(piece);
  }
  if (member->here) count(*member, false);
  member->has = std::move(has);
  if (member->here) count(*member, true);
  stirred_ = true;
}

void Swarm::take_back(SourceIndex source, Time now) {
  if (Member* member = find(source); member != nullptr && member->is_asked()) give_up(*member, now);
  for (const Extent& extent : blame_.given_by(source))
    lose(extent);
}

void Swarm::drop(SourceIndex source, Time now) {
  Member* member = find(source);
  if (member == nullptr || std::exchange(member->dropped, true)) return;
  if (member->is_asked()) give_up(*member, now);
  remove_source(source, now);
  if (!options_.has_tree) return take_back(source, now);
  for (const Extent& given : blame_.given_by(source)) {
    const PieceIndex last = map().piece_at(given.end - 1);
    for (PieceIndex piece = map().piece_at(given.begin); piece <= last; ++piece)
      if (!map().is_written(piece)) lose(overlap(map().extent_of(piece), given));
  }
}

// ---- what is asked for

std::optional<Extent> Swarm::next(SourceIndex source, Time now, Rng& rng) {
  Member* member = find(source);
  if (member == nullptr || !member->here || member->is_asked()) return std::nullopt;
  std::optional<Extent> share = choose(*member, now, rng);
  if (!share) share = relieve(*member, now, rng);
  member->idle = !share;
  if (share)
    ask(*member, *share, now);
  else
    idle_at_ = now;
  return share;
}

std::optional<Extent> Swarm::choose(Member& member, Time now, Rng& rng) {
  Reach reach = member.reach(options_.in_order);
  reach.is_fast = is_fast(now);
  const std::uint64_t want = share_of(member, now);
  if (member.keeps && member.has_piece(*member.keeps) && open_.has_free(*member.keeps))
    return open_.share_at(*member.keeps, reach, want);
  let_go(member);
  const std::optional<PieceIndex> piece = open_.pick(reach, rng);
  if (!piece) return std::nullopt;
  return open_.share_at(*piece, reach, want);
}

std::uint64_t Swarm::share_of(const Member& member, Time now) const {
  if (member.manner == Manner::stream) return std::numeric_limits<std::uint64_t>::max();
  ShareOf of;
  of.rate = member.rate.at(now);
  for (const Member& other : members_)
    of.all_rates += other.is_asked() ? other.rate.at(now) : 0;
  of.last = member.most;
  of.left = map().size_bytes() - map().had().bytes();
  // In a crowd that serves itself nobody goes on for long with what others may have by then.
  const bool is_crowd = !open_.order().is_even();
  if (is_crowd || (options_.has_tree && !member.proven)) of.most = map().piece_bytes();
  return share_bytes(of);
}

void Swarm::ask(Member& member, const Extent& share, Time now) {
  const PieceIndex last = map().piece_at(share.end - 1);
  if (member.keeps != last) let_go(member);
  open_.ask(share);
  member.share = share;
  member.began = share.begin;
  member.rate.start(now);
  if (member.keeps || open_.is_kept(last)) return;
  if (!open_.has_free(last) && !open_.is_sole(last)) return;
  member.keeps = last;
  open_.keep(last, true);
}

// ---- help for the slow

// Nothing is open to it.
std::optional<Extent> Swarm::relieve(Member& member, Time now, Rng& rng) {
  Member* keeper = nullptr;
  for (Member& other : members_) {
    if (!other.keeps || !member.has_piece(*other.keeps) || !open_.has_free(*other.keeps)) continue;
    if (open_.is_sole(*other.keeps) && now < other.rate.heard() + Member::kStalled) continue;
    if (keeper == nullptr || other.rate.at(now) < keeper->rate.at(now)) keeper = &other;
  }
  if (keeper != nullptr) {
    let_go(*keeper);
    return choose(member, now, rng);
  }
  const std::uint64_t want = share_of(member, now);
  Member* slowest = nullptr;
  Relief best;
  Duration longest = Duration::min();
  for (Member& other : members_) {
    if (!other.is_asked() || other.time_left(now) <= longest) continue;
    const Relief relief = relief_of(open_, members_, other, member, want, now);
    if (relief.what == Relief::What::none) continue;
    slowest = &other;
    best = relief;
    longest = other.time_left(now);
  }
  if (slowest == nullptr) return std::nullopt;
  if (best.what == Relief::What::all) {
    give_up(*slowest, now);
    return choose(member, now, rng);
  }
  if (best.what == Relief::What::tail) slowest->share.end = best.part.begin;
  return best.part;
}

// ---- what is given

Arrival Swarm::arrived(SourceIndex source, std::uint64_t at, std::uint64_t count, Time now) {
  fresh_.clear();
  written_.clear();
  Member* member = find(source);
  if (member == nullptr || !member->is_asked()) return {{}, {}, true};
  member->rate.add(count, now);
  const std::uint64_t size = map().size_bytes();
  const Extent came{std::min(at, size), at < size ? at + std::min(count, size - at) : size};
  const Extent mine = overlap(came, member->share);
  if (mine.empty()) return {};
  if (mine.begin > member->share.begin) {  // it left something out
    give_up(*member, now);
    return {{}, {}, true};
  }
  open_.arrive(mine, fresh_);
  for (const Extent& extent : fresh_)
    blame_.gave(source, extent);
  member->share.begin = mine.end;
  note_written();
  cancel_losers(*member, mine, now);
  if (map().had().contains(member->share)) relinquish(*member, now);
  return {fresh_, written_, !member->is_asked()};
}

// The pieces that are all here since the last call.
void Swarm::note_written() {
  for (const Extent& extent : fresh_) {
    const PieceIndex last = map().piece_at(extent.end - 1);
    for (PieceIndex piece = map().piece_at(extent.begin); piece <= last; ++piece)
      if (map().is_written(piece) && (written_.empty() || written_.back() != piece))
        written_.push_back(piece);
  }
}

void Swarm::cancel_losers(const Member& winner, const Extent& extent, Time now) {
  for (Member& other : members_) {
    if (&other == &winner || overlap(other.share, extent).empty()) continue;
    if (map().had().contains(other.share)) give_up(other, now);
  }
}

void Swarm::ended(SourceIndex source, Ending why, Time now) {
  Member* member = find(source);
  if (member == nullptr || !member->is_asked()) return;
  const PieceIndex asked = map().piece_at(member->share.begin);
  relinquish(*member, now);
  if (why == Ending::gave) return;
  member->most = 0;
  // Of a piece that one source must give it has not lost what it gave, if it soon comes back.
  if (why == Ending::lacks || !open_.is_sole(asked)) let_go(*member);
  if (why == Ending::broke) return;
  count(*member, false);
  if (!member->has) member->has.emplace(map().pieces(), true);
  member->has->set(asked, false);
  count(*member, true);
}

void Swarm::lost(const Extent& extent, Time now) {
  Extent gone = overlap(extent, {0, map().size_bytes()});
  if (gone.empty()) return;
  for (const PieceIndex piece : {map().piece_at(gone.begin), map().piece_at(gone.end - 1)}) {
    const Extent whole = map().extent_of(piece);
    if (open_.is_sole(piece))
      gone = {std::min(gone.begin, whole.begin), std::max(gone.end, whole.end)};
  }
  for (Member& member : members_) {
    if (!member.keeps || !open_.is_sole(*member.keeps)) continue;
    if (overlap(map().extent_of(*member.keeps), gone).empty()) continue;
    if (member.is_asked()) give_up(member, now);
    let_go(member);
  }
  lose(gone);
}

bool Swarm::verified(PieceIndex piece) {
  if (!open_.verify(piece)) return false;
  const Extent extent = map().extent_of(piece);
  for (const Given& given : blame_.givers(extent))
    if (Member* member = find(given.source)) member->proven = true;
  blame_.forget(extent);
  return true;
}

Verdict Swarm::bad(PieceIndex piece, Time now) {
  if (piece >= map().pieces() || !map().is_written(piece) || map().is_verified(piece)) return {};
  const Extent extent = map().extent_of(piece);
  Verdict verdict{blame_.givers(extent), {}};
  for (Member& member : members_)
    if (!overlap(member.share, extent).empty()) give_up(member, now);
  Member* const giver = verdict.givers.size() == 1 ? find(verdict.givers[0].source) : nullptr;
  if (giver == nullptr) open_.make_sole(piece);
  lose(extent);
  if (giver != nullptr && ++giver->strikes >= kStrikes && !giver->dropped) {
    verdict.dropped.push_back(verdict.givers[0].source);
    drop(verdict.givers[0].source, now);
  }
  return verdict;
}

// ---- what becomes free

// Others may go on in the piece that it works in, or begin it anew.
void Swarm::let_go(Member& member) {
  if (!member.keeps) return;
  const PieceIndex piece = *std::exchange(member.keeps, std::nullopt);
  open_.keep(piece, false);
  if (open_.is_sole(piece) && !map().is_written(piece)) lose(map().extent_of(piece));
  stirred_ = stirred_ || open_.has_free(piece);
}

// It owes nothing any more; what it owed is free. The piece that it works in stays its own.
void Swarm::relinquish(Member& member, Time now) {
  const Extent rest = std::exchange(member.share, {});
  if (rest == Extent{}) return;  // nothing was asked of it
  member.rate.stop(now);
  if (rest.begin > member.began) member.goes_on = rest.begin;
  member.most = std::max(member.most, rest.begin - member.began);
  if (!rest.empty()) settle(rest);
}

void Swarm::give_up(Member& member, Time now) {
  cancelled_.push_back(static_cast<SourceIndex>(&member - members_.data()));
  relinquish(member, now);
  let_go(member);
}

void Swarm::lose(const Extent& extent) {
  blame_.forget(extent);
  open_.lose(extent);
  settle(extent);
}

// What nobody is asked for is free.
void Swarm::settle(const Extent& extent) {
  open_.release(extent);
  for (const Member& member : members_)
    open_.ask(overlap(member.share, extent));
  stirred_ = true;
}

std::vector<SourceIndex> Swarm::take_cancelled() {
  return std::exchange(cancelled_, {});
}

// ---- time

Time Swarm::deadline() const {
  Time due = kNever;
  bool any_idle = false;
  bool any_busy = false;  // somebody that an idle one may help
  for (const Member& member : members_) {
    if (member.is_asked()) due = std::min(due, member.rate.heard() + kSilent);
    any_idle = any_idle || member.idle;
    any_busy = any_busy || member.is_asked() || member.keeps;
  }
  if (any_idle && stirred_) return Time::min();
  return any_idle && any_busy ? std::min(due, idle_at_ + kLookAgain) : due;
}

std::vector<SourceIndex> Swarm::wake(Time now) {
  for (Member& member : members_)
    if (member.is_asked() && member.rate.silence(now) >= kSilent) give_up(member, now);
  std::vector<SourceIndex> out;
  if (!stirred_ && now < idle_at_ + kLookAgain) return out;
  stirred_ = false;
  for (std::size_t at = 0; at < members_.size(); ++at)
    if (std::exchange(members_[at].idle, false)) out.push_back(static_cast<SourceIndex>(at));
  return out;
}

// ---- for people

bool Swarm::is_complete() const {
  if (options_.has_tree) return map().verified_pieces() == map().pieces();
  return map().had().bytes() == map().size_bytes();
}

SwarmProgress Swarm::progress() const {
  SwarmProgress out;
  out.size_bytes = map().size_bytes();
  out.had_bytes = map().had().bytes();
  out.verified_bytes = map().verified_bytes();
  for (const Member& member : members_) {
    if (member.here) ++out.sources;
    if (member.is_asked()) ++out.asked;
  }
  return out;
}

std::vector<Asked> Swarm::asked() const {
  std::vector<Asked> out;
  for (std::size_t at = 0; at < members_.size(); ++at)
    if (const Extent& rest = members_[at].share; !rest.empty())
      out.push_back({static_cast<SourceIndex>(at), rest});
  return out;
}

std::uint64_t Swarm::rate(SourceIndex source, Time now) const {
  const Member* member = find(source);
  return member == nullptr ? 0 : member->rate.at(now);
}

bool Swarm::is_fast(Time now) const {
  std::uint64_t rates = 0;
  // Between two shares a source is not asked for anything.
  for (const Member& member : members_)
    rates += member.here && !member.idle ? member.rate.at(now) : 0;
  return rates >= kFast;
}

bool Swarm::is_dropped(SourceIndex source) const {
  const Member* member = find(source);
  return member != nullptr && member->dropped;
}

}  // namespace p2p::transfer
