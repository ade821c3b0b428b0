#include "tui/result_order.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace p2p::tui {

namespace {

// The same for a result and a download of it: of the digest, else of name and size.
std::size_t file_hash(const std::string& digest, const std::string& name,
                      std::uint64_t size_bytes) {
  return std::hash<std::string>{}(digest.empty() ? name + '\0' + std::to_string(size_bytes)
                                                 : digest);
}

}  // namespace

std::string ResultOrder::user_key(const std::string& network, const std::string& user) {
  return network + '\0' + user;
}

bool ResultOrder::is_ignored(const api::SourceRow& source) const {
  return !how_.ignored.empty() && how_.ignored.contains(user_key(source.network, source.user));
}

void ResultOrder::forget() {
  facts_.clear();
  files_.clear();
  told_sources_.clear();
  came_.clear();
  passes_.clear();
  sorted_.clear();
  newest_ms_ = 0;
}

bool ResultOrder::update(const api::Snapshot& snapshot, const How& how) {
  const auto search = std::ranges::find(snapshot.searches, snapshot.search, &api::SearchRow::id);
  const std::size_t answers = search == snapshot.searches.end() ? 0 : search->sources;
  const bool same_search = search_ == snapshot.search && snapshot.results.size() >= facts_.size();
  const bool same_moment =
      same_search && revision_ == snapshot.revision && facts_.size() == snapshot.results.size();
  const bool same_answers = same_search && facts_.size() == snapshot.results.size() &&
                            (same_moment || (answers_ == answers && answers > 0));
  const bool other_filter = how.filter != how_.filter;
  const bool other_users = how.ignored != how_.ignored;
  const bool other_column = how.order.column != how_.order.column;
  const bool other_order = how.order != how_.order;
  how_ = how;
  search_ = snapshot.search;
  revision_ = snapshot.revision;
  answers_ = answers;

  if (!same_search) forget();
  if (other_users) std::ranges::fill(told_sources_, 0);
  if (other_filter) filter_ = Filter(how.filter);
  if (!same_moment) look_at_downloads(snapshot);
  changed_.clear();
  if (!same_answers || other_users) look_at(snapshot);
  if (!changed_.empty() || other_column) sort(snapshot, other_column);
  const bool judge_all = other_filter || (!same_moment && filter_.asks_have());
  if (judge_all)
    for (std::uint32_t i = 0; i < facts_.size(); ++i)
      judge(snapshot, i);
  else
    for (const std::uint32_t i : changed_)
      judge(snapshot, i);
  if (same_search && changed_.empty() && !judge_all && !other_order) return false;

  shown_.clear();
  for (const std::uint32_t i : sorted_)
    if (passes_[i]) shown_.push_back(i);
  if (how.order.reverse) std::ranges::reverse(shown_);
  ignored_ = how.ignored.empty()
                 ? 0
                 : static_cast<std::size_t>(std::ranges::count(facts_, 0U, &ResultFacts::sources));
  return true;
}

void ResultOrder::look_at(const api::Snapshot& snapshot) {
  const std::size_t known = facts_.size();
  const std::size_t size = snapshot.results.size();
  facts_.resize(size);
  files_.resize(size);
  told_sources_.resize(size, 0);
  came_.resize(size, known == 0 ? 0 : snapshot.now_ms);  // those that were there are no news
  passes_.resize(size, false);
  if (known < size && known > 0) newest_ms_ = snapshot.now_ms;
  for (std::uint32_t i = 0; i < size; ++i) {
    const api::ResultRow& row = snapshot.results[i];
    if (i < known && told_sources_[i] == row.sources.size()) continue;
    told_sources_[i] = static_cast<std::uint32_t>(row.sources.size());
    files_[i] = file_hash(row.digest, row.name, row.size_bytes);
    ResultFacts& facts = facts_[i];
    facts = bare_facts(row);
    for (const api::SourceRow& source : row.sources)
      if (!is_ignored(source)) add_source(facts, source);
    changed_.push_back(i);
  }
}

