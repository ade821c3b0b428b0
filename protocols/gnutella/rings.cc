#include "protocols/gnutella/rings.h"

#include <algorithm>

namespace p2p::gnutella {

std::uint8_t Rings::begin(OwnSearches::One& search, Time now) {
  search.may_repeat = true;
  if (options_.ttl > 1) all_.push_back({search.guid, 1, now + options_.ring_wait});
  return 1;
}

std::optional<std::uint8_t> Rings::ttl(const OwnSearches::One& search) const {
  const auto at = std::ranges::find(all_, search.guid, &One::search);
  if (at == all_.end()) return {};
  return at->ttl;
}

std::optional<Rings::Due> Rings::due(OwnSearches& searches, const Guid& fresh, Time now) {
  for (auto at = all_.begin(); at != all_.end();) {
    if (at->next > now) {
      ++at;
      continue;
    }
    OwnSearches::One* const search = searches.find(at->search);
    if (search == nullptr || has_enough(*search)) {
      if (search != nullptr) searches.all_asked(*search, now);
      at = all_.erase(at);
      continue;
    }
    searches.renew(*search, fresh);
    at->search = fresh;
    at->next = now + options_.ring_wait;
    ++at->ttl;
    const Due due{searches.find(fresh), at->ttl, at->ttl == options_.ttl};
    if (due.is_last) all_.erase(at);
    return due;
  }
  return {};
}

Time Rings::deadline() const {
  Time first = kNever;
  for (const One& one : all_)
    first = std::min(first, one.next);
  return first;
}

}  // namespace p2p::gnutella
