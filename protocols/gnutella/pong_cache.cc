#include "protocols/gnutella/pong_cache.h"

#include <algorithm>
#include <array>

namespace p2p::gnutella {

void PongCache::add(const Known& pong) {
  std::vector<Known>& known = known_.change();
  std::erase_if(known, [&](const Known& one) {
    return one.endpoint == pong.endpoint || pong.at - one.at > kAge;
  });
  if (known.size() >= kMost) known.erase(known.begin());
  if (known.capacity() > 4 * known.size() + 4) known.shrink_to_fit();
  known.push_back(pong);
}

void PongCache::forget(LinkId from) {
  if (std::vector<Known>* const known = known_.changed())
    std::erase_if(*known, [from](const Known& one) { return one.from == from; });
}

std::vector<PongCache::Known> PongCache::answers(LinkId asker, Time now, Rng& rng) const {
  constexpr std::size_t kDistances = 8;
  std::array<std::vector<const Known*>, kDistances> by_hops;
  for (const Known& one : *known_)
    if (one.from != asker && now - one.at <= kAge)
      by_hops[std::min<std::size_t>(one.hops, kDistances - 1)].push_back(&one);
  std::vector<Known> told;
  bool any = true;
  while (any && told.size() < kAnswers) {  // one of each distance in turn
    any = false;
    for (auto& at : by_hops) {
      if (at.empty() || told.size() >= kAnswers) continue;
      std::swap(at[rng.below(at.size())], at.back());
      told.push_back(*at.back());
      at.pop_back();
      any = true;
    }
  }
  return told;
}

}  // namespace p2p::gnutella
