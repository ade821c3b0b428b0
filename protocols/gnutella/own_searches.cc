#include "protocols/gnutella/own_searches.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "protocols/base/link_speed.h"

namespace p2p::gnutella {

std::size_t GuidHash::operator()(const Guid& guid) const {
  std::uint64_t half = 0;
  std::memcpy(&half, guid.bytes.data(), sizeof half);
  return half;
}

OwnSearches::One* OwnSearches::start(const Search& search, const Guid& guid, Cx& cx) {
  if (const std::string_view tag = tag_asked(search.query); !tag.empty()) {
    cx.out.report(
        Ended{search.id, Ended::Why::refused, "Gnutella cannot search by " + std::string(tag)});
    return nullptr;
  }
  const Asking asking = asking_of(search.query);
  if (asking.text.empty() && !asking.sha1) {
    cx.out.report(Ended{search.id, Ended::Why::refused, "nothing that this network can ask"});
    return nullptr;
  }
  if (known_->all.size() >= kMostSearches) {
    cx.out.report(Ended{search.id, Ended::Why::refused, "too many searches at once"});
    return nullptr;
  }
  Known& known = known_.change();
  ++known.started;
  One& one = known.all[guid];
  one.id = search.id;
  one.guid = guid;
  one.query = search.query;
  if (one.query.limit == 0) one.query.limit = kWantedHits;
  one.asking = asking;
  one.ends = cx.now + kSearchTime;
  return &one;
}

OwnSearches::One* OwnSearches::find(const Guid& guid) {
  Known* const known = known_.changed();
  if (known == nullptr) return nullptr;
  auto at = known->all.find(guid);
  if (at == known->all.end() && !known->former.empty())
    if (const auto later = known->former.find(guid); later != known->former.end())
      at = known->all.find(later->second);
  return at == known->all.end() ? nullptr : &at->second;
}

void OwnSearches::renew(One& search, const Guid& fresh) {
  const Guid old = search.guid;
  Known& known = known_.change();
  for (auto& [former, now] : known.former)
    if (now == old) now = fresh;
  known.former[old] = fresh;
  auto node = known.all.extract(old);
  node.key() = fresh;
  node.mapped().guid = fresh;
  known.all.insert(std::move(node));
}

// A servent names its files by numbers.
bool OwnSearches::is_repeated(One& search, const HitMessage& hit, const HitRecord& record) const {
  if (!search.may_repeat) return false;
  const std::uint64_t name = GuidHash()(hit.servent) * 0x9e3779b97f4a7c15U + record.index;
  return !search.told.insert(name).second;
}

std::vector<Guid> OwnSearches::guids() const {
  std::vector<Guid> guids;
  for (const auto& [guid, one] : known_->all)
    guids.push_back(guid);
  return guids;
}

void OwnSearches::all_asked(One& search, Time now) {
  search.quiet_at = now + kQuiet;
}

bool OwnSearches::take(One& search, const HitMessage& hit, const std::vector<Source>& sources,
                       std::uint32_t hops, Cx& cx) {
  std::vector<Hit> hits;
  for (std::size_t i = 0; i < hit.records.size(); ++i) {
    const HitRecord& record = hit.records[i];
    if (record.name.empty() || !is_wanted(search.query, record)) continue;
    if (is_repeated(search, hit, record)) continue;
    Hit& found = hits.emplace_back();
    found.name = record.name;
    found.size_bytes = record.size_bytes;
    found.sha1 = record.sha1;
    found.media = record.media;
    found.tags = record.tags;
    found.source = sources[i];
    found.claimed_bps = claimed_rate_bps(hit.speed_kbps);
    if (hit.busy) found.free_slot = !*hit.busy;
    found.hops = hops;
  }
  if (hits.empty()) return false;
  known_.change().found += hits.size();
  search.hits += static_cast<std::uint32_t>(hits.size());
  if (search.quiet_at != kNever) search.quiet_at = cx.now + kQuiet;
  cx.out.report(Found{search.id, std::move(hits)});
  if (search.hits < search.query.limit) return false;
  end(search.guid, Ended::Why::limit, "", cx);
  return true;
}

bool OwnSearches::cancel(SearchId id, Cx& cx) {
  const auto at =
      std::ranges::find_if(known_->all, [id](const auto& item) { return item.second.id == id; });
  if (at == known_->all.end()) return false;
  end(Guid(at->first), Ended::Why::cancelled, "", cx);
  return true;
}

void OwnSearches::end(const Guid& guid, Ended::Why why, std::string text, Cx& cx) {
  Known* const known = known_.changed();
  if (known == nullptr) return;
  const auto at = known->all.find(guid);
  if (at == known->all.end()) return;
  cx.out.report(Ended{at->second.id, why, std::move(text)});
  std::erase_if(known->former, [&](const auto& item) { return item.second == guid; });
  known->all.erase(at);
}

void OwnSearches::end_all(Ended::Why why, Cx& cx) {
  for (const Guid& guid : guids())
    end(guid, why, "", cx);
}

void OwnSearches::expire(Cx& cx) {
  for (const Guid& guid : guids()) {
    const One& one = known_->all.at(guid);
    if (one.ends <= cx.now)
      end(guid, Ended::Why::timeout, "", cx);
    else if (one.quiet_at <= cx.now)
      end(guid, Ended::Why::complete, "", cx);
  }
}

Time OwnSearches::deadline() const {
  Time first = kNever;
  for (const auto& [guid, one] : known_->all)
    first = std::min({first, one.ends, one.quiet_at});
  return first;
}

}  // namespace p2p::gnutella
