#include "servent/transfer/tree_trust.h"

#include <algorithm>

namespace p2p::transfer {

void TreeTrust::told(const TigerRoot& root, SourceIndex source) {
  for (Told& each : roots_)
    if (each.root != root) each.by.erase(source);
  const auto at = std::ranges::find(roots_, root, &Told::root);
  if (at != roots_.end())
    at->by.insert(source);
  else if (roots_.size() < kMostRoots)
    roots_.push_back({root, {source}, false});
}

std::optional<TigerRoot> TreeTrust::best() const {
  const Told* best = nullptr;
  for (const Told& each : roots_)
    if (!each.refused && !each.by.empty() && (best == nullptr || each.by.size() > best->by.size()))
      best = &each;
  return best == nullptr ? std::nullopt : std::optional(best->root);
}

std::vector<SourceIndex> TreeTrust::tellers(const TigerRoot& root) const {
  const auto at = std::ranges::find(roots_, root, &Told::root);
  if (at == roots_.end()) return {};
  return {at->by.begin(), at->by.end()};
}

void TreeTrust::use(const TigerRoot& root) {
  used_ = root;
  convicted_.clear();
  confirmed_ = false;
}

bool TreeTrust::is_teller(SourceIndex source) const {
  return std::ranges::any_of(
      roots_, [&](const Told& each) { return each.root == used_ && each.by.contains(source); });
}

void TreeTrust::right(SourceIndex giver) {
  confirmed_ = confirmed_ || (giver != kNobody && !is_teller(giver));
}

void TreeTrust::wrong(SourceIndex giver) {
  if (giver != kNobody && !is_teller(giver)) convicted_.insert(giver);
}

void TreeTrust::refuse(const TigerRoot& root) {
  for (Told& each : roots_)
    if (each.root == root) each.refused = true;
  if (used_ == root) used_.reset();
}

}  // namespace p2p::transfer
