// What is right of a Content: the pieces by their tree, the whole by its digest, and who is blamed.
#include <algorithm>
#include <ctime>
#include <numeric>
#include <utility>

#include "servent/transfer/content.h"
#include "servent/transfer/names.h"
#include "servent/transfer/tree_fetch.h"

namespace p2p::transfer {

namespace {

constexpr std::size_t kMostTellers = 32;  // trees that may be asked for still
constexpr unsigned kMostTreesAsked = 2;   // of one source, which tells of it in each answer

}  // namespace

// ---- the whole

bool Content::agrees(const Sha1& told) {
  const std::optional<Sha1>& expected = wanted_.sha1 ? wanted_.sha1 : learned_;
  if (expected) return *expected == told;
  learned_ = told;
  part_.expect(told);
  return true;
}

void Content::modified(std::int64_t unix_s) {
  if (unix_s > std::time(nullptr)) return;
  modified_unix_ = std::min(modified_unix_.value_or(unix_s), unix_s);
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
  part_.finish(safe_name(wanted_.name), modified_unix_,
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
  if (swarm_) count_right({0, wanted_.size_bytes});  // pieces that nobody had time to check
  ++generation_;
  have_bytes_ = wanted_.size_bytes;
  if (std::exchange(is_shared_, false))
    context_->parts.finish(*wanted_.sha1, {stored.path, stored.modified_unix}, now_ms());
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
  modified_unix_.reset();
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
  unchecked_ = swarm_->map().unchecked();
  check_some();
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
