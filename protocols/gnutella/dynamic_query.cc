#include "protocols/gnutella/dynamic_query.h"

#include <algorithm>

namespace p2p::gnutella {

std::uint64_t reached_by(std::uint32_t degree, std::uint8_t ttl) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 40U;
  const std::uint64_t onward = std::max<std::uint32_t>(degree, 2) - 1;
  std::uint64_t sum = 0;
  std::uint64_t ring = 1;
  for (std::uint8_t i = 0; i < ttl && sum < kMost; ++i) {
    sum += ring;
    ring *= onward;
  }
  return std::min(sum, kMost);
}

bool DynamicQuery::was_asked(LinkId link) const {
  return std::ranges::find(asked_, link) != asked_.end();
}

// The lowest TTL that should bring what is missing, going by what came from those asked so far.
std::uint8_t DynamicQuery::ttl_for(const Candidate& candidate) const {
  const std::uint8_t most = std::min(candidate.max_ttl, most_ttl_);
  if (found() == 0 || hosts_ == 0) return most;
  const double per_host = static_cast<double>(found()) / static_cast<double>(hosts_);
  const double missing = static_cast<double>(wanted_ - std::min(wanted_, found()));
  const double hosts = missing / per_host;
  for (std::uint8_t ttl = 1; ttl < most; ++ttl)
    if (static_cast<double>(reached_by(candidate.degree, ttl)) >= hosts) return ttl;
  return most;
}

std::vector<DynamicQuery::Step> DynamicQuery::step(const std::vector<Candidate>& candidates,
                                                   Time now) {
  std::vector<Step> steps;
  if (done_ || now < next_) return steps;
  if (has_enough() || hosts_ >= kMostHosts) {
    done_ = true;
    return steps;
  }
  if (!probed_) {
    probed_ = true;
    for (const Candidate& one : candidates) {
      if (!one.fits || steps.size() >= kProbes) continue;
      steps.push_back({one.link, 1});
      probes_.push_back(one.link);
      ++hosts_;
    }
    if (!steps.empty()) {
      next_ = now + kLeastStep;
      return steps;
    }
  }
  const Candidate* best = nullptr;
  for (const Candidate& one : candidates) {
    if (was_asked(one.link)) continue;
    // Those that were probed come last: their own leaves have been asked already.
    const bool probed = std::ranges::find(probes_, one.link) != probes_.end();
    if (best == nullptr || (!probed && std::ranges::find(probes_, best->link) != probes_.end()))
      best = &one;
  }
  if (best == nullptr) {
    done_ = true;
    return steps;
  }
  std::uint8_t ttl = ttl_for(*best);
  if (ttl < 2 && std::ranges::find(probes_, best->link) != probes_.end()) ttl = 2;
  steps.push_back({best->link, ttl});
  asked_.push_back(best->link);
  hosts_ += reached_by(best->degree, ttl);
  next_ = now + std::max<Duration>(kLeastStep, kFirstStep - kStepLess * asked_.size());
  return steps;
}

}  // namespace p2p::gnutella
