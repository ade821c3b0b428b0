#include "protocols/call_quota.h"

#include <algorithm>

namespace p2p {

CallQuota::Verdict CallQuota::ask(const Endpoint& to, std::uint32_t what, Time now) {
  while (!calls_.empty() && calls_.front().at + kCallsWindow <= now)
    calls_.pop_front();
  const auto is_same = [&](const Call& call) {
    return call.to == to && call.what == what && call.at + kSameCall > now;
  };
  if (std::ranges::any_of(calls_, is_same)) return Verdict::again;
  const auto there = std::ranges::count_if(
      calls_, [&](const Call& call) { return call.to.address == to.address; });
  if (calls_.size() >= kCallsInAll || static_cast<std::size_t>(there) >= kCallsPerAddress)
    return Verdict::no;
  calls_.push_back({to, what, now});
  return Verdict::call;
}

bool may_call(const Endpoint& endpoint, bool allow_public) {
  return endpoint.port != 0 && is_routable(endpoint.address) &&
         (allow_public || is_private(endpoint.address));
}

}  // namespace p2p
