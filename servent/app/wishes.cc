#include "servent/app/wishes.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "protocols/base/letters.h"
#include "protocols/base/percent.h"

namespace p2p::app {

namespace {

// People's searches count up from 1, those for sources from 2^31 (seeker.cc): neither comes here.
constexpr std::uint32_t kWishSearches = 3U << 30U;
constexpr std::size_t kMostMet = 200;          // files of one search that may be fetched
constexpr std::size_t kMostSources = 50;       // of one of them
constexpr std::size_t kEnoughSources = 2;      // of what is fetched unasked
constexpr std::size_t kMostCandidates = 2000;  // files of one search that a filter is asked of

bool is_group(std::string_view word) {
  return word == "folder" || word == "user" || word == "none";
}

// What a file is known by, as well as its network says it.
std::string key_of(const Hit& hit) {
  if (hit.sha1) return to_base32(*hit.sha1);
  const std::string size = std::to_string(hit.size_bytes);
  if (hit.source.uuhash) return to_hex(*hit.source.uuhash) + ' ' + size;
  return std::string(base_name(hit.name)) + ' ' + size;
}

std::uint64_t to_number(std::string_view word) {
  std::uint64_t number = 0;
  std::from_chars(word.data(), word.data() + word.size(), number);
  return number;
}

}  // namespace

std::uint32_t Wishes::add(const api::AddWish& wanted) {
  const std::string group = is_group(wanted.group) ? wanted.group : "";
  if (wanted.filter.size() > kMostFilter) return 0;
  One* const there = find(wanted.text, wanted.filter);
  if (there == nullptr && wishes_.size() >= kMost) return 0;
  One& wish = there == nullptr ? wishes_[++last_] : *there;
  api::WishRow& row = wish.row;
  if (there != nullptr && row.download == wanted.download && row.group == group) return 0;
  if (there == nullptr) {
    row.id = last_;
    row.text = wanted.text;
    row.filter = wanted.filter;
    wish.filter = Filter(row.filter);
  }
  row.download = wanted.download;
  row.group = group;
  return row.id;
}

bool Wishes::drop(std::uint32_t id) {
  return wishes_.erase(id) > 0;
}

bool Wishes::see(std::uint32_t id) {
  const auto at = wishes_.find(id);
  if (at == wishes_.end()) return false;
  at->second.row.unseen = 0;
  return true;
}

const std::string* Wishes::text(std::uint32_t id) const {
  const auto at = wishes_.find(id);
  return at == wishes_.end() ? nullptr : &at->second.row.text;
}

std::vector<std::pair<SearchId, std::string>> Wishes::due(api::Millis now) {
  std::vector<std::pair<SearchId, std::string>> out;
  for (auto& [id, wish] : wishes_) {
    if (wish.ran && wish.row.next_ms > now) continue;
    wish.ran = true;
    wish.row.asked_ms = now;
    wish.row.next_ms = now + kBetween;
    wish.search = SearchId{kWishSearches | (++searches_ & (kWishSearches ^ 0xffffffffU))};
    wish.met.clear();
    wish.candidates.clear();
    wish.found = false;
    out.emplace_back(wish.search, wish.row.text);
  }
  return out;
}

std::optional<api::Millis> Wishes::next() const {
  std::optional<api::Millis> first;
  for (const auto& [id, wish] : wishes_) {
    const api::Millis at = wish.ran ? wish.row.next_ms : 0;
    first = std::min(first.value_or(at), at);
  }
  return first;
}

bool Wishes::is_ours(SearchId id) {
  return (static_cast<std::uint32_t>(id) & kWishSearches) == kWishSearches;
}

Wishes::One* Wishes::find(const std::string& text, const std::string& filter) {
  const auto at = std::ranges::find_if(wishes_, [&](const auto& one) {
    return one.second.row.text == text && one.second.row.filter == filter;
  });
  return at == wishes_.end() ? nullptr : &at->second;
}

Wishes::One* Wishes::find(SearchId id) {
  const auto at = std::ranges::find_if(
      wishes_, [&](const auto& one) { return one.second.ran && one.second.search == id; });
  return at == wishes_.end() ? nullptr : &at->second;
}

bool Wishes::meet(One& wish, std::string key) {
  const auto [at, is_new] = wish.seen.insert(std::move(key));
  if (!is_new) return false;
  wish.order.push_back(*at);
  if (wish.order.size() > kMostSeen) {
    wish.seen.erase(wish.order.front());
    wish.order.pop_front();
  }
  wish.row.seen = wish.seen.size();
  return true;
}

// As far as all that was found of it in this search tells: `src>2` needs three answers.
bool Wishes::passes(One& wish, const std::string& key, const Hit& hit) {
  if (wish.filter.empty()) return true;
  if (wish.candidates.size() >= kMostCandidates && !wish.candidates.contains(key)) return false;
  const auto [at, is_new] = wish.candidates.try_emplace(key);
  Candidate& file = at->second;
  if (is_new) {
    api::ResultRow row;
    row.name = base_name(hit.name);
    row.size_bytes = hit.size_bytes;
    file.facts = bare_facts(row);
  }
  api::SourceRow source;
  source.user = hit.source.user;
  if (file.users.size() < kMostSources &&
      file.users.insert(hit.source.network + ' ' + hit.source.user).second)
    add_source(file.facts, source);
  return wish.filter.passes(file.facts);
}

void Wishes::gather(One& wish, const Hit& hit, bool passes, News& news) {
  if (!wish.row.download || wish.row.fetched || !hit.sha1) return;
  if (wish.met.size() >= kMostMet && !wish.met.contains(*hit.sha1)) return;
  transfer::Wanted& file = wish.met[*hit.sha1];
  const auto is_same = [&](const Source& source) {
    return source.network == hit.source.network && source.user == hit.source.user;
  };
  if (file.sources.size() >= kMostSources || std::ranges::any_of(file.sources, is_same)) return;
  if (file.sources.empty()) {
    file.name = base_name(hit.name);
    file.size_bytes = hit.size_bytes;
    file.sha1 = hit.sha1;
  }
  file.sources.push_back(hit.source);
  if (file.sources.size() < kEnoughSources || !passes) return;
  news.fetch = file;
  wish.row.fetched = true;
  wish.met.clear();
}

std::optional<Wishes::News> Wishes::take(SearchId id, const std::vector<Hit>& hits) {
  if (!is_ours(id)) return {};
  News news;
  One* wish = find(id);
  if (wish == nullptr) return news;  // it was dropped meanwhile
  news.text = wish->row.text;
  for (const Hit& hit : hits) {
    const std::string key = key_of(hit);
    const bool is_good = passes(*wish, key, hit);
    if (is_good && meet(*wish, key)) ++news.fresh;
    gather(*wish, hit, is_good, news);
  }
  wish->row.unseen += news.fresh;
  if (news.fresh > 0) news.is_first = !std::exchange(wish->found, true);
  return news;
}

std::vector<api::WishRow> Wishes::rows() const {
  std::vector<api::WishRow> rows;
  rows.reserve(wishes_.size());
  for (const auto& [id, wish] : wishes_)
    rows.push_back(wish.row);
  return rows;
}

std::string Wishes::saved() const {
  std::string text;
  for (const auto& [id, wish] : wishes_) {
    const unsigned flags = (wish.row.download ? 1U : 0U) | (wish.row.fetched ? 2U : 0U);
    text += "wish " + std::to_string(flags) + ' ' + std::to_string(wish.row.unseen) + ' ' +
            percent_encoded(wish.row.text);
    if (!wish.row.filter.empty() || !wish.row.group.empty())
      text += ' ' + percent_encoded(wish.row.filter) + ' ' + wish.row.group;
    text += '\n';
    for (const std::string& key : wish.order)
      text += "seen " + percent_encoded(key) + '\n';
  }
  return text;
}

void Wishes::load(std::string_view text) {
  One* wish = nullptr;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view kind = take_until(line, ' ');
    if (kind == "wish") {
      const std::uint64_t flags = to_number(take_until(line, ' '));
      const std::uint64_t unseen = to_number(take_until(line, ' '));
      const auto words = percent_decoded(take_until(line, ' '));
      const auto filter = percent_decoded(take_until(line, ' '));
      const bool is_whole = words && !words->empty() && filter && find(*words, *filter) == nullptr;
      const std::uint32_t id =
          is_whole ? add({*words, (flags & 1U) != 0, *filter, std::string(line)}) : 0;
      wish = id == 0 ? nullptr : &wishes_[id];
      if (wish == nullptr) continue;
      wish->row.fetched = (flags & 2U) != 0;
      wish->row.unseen = unseen;
    } else if (kind == "seen" && wish != nullptr) {
      if (const auto key = percent_decoded(line); key && !key->empty()) meet(*wish, *key);
    }
  }
}

}  // namespace p2p::app
