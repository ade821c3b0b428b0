#include "servent/transfer/content.h"

#include <algorithm>
#include <ctime>
#include <numeric>
#include <utility>

#include "servent/transfer/names.h"
#include "servent/transfer/tree_fetch.h"

namespace p2p::transfer {

namespace {

constexpr std::size_t kMostTellers = 32;    // trees that may be asked for still
constexpr unsigned kMostTreesAsked = 2;     // of one source, which tells of it in each answer
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
  have_bytes_ = map.had().bytes();
  swarm_ = std::make_unique<Swarm>(map, SwarmOptions{tree_ != nullptr, !may_mix()});
  if (tree_) check(map.unchecked());
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
  std::uint64_t bytes = 0;
  for (const Extent& extent : fresh)
    bytes += extent.bytes();
  if (!tree_) host_.gave(source, bytes);
  if (stored.what == What::start_differs) return start_differs();
  judge(stored.checked, losses);
  check_some();
  finish_if_complete();
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
  for (const Given& given : swarm_->blame().givers(swarm_->map().extent_of(piece))) {
    trust_.right(given.source);
    if (given.source != kNobody) host_.gave(given.source, given.bytes);
  }
  if (swarm_->verified(piece)) share();
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
  offer.file.name = wanted_.name;
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

// ---- the whole

bool Content::agrees(const Sha1& told) {
  const std::optional<Sha1>& expected = wanted_.sha1 ? wanted_.sha1 : learned_;
  if (expected) return *expected == told;
  learned_ = told;
  part_.expect(told);
  return true;
}

bool Content::is_all_here() const {
  return swarm_ && (swarm_->is_complete() || swarm_->map().had().bytes() == wanted_.size_bytes);
}

// What is not checked by then the digest of the whole checks.
void Content::finish_if_complete() {
  if (finishing_ || !is_all_here() || part_.is_writing() || checking_ > 0) return;
  finishing_ = true;
  host_.checking();
  // A file that has its name is done, whatever else was wanted meanwhile.
  part_.finish(safe_name(wanted_.name),
               [self = shared_from_this(), n = generation_](const Stored& stored) {
                 if (stored.what == Stored::What::ok || n == self->generation_)
                   self->checked(stored);
               });
}

void Content::checked(const Stored& stored) {
  if (closed_) return;
  if (stored.what == Stored::What::wrong) return whole_is_wrong();
  if (stored.what != Stored::What::ok)
    return disk_trouble("cannot put it into the download folder: " + stored.why, stored.error);
  if (suspects_) {
    const std::vector<SourceIndex> accused = suspects_->accused();
    if (accused.size() == 1 && accused.front() != kNobody)
      host_.caught(accused.front(), "gave wrong content");
  }
  ++generation_;
  have_bytes_ = wanted_.size_bytes;
  if (std::exchange(is_shared_, false))
    context_->parts.finish(*wanted_.sha1, stored.path, now_ms());
  host_.finished(stored.path, is_verified());
}

void Content::whole_is_wrong() {
  finishing_ = false;
  const std::string why = "not the promised SHA-1";
  unchecked_.clear();
  if (tree_ && !swarm_->is_complete()) return check(swarm_->map().unchecked());
  if (tree_ && check_all()) return;
  if (tree_) return tree_is_false("all pieces match it, and the whole is " + why);
  if (suspects_) {
    suspects_->heard(false);
    if (!suspects_->is_over()) return accuse();
    return convict(suspects_->left().front().source, why);
  }
  const std::vector<Given> givers = swarm_->blame().givers();
  if (givers.size() < 2) {
    if (!givers.empty() && givers.front().source != kNobody) host_.caught(givers[0].source, why);
    host_.say(api::LogLevel::warn, "content does not match (" + why + "), source blamed");
    return start_over(careful_);
  }
  host_.say(api::LogLevel::warn, "content does not match (" + why + "), from several sources");
  if (convict_) return start_over(true);
  suspects_.emplace(givers);
  accuse();
}

// Their bytes are fetched from the others, and the whole is checked again.
void Content::accuse() {
  clear_accused();
  for (const SourceIndex source : suspects_->accused()) {
    if (source != kNobody) {
      accused_.push_back(source);
      host_.accused(source, true);
      swarm_->remove_source(source, context_->now());
    }
    swarm_->take_back(source, context_->now());
  }
  lost();
  host_.stirred();
}

void Content::clear_accused() {
  for (const SourceIndex source : std::exchange(accused_, {}))
    host_.accused(source, false);
}

void Content::convict(SourceIndex source, const std::string& why) {
  clear_accused();
  suspects_.reset();
  convict_ = source;
  if (source != kNobody) host_.caught(source, why);
  swarm_->drop(source, context_->now());
  swarm_->take_back(source, context_->now());
  lost();
  host_.stirred();
}

void Content::start_differs() {
  const std::string why = "its start does not match its hash";
  const std::vector<Given> givers = swarm_->blame().givers();
  const bool is_known = givers.size() == 1 && givers.front().source != kNobody;
  if (is_known) host_.caught(givers.front().source, why);
  host_.say(api::LogLevel::warn, "content does not match (" + why + ")" +
                                     (is_known ? ", source blamed" : ", from several sources"));
  start_over(careful_ || !is_known);
}

void Content::start_over(bool careful) {
  stop_sharing();
  careful_ = careful_ || careful || convict_;
  clear_accused();
  suspects_.reset();
  if (convict_ && *convict_ != kNobody) host_.pardoned(*convict_);
  convict_.reset();
  learned_.reset();
  ++generation_;
  ++losses_;
  swarm_.reset();
  finishing_ = false;
  have_bytes_ = 0;
  host_.restarted(true);
  part_.start_over(host_.resume(), still(&Content::read_on));
}

void Content::keep_record(bool more_comes) {
  part_.keep(
      host_.resume(), more_comes, now_ms(), [self = shared_from_this()](const Stored& stored) {
        if (stored.what == Stored::What::trouble && !self->closed_)
          self->host_.say(api::LogLevel::warn, "would not go on after a restart: " + stored.why);
      });
}

// ---- the tree

// Of one piece the digest of the whole says as much.
void Content::tree_at(SourceIndex source, const Endpoint& from, const TreeLink& link) {
  if (!wanted_.sha1 || swarm_->map().pieces() < 2 || from.port == 0) return;
  trust_.told(link.root, source);
  const bool is_known =
      std::ranges::any_of(tellers_, [&](const Tellers& each) { return each.source == source; });
  if (is_known || tellers_.size() >= kMostTellers) return;
  const auto asked = trees_asked_.find(source);
  if (asked != trees_asked_.end() && asked->second >= kMostTreesAsked) return;
  tellers_.push_back({source, from, link});
  look_for_tree();
}

void Content::look_for_tree() {
  const auto root = trust_.best();
  if (tree_ || tree_fetch_ || !root) return;
  const auto at =
      std::ranges::find_if(tellers_, [&](const Tellers& each) { return each.link.root == *root; });
  if (at == tellers_.end()) return;
  const Tellers teller = *at;
  tellers_.erase(at);
  ++trees_asked_[teller.source];
  tree_fetch_ =
      std::make_shared<TreeFetch>(context_, teller.from, teller.link, wanted_.size_bytes,
                                  [weak = weak_from_this(), teller](Result<HashTree> tree) {
                                    if (const auto self = weak.lock(); self && !self->closed_)
                                      self->got_tree(teller, std::move(tree));
                                  });
  tree_fetch_->start();
}

void Content::got_tree(const Tellers& teller, Result<HashTree> tree) {
  tree_fetch_.reset();
  if (tree && tree->shape().leaf_bytes() > piece_bytes_of(wanted_.size_bytes))
    tree = fail(Errc::unsupported, "the tree is too coarse");
  if (!tree) {
    host_.say(api::LogLevel::info, tree.error().detail);
    return look_for_tree();
  }
  if (finishing_ || !swarm_) {
    tellers_.push_back(teller);
    return;
  }
  trust_.use(teller.link.root);
  tree_ = std::make_shared<const HashTree>(std::move(*tree));
  checked_all_ = false;
  part_.check_by(tree_);
  swarm_->use_tree();
  check(swarm_->map().unchecked());
}

// A record may call right what has changed while the program was off.
bool Content::check_all() {
  if (std::exchange(checked_all_, true)) return false;
  std::vector<PieceIndex> all(swarm_->map().pieces());
  std::iota(all.begin(), all.end(), PieceIndex{0});
  check(std::move(all));
  host_.stirred();
  return true;
}

// What it called right is not to be trusted; whom it convicted may be honest.
void Content::tree_is_false(const std::string& why) {
  const TigerRoot root = tree_->root();
  host_.say(api::LogLevel::warn, "the tree of hashes is false: " + why);
  for (const SourceIndex source : std::exchange(convicts_, {}))
    host_.pardoned(source);
  for (const SourceIndex source : trust_.tellers(root))
    host_.caught(source, "told a false tree of hashes");
  trust_.refuse(root);
  stop_sharing();
  tree_.reset();
  part_.check_by(nullptr);
  part_.keep_only(swarm_->map().had());
  ++generation_;
  ++losses_;
  finishing_ = false;
  host_.restarted(false);
  swarm_.reset();
  // Checks by it may be under way: what they left is known behind them.
  part_.tell([self = shared_from_this(), n = generation_](const Stored&, const PieceMap& there) {
    if (n != self->generation_) return;
    PieceMap map = there;
    for (PieceIndex piece = 0; piece < map.pieces(); ++piece)
      if (map.is_verified(piece)) map.lose(map.extent_of(piece));
    self->part_.keep_only(map.had());
    self->make_plan(map);
    self->host_.opened();
    self->look_for_tree();
  });
}

}  // namespace p2p::transfer
