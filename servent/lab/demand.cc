#include "servent/lab/demand.h"

#include <limits>
#include <vector>

namespace p2p::lab {

namespace {

constexpr int kWishDraws = 100;

}  // namespace

Demand::Demand(const Placement& placement, const DemandSetup& setup)
    : placement_(placement),
      setup_(setup),
      zipf_(placement.corpus().size(), setup.asked, setup.shift),
      rng_(setup.seed) {}

std::optional<Wish> Demand::next(const std::function<bool(NodeNumber)>& is_up) {
  if (drawn_ == setup_.count) return {};
  for (int tries = 0; tries < kWishDraws; ++tries) {
    const auto node = asker(is_up);
    if (!node) return {};
    const auto file = wanted_by(*node);
    if (!file) continue;
    asked_.insert(std::uint64_t{*node} << 32U | *file);
    const World::Ms at = World::Ms{setup_.gap_ms} * drawn_++;
    return Wish{at, *node, *file, query_for(*file)};
  }
  return {};
}

std::optional<NodeNumber> Demand::asker(const std::function<bool(NodeNumber)>& is_up) {
  for (int tries = 0; tries < kWishDraws; ++tries) {
    const auto node = static_cast<NodeNumber>(rng_.below(placement_.nodes()));
    if (is_up(node)) return node;
  }
  std::vector<NodeNumber> up;  // few are
  for (NodeNumber node = 0; node < placement_.nodes(); ++node)
    if (is_up(node)) up.push_back(node);
  if (up.empty()) return {};
  return up[rng_.below(up.size())];
}

std::optional<FileNumber> Demand::wanted_by(NodeNumber node) {
  const auto is_wanted = [&](FileNumber file) {
    return !placement_.has(node, file) && !asked_.contains(std::uint64_t{node} << 32U | file);
  };
  for (int tries = 0; tries < kWishDraws; ++tries)
    if (const FileNumber file = zipf_.draw(rng_); is_wanted(file)) return file;
  // It has nearly all that is popular.
  for (FileNumber file = 0; file < placement_.corpus().size(); ++file)
    if (is_wanted(file)) return file;
  return {};
}

Query Demand::query_for(FileNumber file) {
  const Corpus& corpus = placement_.corpus();
  const bool is_for_all = static_cast<double>(rng_() >> 11U) * 0x1p-53 < setup_.by_artist;
  std::string text = corpus.artist(file);
  if (!is_for_all) text += ' ' + corpus.own_word(file);
  Query query = parse_query(text);
  query.limit = std::numeric_limits<std::uint32_t>::max();
  return query;
}

}  // namespace p2p::lab
