#include "servent/app/seeker.h"

#include <algorithm>

#include "protocols/base/keywords.h"
#include "protocols/base/query.h"

namespace p2p::app {

namespace {

// People's searches count up from 1, those of wishes from 3 * 2^30 (wishes.cc): neither comes here.
constexpr std::uint32_t kSourceSearches = 1U << 31U;
constexpr std::size_t kMostWords = 8;  // more hardly narrow it, and servers look at few

bool is_wanted(const transfer::Wanted& wanted, const Hit& hit) {
  if (wanted.sha1 && hit.sha1) return wanted.sha1 == hit.sha1;
  if (wanted.start_md5 && hit.start_md5 && wanted.start_md5 != hit.start_md5) return false;
  if (hit.size_bytes != wanted.size_bytes) return false;
  if (wanted.uuhash && hit.source.uuhash) return wanted.uuhash == hit.source.uuhash;
  return base_name(hit.name) == base_name(wanted.name);
}

Query query_for(const transfer::Wanted& wanted, bool by_uuhash) {
  Query query;
  if (by_uuhash && wanted.uuhash) {
    query.uuhash = wanted.uuhash;
    return query;
  }
  query.words = words_of(base_name(wanted.name), kMostWords);
  if (query.words.empty()) query.sha1 = wanted.sha1;
  return query;
}

}  // namespace

std::vector<std::pair<std::string, Search>> Seeker::seek(std::uint32_t download,
                                                         const transfer::Wanted& wanted,
                                                         const std::vector<Network>& networks) {
  std::vector<std::pair<std::string, Search>> searches;
  const auto same = [download](const auto& one) { return one.second.download == download; };
  if (std::ranges::any_of(searches_, same)) return searches;
  const SearchId id{kSourceSearches | (last_ + 1)};
  for (const Network& network : networks) {
    Search search{id, query_for(wanted, network.by_uuhash)};
    if (!search.query.asks_nothing()) searches.emplace_back(network.name, std::move(search));
  }
  if (searches.empty()) return searches;
  ++last_;
  searches_[id] = {download, wanted, searches.size()};
  return searches;
}

std::optional<Seeker::Sources> Seeker::take(SearchId id, const std::vector<Hit>& hits) const {
  const auto at = searches_.find(id);
  if (at == searches_.end()) return {};
  Sources out{at->second.download, {}};
  for (const Hit& hit : hits)
    if (is_wanted(at->second.wanted, hit)) out.sources.push_back(hit.source);
  return out;
}

bool Seeker::ended(SearchId id) {
  const auto at = searches_.find(id);
  if (at == searches_.end()) return false;
  if (--at->second.pending == 0) searches_.erase(at);
  return true;
}

}  // namespace p2p::app
