#include "servent/lab/placement.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "servent/lab/zipf.h"

namespace p2p::lab {

namespace {

double below_normal(double x) {  // the share of a normal distribution
  return std::erfc(-x / std::sqrt(2.0)) / 2;
}

// The mean of a lognormal number cut off above.
double mean_up_to(double most, double mu, double sigma) {
  const double at = (std::log(most) - mu) / sigma;
  return std::exp(mu + sigma * sigma / 2) * below_normal(at - sigma) +
         most * (1 - below_normal(at));
}

// Who shares, in the order of their numbers.
std::vector<NodeNumber> sharing_nodes(const PlacementSetup& setup, Rng& rng) {
  const auto nodes = static_cast<double>(setup.nodes);
  const auto riders = static_cast<std::size_t>(std::lround(setup.free_riders * nodes));
  std::vector<NodeNumber> all(setup.nodes);
  std::iota(all.begin(), all.end(), NodeNumber{0});
  for (std::size_t i = 0; i < std::min(riders, all.size()); ++i)
    std::swap(all[i], all[i + rng.below(all.size() - i)]);
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(riders, all.size())));
  std::ranges::sort(all);
  return all;
}

// The same number of copies of each, each at another of these nodes: rows are files.
Lists copies_anywhere(std::vector<NodeNumber> nodes, std::size_t files, double share, Rng& rng) {
  const auto wanted = std::lround(share * static_cast<double>(nodes.size()));
  const std::size_t copies = std::min(static_cast<std::size_t>(std::max(wanted, 1L)), nodes.size());
  Lists lists;
  for (std::size_t file = 0; file < files; ++file) {
    for (std::size_t i = 0; i < copies; ++i)
      std::swap(nodes[i], nodes[i + rng.below(nodes.size() - i)]);
    const auto end = nodes.begin() + static_cast<std::ptrdiff_t>(copies);
    const auto from = lists.items.insert(lists.items.end(), nodes.begin(), end);
    std::sort(from, lists.items.end());
    lists.end_row();
  }
  return lists;
}

// A node takes files one by one until it has different ones enough.
class Taking {
 public:
  Taking(const PlacementSetup& setup)
      : zipf_(setup.distinct, setup.popularity, setup.shift),
        taken_by_(setup.distinct) {}

  void take(std::size_t count, Lists& lists, Rng& rng) {
    ++taker_;
    const std::size_t start = lists.items.size();
    const std::size_t end = start + std::min(count, taken_by_.size());
    // Who wants nearly all of them would look for the last ones for long: it gets the most popular
    // of those it has not.
    for (std::size_t tries = 32 * count; tries > 0 && lists.items.size() < end; --tries)
      take_one(zipf_.draw(rng), lists);
    for (FileNumber file = 0; lists.items.size() < end; ++file)
      take_one(file, lists);
    std::sort(lists.items.begin() + static_cast<std::ptrdiff_t>(start), lists.items.end());
  }

 private:
  void take_one(FileNumber file, Lists& lists) {
    if (std::exchange(taken_by_[file], taker_) != taker_) lists.items.push_back(file);
  }

  Zipf zipf_;
  std::vector<std::uint32_t> taken_by_;
  std::uint32_t taker_ = 0;
};

Lists files_by_popularity(const std::vector<NodeNumber>& sharing, const PlacementSetup& setup,
                          Rng& rng) {
  FileCount count = setup.files;
  count.most = std::min(count.most, static_cast<double>(setup.distinct));
  if (setup.mean_files > 0) count = count.with_mean(setup.mean_files);
  Taking taking(setup);
  Lists lists;
  auto next = sharing.begin();
  for (NodeNumber node = 0; node < setup.nodes; ++node) {
    if (next != sharing.end() && *next == node) {
      taking.take(count.draw(rng), lists, rng);
      ++next;
    }
    lists.end_row();
  }
  return lists;
}

}  // namespace

std::uint32_t FileCount::draw(Rng& rng) const {
  // Box and Muller's, one of the pair; 1 - u is never 0.
  const double u = static_cast<double>(rng() >> 11U) * 0x1p-53;
  const double v = static_cast<double>(rng() >> 11U) * 0x1p-53;
  const double normal = std::sqrt(-2 * std::log(1 - u)) * std::cos(2 * 3.14159265358979323846 * v);
  const double drawn = std::exp(mu + sigma * normal);
  return static_cast<std::uint32_t>(std::lround(std::clamp(drawn, 1.0, std::max(most, 1.0))));
}

double FileCount::mean() const {
  return 1 + mean_up_to(most, mu, sigma) - mean_up_to(1, mu, sigma);
}

FileCount FileCount::with_mean(double mean) const {
  FileCount other = *this;
  double low = -20;
  double high = 20;
  for (int halving = 0; halving < 60; ++halving) {
    other.mu = (low + high) / 2;
    (other.mean() < mean ? low : high) = other.mu;
  }
  return other;
}

Placement::Placement(const PlacementSetup& setup)
    : corpus_(setup.distinct, setup.seed),
      of_nodes_(drawn(setup)),
      of_files_(turned(of_nodes_, setup.distinct)) {}

Lists Placement::drawn(const PlacementSetup& setup) {
  Rng rng(setup.seed);
  std::vector<NodeNumber> sharing = sharing_nodes(setup, rng);
  if (setup.copies <= 0) return files_by_popularity(sharing, setup, rng);
  return turned(copies_anywhere(std::move(sharing), setup.distinct, setup.copies, rng),
                setup.nodes);
}

bool Placement::has(NodeNumber node, FileNumber file) const {
  return std::ranges::binary_search(files(node), file);
}

const std::vector<FileNumber>& Placement::matching(const Query& query) {
  for (std::size_t age = 0; age < kKept; ++age) {
    const Known& known = known_[(newest_ + kKept - age) % kKept];
    if (known.query == query) return known.files;
  }
  newest_ = (newest_ + 1) % kKept;
  known_[newest_] = {query, corpus_.matching(query)};
  return known_[newest_].files;
}

std::vector<FileNumber> Placement::matching(NodeNumber node, const Query& query) {
  std::span<const FileNumber> few = files(node);
  std::span<const FileNumber> many = matching(query);
  if (few.size() > many.size()) std::swap(few, many);
  std::vector<FileNumber> both;
  for (const FileNumber file : few)
    if (std::ranges::binary_search(many, file)) both.push_back(file);
  return both;
}

}  // namespace p2p::lab
