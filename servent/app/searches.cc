#include "servent/app/searches.h"

#include <algorithm>

#include "protocols/base/query.h"

#include "servent/app/link.h"

namespace p2p::app {

namespace {

constexpr std::size_t kMaxSearches = 9;      // the chips of the screen; the oldest closes itself
constexpr std::size_t kMaxResults = 20'000;  // of one search; later rows are dropped
constexpr std::size_t kMaxSources = 200;     // of one row; later ones are dropped

std::string group_key(const Hit& hit) {
  if (hit.sha1) return to_base32(*hit.sha1);  // mark() relies on it
  // With the size: mldonkey's hash does not cover what lies behind the first 300 KiB.
  const auto& uuhash = hit.source.uuhash;
  const std::string name = uuhash ? to_hex(*uuhash) : std::string(base_name(hit.name));
  return name + '\0' + std::to_string(hit.size_bytes);
}

bool is_same(const FoundFile& a, const FoundFile& b) {
  if (a.sha1 && b.sha1) return a.sha1 == b.sha1;
  if (a.size_bytes != b.size_bytes) return false;
  if (a.uuhash && b.uuhash) return a.uuhash == b.uuhash;
  return !a.sha1 && !b.sha1 && a.name == b.name;
}

std::string folder_of(const std::string& name) {
  return name.substr(0, name.size() - base_name(name).size());
}

std::string words_for(const Ended& end) {
  switch (end.why) {
    case Ended::Why::complete: return "complete";
    case Ended::Why::limit: return "enough results";
    case Ended::Why::cancelled: return end.text.empty() ? "stopped" : end.text;
    case Ended::Why::refused: return end.text.empty() ? "refused" : "refused: " + end.text;
    case Ended::Why::timeout: return "time is up";
    case Ended::Why::no_link: return "no link is up";
  }
  return {};
}

template <class T>
void know(T& known, const T& told) {
  if (known == T{}) known = told;
}

// What one source does not say of a file another may.
void learn(api::ResultRow& row, const Hit& hit) {
  know(row.media.bitrate_kbps, hit.media.bitrate_kbps);
  know(row.media.sample_rate_hz, hit.media.sample_rate_hz);
  know(row.media.duration_s, hit.media.duration_s);
  know(row.tags.artist, hit.tags.artist);
  know(row.tags.title, hit.tags.title);
  know(row.tags.album, hit.tags.album);
  know(row.tags.genre, hit.tags.genre);
  know(row.tags.year, hit.tags.year);
  if (row.tags.width != 0 && row.tags.height != 0) return;
  row.tags.width = hit.tags.width;
  row.tags.height = hit.tags.height;
}

// A rate that nobody measured is a claim, and what is not said stays unknown.
api::SourceRow row_of(const Hit& hit) {
  const Source& source = hit.source;
  api::SourceRow row;
  row.rate_bps = hit.claimed_bps;
  row.claims = hit.claimed_bps > 0;
  row.hops = hit.hops;
  if (hit.free_slot) row.state = *hit.free_slot ? "free slot" : "busy";
  row.network = source.network;
  row.user = source.user;
  row.name = source.name;
  if (source.endpoint.port != 0) row.at = to_text(source.endpoint);
  return row;
}

}  // namespace

std::uint32_t Searches::open(const std::string& text, std::size_t networks, api::Millis now,
                             std::uint32_t wish) {
  if (searches_.size() >= kMaxSearches) searches_.erase(searches_.begin());
  One& search = searches_[++last_];
  search.row.id = last_;
  search.row.text = text;
  search.row.wish = wish;
  search.row.started_ms = now;
  search.pending = networks;
  if (networks == 0) {
    search.row.state = api::SearchState::finished;
    search.row.ended_ms = now;
    search.row.why = "no network runs";
  }
  return last_;
}

std::vector<Sha1> Searches::add(SearchId id, std::vector<Hit> hits, api::Millis now) {
  std::vector<Sha1> fresh;
  const auto found = searches_.find(static_cast<std::uint32_t>(id));
  if (found == searches_.end()) return fresh;
  for (Hit& hit : hits) {
    const std::optional<Sha1> sha1 = hit.sha1;
    if (add_hit(found->second, std::move(hit), now) && sha1) fresh.push_back(*sha1);
  }
  return fresh;
}

bool Searches::mark(const Sha1& content, api::Have have) {
  bool changed = false;
  const std::string key = to_base32(content);
  for (auto& [id, search] : searches_) {
    const auto at = search.by_key.find(key);
    if (at == search.by_key.end()) continue;
    api::ResultRow& row = search.results[at->second];
    if (row.have == have) continue;
    changed = true;
    row.have = have;
    row.change = ++changes_;
  }
  return changed;
}

bool Searches::add_hit(One& search, Hit hit, api::Millis now) {
  const auto [at, is_new] = search.by_key.try_emplace(group_key(hit), search.results.size());
  if (is_new) {
    if (search.results.size() >= kMaxResults) {
      search.by_key.erase(at);
      return false;
    }
    api::ResultRow row;
    row.key = search.results.size() + 1;
    row.name = base_name(hit.name);
    row.folder = folder_of(hit.name);
    row.size_bytes = hit.size_bytes;
    if (hit.sha1) row.digest = to_urn(*hit.sha1);
    row.seen_ms = now;
    search.results.push_back(std::move(row));
    search.found.push_back(
        {std::string(base_name(hit.name)), hit.size_bytes, hit.sha1, hit.start_md5, {}});
    search.row.results = search.results.size();
  }
  api::ResultRow& row = search.results[at->second];
  FoundFile& result = search.found[at->second];
  learn(row, hit);
  row.change = ++changes_;
  const bool known = std::ranges::find(result.sources, hit.source) != result.sources.end();
  if (known || result.sources.size() >= kMaxSources) return is_new;
  row.sources.push_back(row_of(hit));
  if (!result.uuhash) result.uuhash = hit.source.uuhash;
  result.sources.push_back(std::move(hit.source));
  row.link =
      make_link({result.sha1, result.uuhash}, result.size_bytes, result.name, result.sources);
  ++search.row.sources;
  return is_new;
}

void Searches::ended(const Ended& end, api::Millis now) {
  const auto found = searches_.find(static_cast<std::uint32_t>(end.id));
  if (found == searches_.end() || found->second.pending == 0) return;
  One& search = found->second;
  // One network's trouble is worth telling over another's plain end.
  if (search.row.why.empty() || end.why != Ended::Why::complete) search.row.why = words_for(end);
  if (--search.pending > 0) return;
  search.row.state = api::SearchState::finished;
  search.row.ended_ms = now;
}

bool Searches::close(std::uint32_t id) {
  return searches_.erase(id) > 0;
}

std::vector<api::SearchRow> Searches::rows() const {
  std::vector<api::SearchRow> rows;
  rows.reserve(searches_.size());
  for (const auto& [id, search] : searches_)
    rows.push_back(search.row);
  return rows;
}

std::span<const api::ResultRow> Searches::results(std::uint32_t id) const {
  const auto found = searches_.find(id);
  if (found == searches_.end()) return {};
  return found->second.results;
}

const FoundFile* Searches::result(std::uint32_t id, std::uint64_t key) const {
  const auto found = searches_.find(id);
  if (found == searches_.end() || key == 0 || key > found->second.found.size()) return nullptr;
  return &found->second.found[key - 1];
}

const std::string* Searches::text(std::uint32_t id) const {
  const auto found = searches_.find(id);
  return found == searches_.end() ? nullptr : &found->second.row.text;
}

std::uint32_t Searches::wish(std::uint32_t id) const {
  const auto found = searches_.find(id);
  return found == searches_.end() ? 0 : found->second.row.wish;
}

std::vector<Source> Searches::sources_of(const FoundFile& file) const {
  std::vector<Source> sources;
  for (const auto& [id, search] : searches_)
    for (const FoundFile& result : search.found)
      if (is_same(file, result))
        sources.insert(sources.end(), result.sources.begin(), result.sources.end());
  return sources;
}

}  // namespace p2p::app