void ResultOrder::look_at_downloads(const api::Snapshot& snapshot) {
  downloads_.clear();
  for (const api::DownloadRow& row : snapshot.downloads) {
    if (row.state == api::DownloadState::failed) continue;
    const auto have = row.state == api::DownloadState::done ? api::Have::have : api::Have::queued;
    downloads_.try_emplace(file_hash("", row.name, row.size_bytes), have);
    if (!row.digest.empty()) downloads_.try_emplace(file_hash(row.digest, "", 0), have);
  }
}

api::Have ResultOrder::have(const api::ResultRow& row, std::uint32_t result) const {
  if (row.have != api::Have::no || downloads_.empty()) return row.have;
  const auto at = downloads_.find(files_[result]);
  return at == downloads_.end() ? api::Have::no : at->second;
}

bool ResultOrder::is_coming(std::uint32_t result) const {
  const auto at = downloads_.find(files_[result]);
  return at != downloads_.end() && at->second == api::Have::queued;
}

bool ResultOrder::is_before(const api::Snapshot& snapshot, std::uint32_t a, std::uint32_t b) const {
  const ResultFacts& x = facts_[a];
  const ResultFacts& y = facts_[b];
  switch (how_.order.column) {
    case 'n': break;
    case 's':
      if (x.size_bytes != y.size_bytes) return x.size_bytes > y.size_bytes;
      break;
    case 'r':
      if (x.rate_bps != y.rate_bps) return x.rate_bps > y.rate_bps;
      break;
    case 't':
      if (const int types = x.extension.compare(y.extension); types != 0) return types < 0;
      break;
    case 'd':
      if (const int digests = snapshot.results[a].digest.compare(snapshot.results[b].digest);
          digests != 0)
        return digests < 0;
      break;
    default:
      if (x.free != y.free) return x.free > y.free;
      if (x.sources != y.sources) return x.sources > y.sources;
      if (x.rate_bps != y.rate_bps) return x.rate_bps > y.rate_bps;
  }
  const int names = x.name.compare(y.name);
  return names != 0 ? names < 0 : a < b;
}

// Few that changed are taken out and put in again where they belong; the others stay as they are.
void ResultOrder::sort(const api::Snapshot& snapshot, bool all) {
  const auto before = [&](std::uint32_t a, std::uint32_t b) { return is_before(snapshot, a, b); };
  if (all || changed_.size() > facts_.size() / 4) {
    sorted_.clear();
    for (std::uint32_t i = 0; i < facts_.size(); ++i)
      sorted_.push_back(i);
    std::ranges::sort(sorted_, before);
    return;
  }
  std::vector<bool> moves(facts_.size(), false);
  for (const std::uint32_t i : changed_)
    moves[i] = true;
  std::erase_if(sorted_, [&](std::uint32_t i) { return moves[i]; });
  std::ranges::sort(changed_, before);
  std::vector<std::uint32_t> merged;
  merged.reserve(facts_.size());
  auto from = sorted_.begin();
  for (const std::uint32_t i : changed_) {
    const auto to = std::upper_bound(from, sorted_.end(), i, before);
    merged.insert(merged.end(), from, to);
    merged.push_back(i);
    from = to;
  }
  merged.insert(merged.end(), from, sorted_.end());
  sorted_ = std::move(merged);
}

void ResultOrder::judge(const api::Snapshot& snapshot, std::uint32_t result) {
  ResultFacts& facts = facts_[result];
  const bool is_hidden = facts.sources == 0 && !how_.ignored.empty();
  if (filter_.asks_have()) facts.have = have(snapshot.results[result], result);
  passes_[result] = !is_hidden && filter_.passes(facts);
}

bool ResultOrder::passes_alone(const api::SourceRow& source, std::uint32_t result) const {
  if (is_ignored(source)) return false;
  if (!filter_.asks_sources()) return true;
  ResultFacts alone = facts_[result];
  alone.users.clear();
  alone.rate_bps = 0;
  alone.claims = false;
  alone.sources = 0;
  alone.free = 0;
  add_source(alone, source);
  alone.sources = facts_[result].sources;
  return filter_.passes(alone);
}

}  // namespace p2p::tui
