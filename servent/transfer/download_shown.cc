// Download: what is shown of it, and when it is looked at again.
#include <algorithm>
#include <utility>

#include "servent/transfer/download.h"

namespace p2p::transfer {
using api::DownloadState;
using boost::system::error_code;

namespace {

constexpr std::int64_t kThink = 2'000;  // milliseconds: whether another source is to be asked

std::string ordinal(std::size_t number) {
  const std::size_t last = number / 10 % 10 == 1 ? 0 : number % 10;
  const char* const ending = last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th";
  return std::to_string(number) + ending;
}

api::Standing standing_of(const Sources::Entry& entry, const Supply* supply) {
  if (supply != nullptr) return supply->is_giving() ? api::Standing::gives : api::Standing::asked;
  if (entry.gone || entry.blamed) return api::Standing::gone;
  if (entry.place > 0) return api::Standing::queued;
  return entry.failures > 0 ? api::Standing::fails : api::Standing::spare;
}

// The least that is true of the pieces from `begin` up to `end`; asked as soon as some of it is.
api::Block block_of(const PieceMap& map, PieceIndex begin, PieceIndex end) {
  const Extent bytes{map.extent_of(begin).begin, map.extent_of(end - 1).end};
  const std::uint64_t had = map.had().bytes_in(bytes);
  if (had < bytes.bytes())
    return had + map.free().bytes_in(bytes) < bytes.bytes() ? api::Block::asked
                                                            : api::Block::missing;
  for (PieceIndex piece = begin; piece < end; ++piece)
    if (!map.is_verified(piece)) return api::Block::written;
  return api::Block::verified;
}

}  // namespace

std::vector<api::Block> blocks_of(const PieceMap& map) {
  const std::size_t count = std::min<std::size_t>(map.pieces(), Givers::kParts);
  const auto first = [&](std::size_t part) {
    return static_cast<PieceIndex>(first_piece_of(part, count, map.pieces()));
  };
  std::vector<api::Block> blocks;
  for (std::size_t i = 0; i < count; ++i)
    blocks.push_back(block_of(map, first(i), first(i + 1)));
  return blocks;
}

// ---- what is shown

void Download::show() {
  const std::size_t active = crew_.giving();
  const Supply* const asked = crew_.asked();
  row_.sources_active = static_cast<std::uint32_t>(active);
  row_.retry_ms = 0;
  row_.place = 0;
  std::int64_t alarm = next_at_ == 0 ? Sources::kNever : next_at_;
  if (!crew_.empty()) {
    const Time due = content_->deadline();
    const std::int64_t at = due == p2p::kNever ? Sources::kNever : due.time_since_epoch().count();
    alarm = std::min({alarm, at, now_ms() + kThink});
  }
  if (active > 0) {
    set(DownloadState::running, "");
  } else if (asked != nullptr) {
    const bool calls = asked->state() == Supply::State::awaited;
    set(DownloadState::waiting, (calls ? "waits for a call of " : "asked ") + asked->source().user);
  } else if (held_ != Held::no) {
    set(DownloadState::waiting, held_ == Held::for_turn
                                    ? "waits for its turn"
                                    : "waits until other downloads ask fewer sources");
  } else {
    alarm = next_at_ == 0 ? now_ms() + kLookAgain : next_at_;
    show_waiting(alarm);
  }
  set_alarm(alarm);
}

void Download::show_waiting(std::int64_t until) {
  row_.retry_ms = until;
  if (next_at_ == 0) {
    std::string reason = "no source";
    for (const Sources::Entry& entry : sources_.entries())
      if (entry.gone) reason = "no source: " + entry.note;
    return set(DownloadState::no_source, reason);
  }
  std::string reason = last_failure_;
  for (const Sources::Entry& entry : sources_.entries()) {
    if (entry.place == 0 || (row_.place != 0 && row_.place <= entry.place)) continue;
    row_.place = entry.place;
    reason = "queue " + std::to_string(entry.place) + " at " + entry.source.user;
  }
  set(row_.place > 0 ? DownloadState::waiting : DownloadState::retrying, reason);
}

void Download::set_alarm(std::int64_t time) {
  if (time == Sources::kNever) {
    timer_.cancel();
    return;
  }
  const std::int64_t now = now_ms();  // an alarm that is due may be of any time before it
  timer_.expires_after(std::chrono::milliseconds(std::max(time, now) - now));
  timer_.async_wait([weak = weak_from_this()](error_code e) {
    const auto self = weak.lock();
    if (!e && self && !self->context_->stopping) self->tend();
  });
}

api::DownloadRow Download::row(std::int64_t now) const {
  api::DownloadRow row = row_;
  row.rate_bps = meter_.rate(now);
  row.history = pace_.seconds(now);
  if (const std::size_t place = context_->turns.place(row_.id); place > 0 && crew_.empty()) {
    row.place = static_cast<std::uint32_t>(place);
    row.reason = "waits for its turn: " + ordinal(place) + " in the list";
  }
  for (std::size_t i = 0; i < sources_.entries().size(); ++i) {
    const Sources::Entry& entry = sources_.entries()[i];
    const Supply* const supply = crew_.find(i);
    const bool active = supply != nullptr && supply->is_giving();
    const std::uint64_t rate =
        active ? content_->plan().rate(static_cast<SourceIndex>(i), context_->now()) : 0;
    api::SourceRow& source = row.sources.emplace_back();
    source.network = entry.source.network;
    source.user = entry.source.user;
    source.name = entry.source.name;
    if (entry.source.endpoint.port != 0) source.at = to_text(entry.source.endpoint);
    source.state = active ? "running" : entry.note;
    source.rate_bps = rate;
    source.got_bytes = entry.got_bytes;
    source.place = active ? 0 : entry.place;
    source.standing = standing_of(entry, supply);
    source.giver = content_->givers().number(static_cast<SourceIndex>(i));
    source.history = content_->givers().pace(static_cast<SourceIndex>(i), now);
  }
  if (!content_->is_open() || is_done()) return row;
  row.blocks = blocks_of(content_->plan().map());
  row.givers = content_->givers().of_parts();
  for (const Asked& asked : content_->plan().asked())
    if (asked.source < row.sources.size()) {
      row.sources[asked.source].asked_begin = asked.rest.begin;
      row.sources[asked.source].asked_end = asked.rest.end;
    }
  return row;
}

}  // namespace p2p::transfer
