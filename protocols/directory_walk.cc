#include "protocols/directory_walk.h"

#include <algorithm>
#include <limits>

#include "protocols/base/keywords.h"
#include "protocols/directory.h"

namespace p2p {

namespace {

// What one search may cost: one for each list asked for a candidate, more for a name that is cut
// into words. Up to fifteen milliseconds; only words of a great many files come near that.
constexpr std::size_t kMaxWork = 500'000;
constexpr std::size_t kNameWork = 64;
constexpr std::size_t kRowWork = kMaxWork / Directory::kMaxRows;
constexpr std::size_t kMaxPrefixWords =
    4096;  // with more words of one beginning all files are walked
// Only when the rarest word has more files than this is a prefix looked up to begin with.
constexpr std::size_t kManyFiles = 4096;

// Limits are enough of a question; some of these are for the caller to compare.
bool has_limits(const Query& query) {
  return query.kind != FileKind::any || !query.size_bytes.is_everything() ||
         !query.bitrate_kbps.is_everything() || !query.sample_rate_hz.is_everything() ||
         !query.duration_s.is_everything() || !query.link_speed.is_everything() ||
         !query.year.is_everything() || !query.width.is_everything() ||
         !query.height.is_everything();
}

bool begins_a_word(const std::vector<std::string>& words, const std::string& prefix) {
  return std::ranges::any_of(words, [&](const std::string& w) { return w.starts_with(prefix); });
}

}  // namespace

QueryWalk::QueryWalk(const Vocabulary& vocabulary, const Rows& rows, const Query& query,
                     bool beyond_names)
    : vocabulary_(&vocabulary),
      rows_(&rows),
      beyond_names_(beyond_names),
      bound_(kNoFile) {
  const bool asks = !query.words.empty() || !query.prefixes.empty() || !query.texts.empty();
  if (query.sha1 || query.uuhash || !(asks || has_limits(query))) return;
  if (!find_words(query) || !find_leader(query)) return;
  for (const std::string& word : query.excluded)
    if (const auto* list = vocabulary.find(word)) none_.emplace_back(*list);
  bound_ = kNoFile - 1;
  step_work_ = !asks ? kRowWork : all_.size() + (leader_ || all_.empty() ? 1 : 0);
}

// False when one of them is in no file.
bool QueryWalk::find_words(const Query& query) {
  std::vector<const Postings*> lists;
  for (const auto* words : {&query.words, &query.texts.artist, &query.texts.title,
                            &query.texts.album, &query.texts.genre}) {
    for (const std::string& word : *words) {
      const Postings* list = vocabulary_->find(word);
      if (list == nullptr) return false;
      if (std::ranges::find(lists, list) == lists.end()) lists.push_back(list);
    }
  }
  std::ranges::sort(lists, {}, [](const auto* list) { return list->size(); });
  least_ = lists.empty() ? std::numeric_limits<std::size_t>::max() : lists[0]->size();
  all_.reserve(lists.size());
  for (const auto* list : lists)
    all_.emplace_back(*list);
  return true;
}

// False when a prefix begins no word of any file.
bool QueryWalk::find_leader(const Query& query) {
  std::size_t leads = query.prefixes.size();
  for (std::size_t i = 0; i < query.prefixes.size(); ++i) {
    Prefix& prefix = prefixes_.emplace_back(Prefix{&query.prefixes[i]});
    if (!beyond_names_ && least_ <= kManyFiles) continue;
    prefix.found = vocabulary_->find_prefix(*prefix.text, kMaxPrefixWords, prefix.lists);
    if (!prefix.found) continue;
    if (prefix.lists.empty()) return false;
    std::size_t sum = 0;
    for (const auto* list : prefix.lists)
      sum += list->size();
    if (sum >= least_) continue;
    least_ = sum;
    leads = i;
  }
  if (leads == query.prefixes.size()) return true;
  // Its files need no further look.
  leader_.emplace(prefixes_[leads].lists);
  prefixes_.erase(prefixes_.begin() + static_cast<std::ptrdiff_t>(leads));
  return true;
}

// Each list in turn pulls the candidate down to a file of its own, until all name the same.
std::uint32_t QueryWalk::candidate() {
  if (all_.empty()) {
    work_ += step_work_;
    return leader_ ? leader_->at_most(bound_) : rows_->at_most(bound_);
  }
  std::uint32_t id = bound_;
  for (std::uint32_t before = kNoFile; id != before; work_ += step_work_) {
    if (work_ >= kMaxWork) return kNoFile;
    before = id;
    if (leader_) id = leader_->at_most(id);
    for (std::size_t i = 0; i < all_.size() && id != kNoFile; ++i)
      id = all_[i].at_most(id);
    if (id == kNoFile) return kNoFile;
  }
  return id;
}

bool QueryWalk::next() {
  while (bound_ != kNoFile && work_ < kMaxWork) {
    id_ = candidate();
    bound_ = id_ == kNoFile || id_ == 0 ? kNoFile : id_ - 1;
    if (id_ == kNoFile) return false;
    row_ = rows_->find(id_);
    work_ += none_.size();
    if (row_ != nullptr && std::ranges::none_of(none_, [&](PostingCursor& cursor) {
          return cursor.at_most(id_) == id_;
        }))
      return true;
  }
  return false;
}

bool QueryWalk::has_prefixes(std::string_view name) {
  if (prefixes_.empty()) return true;
  work_ += kNameWork;
  words_into(searched_part(name), kMaxQueryWords, words_);
  return std::ranges::all_of(prefixes_, [&](Prefix& prefix) {
    return begins_a_word(words_, *prefix.text) || is_indexed(prefix);
  });
}

// Whether the file has a word that begins so beyond its name.
bool QueryWalk::is_indexed(Prefix& prefix) {
  if (!beyond_names_ || !prefix.found) return false;
  const std::size_t before = prefix.files ? prefix.files->looks() : 0;
  if (!prefix.files) prefix.files.emplace(prefix.lists);
  const bool has = prefix.files->at_most(id_) == id_;
  work_ += prefix.files->looks() - before;
  return has;
}

}  // namespace p2p
