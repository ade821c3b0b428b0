#include "servent/transfer/content.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "servent/transfer/names.h"
#include "servent/transfer/tree_fetch.h"

namespace p2p::transfer {

namespace {

constexpr unsigned kMostPartsOfBlock = 64;  // shares that one block of a stream fills

}  // namespace

Content::Content(ContextPtr context, const Wanted& wanted, ContentHost& host)
    : context_(std::move(context)),
      wanted_(wanted),
      host_(host),
      part_(context_, wanted_) {}

Content::~Content() {
  close();
}

void Content::close() {
  closed_ = true;
  ++generation_;
  if (tree_fetch_) tree_fetch_->stop();
  tree_fetch_.reset();
}

bool Content::may_mix() const {
  return !careful_ && (wanted_.sha1 || wanted_.uuhash || wanted_.start_md5 || learned_);
}

PartJobs::Then Content::still(void (Content::*then)(const Stored&)) {
  return [self = shared_from_this(), n = generation_, then](const Stored& stored) {
    if (n == self->generation_) (self.get()->*then)(stored);
  };
}

// ---- what is there

void Content::open() {
  finishing_ = false;
  part_.open(still(&Content::read_on));
}

void Content::read_on(const Stored& stored) {
  have_bytes_ = stored.have_bytes;
  if (stored.what == Stored::What::trouble) return disk_trouble(stored.why, stored.error);
  if (stored.what == Stored::What::unfinished) return part_.catch_up(still(&Content::read_on));
  part_.tell([self = shared_from_this(), n = generation_](const Stored&, const PieceMap& map) {
    if (n != self->generation_) return;
    self->make_plan(map);
    self->host_.opened();
  });
}

void Content::make_plan(const PieceMap& map) {
  ++generation_;
  checking_ = 0;
  unchecked_.clear();
  counted_ = {};  // nobody is known who gave what is here
  have_bytes_ = map.had().bytes();
  if (have_bytes_ == 0 || givers_.parts() == 0) givers_ = Givers(map);
  swarm_ = std::make_unique<Swarm>(map, SwarmOptions{tree_ != nullptr, !may_mix()});
  if (tree_) unchecked_ = map.unchecked();
  check_some();
  share();
}

// ---- the plan

void Content::leave(SourceIndex source, Ending why) {
  swarm_->ended(source, why, context_->now());
  if (why != Ending::gave) swarm_->remove_source(source, context_->now());
  host_.stirred();
}

void Content::has(SourceIndex source, const Extents& available) {
  swarm_->set_available(source, available);
}

void Content::refused(SourceIndex source) {
  swarm_->ended(source, Ending::lacks, context_->now());
}

std::optional<Extent> Content::next(SourceIndex source) {
  swarm_->go_in_order(!may_mix() || wanted_.in_order);
  return swarm_->next(source, context_->now(), context_->rng);
}

std::uint64_t Content::overlap_before(std::uint64_t begin) const {
  if (tree_ || begin == 0) return 0;
  const Extents::Runs& runs = swarm_->map().had().runs();
  const auto behind = runs.lower_bound(begin);
  if (behind == runs.begin()) return 0;
  const auto& [from, end] = *std::prev(behind);
  return end >= begin ? std::min(begin - from, kOverlap) : 0;
}

Content::Took Content::arrived(SourceIndex source, unsigned delivery, BlockPtr block,
                               std::uint64_t at, std::uint64_t own) {
  Took took;
  PartWrite write;
  write.at = at;
  const std::uint64_t end = at + block->size;
  write.compare = {at, std::min(end, own)};
  std::uint64_t from = std::max(at, own);
  for (unsigned part = 0; from < end && part < kMostPartsOfBlock; ++part) {
    const Arrival arrival = swarm_->arrived(source, from, end - from, context_->now());
    write.fresh.insert(write.fresh.end(), arrival.fresh.begin(), arrival.fresh.end());
    write.pieces.insert(write.pieces.end(), arrival.written.begin(), arrival.written.end());
    took = {arrival.is_enough, {}};
    if (!took.is_enough) break;
    took.next = next(source);
    // A stream may have filled the next share too.
    if (!took.next || took.next->begin < from || took.next->begin >= end) break;
    from = took.next->begin;
    took.is_enough = false;
  }
  if (!tree_) write.pieces.clear();
  if (swarm_->is_fast(context_->now())) {
    unchecked_.insert(unchecked_.end(), write.pieces.begin(), write.pieces.end());
    write.pieces.clear();
  }
  checking_ += write.pieces.size();
  part_.write(std::move(block), write, delivery,
              [self = shared_from_this(), n = generation_, source, fresh = write.fresh,
               pieces = write.pieces.size(), losses = losses_](const Stored& stored) {
                if (n != self->generation_) return;
                self->checking_ -= pieces;
                self->written(stored, source, fresh, losses);
              });
  return took;
}

std::vector<SourceIndex> Content::take_cancelled() {
  return swarm_->take_cancelled();
}

// ---- what came

void Content::written(const Stored& stored, SourceIndex source, const std::vector<Extent>& fresh,
                      unsigned losses) {
  have_bytes_ = stored.have_bytes;
  using What = Stored::What;
  if (stored.what == What::trouble) return disk_trouble(stored.why, stored.error);
  if (stored.what == What::differs || stored.what == What::ignored) {
    for (const Extent& extent : fresh)
      swarm_->lost(extent, context_->now());
    if (!fresh.empty()) lost();
    if (stored.what == What::differs) host_.differs(source);
    return host_.stirred();
  }
  host_.written(source);
  count(source, fresh);
  if (stored.what == What::start_differs) return start_differs();
  judge(stored.checked, losses);
  check_some();
  finish_if_complete();
}

// With a tree they count when they are found right. What comes anew in their place was not counted.
void Content::count(SourceIndex source, const std::vector<Extent>& fresh) {
  std::uint64_t bytes = 0;
  for (const Extent& extent : fresh) {
    bytes += extent.bytes();
    givers_.gave(source, extent, now_ms());
    if (tree_)
      counted_.erase(extent);
    else
      counted_.insert(extent);
  }
  if (!tree_ && bytes > 0) host_.gave(source, bytes);
}

// `losses` tells how old that is: bytes may have been thrown away since.
void Content::judge(const std::vector<Checked>& checked, unsigned losses) {
  std::vector<PieceIndex> again;
  const unsigned plan = generation_;
  for (const auto& [piece, is_right] : checked) {
    if (losses != losses_) {
      const PieceMap& map = swarm_->map();
      if (!map.is_written(piece) || map.is_verified(piece)) continue;
      if (is_right)
        again.push_back(piece);
      else  // the disk has thrown it away
        swarm_->lost(map.extent_of(piece), context_->now());
    } else if (is_right) {
      right(piece);
    } else {
      wrong(piece);
      losses = losses_;  // only that piece went
    }
    if (plan != generation_) return;
  }
  if (!again.empty()) check(std::move(again));
}

void Content::check(std::vector<PieceIndex> pieces) {
  const std::size_t count = pieces.size();
  if (count == 0) return;
  checking_ += count;
  part_.check(std::move(pieces), [self = shared_from_this(), n = generation_, count,
                                  losses = losses_](const Stored& stored) {
    if (n != self->generation_) return;
    self->checking_ -= count;
    self->have_bytes_ = stored.have_bytes;
    if (stored.what == Stored::What::trouble) return self->disk_trouble(stored.why, stored.error);
    self->judge(stored.checked, losses);
    if (n != self->generation_) return;
    self->check_some();
    self->finish_if_complete();
  });
}

void Content::check_some() {
  if (unchecked_.empty() || checking_ > 0 || !swarm_) return;
  if (is_all_here() || swarm_->is_fast(context_->now())) return;
  const PieceIndex piece = unchecked_.back();
  unchecked_.pop_back();
  check({piece});
}

void Content::right(PieceIndex piece) {
  if (swarm_->map().is_verified(piece)) return;  // checked once more
  const Extent all = swarm_->map().extent_of(piece);
  for (const Given& given : swarm_->blame().givers(all))
    trust_.right(given.source);
  count_right(all);
  if (swarm_->verified(piece)) share();
}

// What of it was not counted before.
void Content::count_right(const Extent& extent) {
  std::vector<Extent> uncounted;
  counted_.gaps(extent, uncounted);
  for (const Extent& each : uncounted)
    for (const Given& given : swarm_->blame().givers(each))
      if (given.source != kNobody) host_.gave(given.source, given.bytes);
}

// What is checked can be had by others.
void Content::share() {
  const PieceMap& map = swarm_->map();
  if (!wanted_.sha1 || map.verified_pieces() == 0) return;
  auto verified = std::make_shared<Extents>();
  const Bits& pieces = map.verified();
  for (std::size_t at = pieces.next(0); at < pieces.size(); at = pieces.next(at + 1))
    verified->insert(map.extent_of(static_cast<PieceIndex>(at)));
  PartOffer offer;
  offer.file.name = safe_name(wanted_.name);  // told to others as ours
  offer.file.size_bytes = wanted_.size_bytes;
  offer.file.sha1 = wanted_.sha1;
  if (tree_) offer.file.tree_root = tree_->root();
  offer.path = part_.path();
  offer.verified = std::move(verified);
  offer.tree = tree_;
  offer.changed_unix = std::time(nullptr);
  is_shared_ = context_->parts.put(std::move(offer)) || is_shared_;
}

void Content::stop_sharing() {
  if (std::exchange(is_shared_, false)) context_->parts.drop(*wanted_.sha1);
}

void Content::remove() {
  stop_sharing();
  part_.remove();
}

// The disk has thrown it away already.
void Content::wrong(PieceIndex piece) {
  if (swarm_->map().is_verified(piece)) return changed(piece);
  const Verdict verdict = swarm_->bad(piece, context_->now());
  ++losses_;
  host_.say(api::LogLevel::warn,
            "piece " + std::to_string(piece) + " does not match its hash, fetched again");
  if (verdict.givers.size() == 1) trust_.wrong(verdict.givers.front().source);
  if (trust_.is_doubtful()) return tree_is_false("its hashes fit nothing that others give");
  for (const SourceIndex source : verdict.dropped) {
    convicts_.push_back(source);
    host_.caught(source, "gave wrong pieces");
  }
  if (!verdict.dropped.empty()) lost();
  host_.stirred();
}

// It was right before: nobody who gave it is to blame.
void Content::changed(PieceIndex piece) {
  host_.say(api::LogLevel::warn,
            "piece " + std::to_string(piece) + " has changed on the disk, fetched again");
  swarm_->lost(swarm_->map().extent_of(piece), context_->now());
  ++losses_;
  if (swarm_->map().verified_pieces() == 0) stop_sharing();
  share();
  host_.stirred();
}

// What the plan does not count any more is not kept on the disk either.
void Content::lost() {
  ++losses_;
  part_.keep_only(swarm_->map().had());
}

void Content::disk_trouble(const std::string& why, int error) {
  ++generation_;  // the plan counts on bytes that are not there
  swarm_.reset();
  finishing_ = false;
  host_.trouble(why, error);
}

}  // namespace p2p::transfer
