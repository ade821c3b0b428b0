#include "servent/transfer/crew.h"

#include <algorithm>
#include <utility>

namespace p2p::transfer {

namespace {

// Milliseconds for which one that was just asked is believed to give kGuess.
constexpr std::int64_t kBelieved = 5'000;

}  // namespace

SupplyPtr Crew::take(std::size_t index) {
  const auto at = std::ranges::find(supplies_, index, &Supply::index);
  if (at == supplies_.end()) return nullptr;
  SupplyPtr supply = std::move(*at);
  supplies_.erase(at);
  return supply;
}

void Crew::close() {
  for (const SupplyPtr& supply : supplies_)
    supply->close();
}

std::size_t Crew::giving() const {
  return static_cast<std::size_t>(std::ranges::count_if(supplies_, &Supply::is_giving));
}

Supply* Crew::find(std::size_t index) const {
  const auto at = std::ranges::find(supplies_, index, &Supply::index);
  return at == supplies_.end() ? nullptr : at->get();
}

SupplyPtr Crew::waiting_for(ReachId id) const {
  const auto at = std::ranges::find_if(
      supplies_, [id](const SupplyPtr& supply) { return supply->waits_for(id); });
  return at == supplies_.end() ? nullptr : *at;
}

SupplyPtr Crew::awaiting(const Call& call) const {
  const auto at = std::ranges::find_if(
      supplies_, [&](const SupplyPtr& supply) { return supply->awaits(call); });
  return at == supplies_.end() ? nullptr : *at;
}

const Supply* Crew::asked() const {
  const Supply* asked = nullptr;
  for (const SupplyPtr& supply : supplies_)
    if (asked == nullptr || supply->state() == Supply::State::awaited) asked = supply.get();
  return asked;
}

std::uint64_t Crew::rate(const Swarm& plan, Time now) const {
  std::uint64_t rate = 0;
  for (const SupplyPtr& supply : supplies_) {
    const std::uint64_t given = plan.rate(static_cast<SourceIndex>(supply->index()), now);
    const bool is_new = now < Time(Duration(supply->since() + kBelieved));
    rate += supply->is_giving() && given > 0 ? given : is_new ? kGuess : 0;
  }
  return rate;
}

}  // namespace p2p::transfer
