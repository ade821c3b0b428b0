#include "protocols/transfer/blame.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace p2p::transfer {

namespace {

std::vector<Given> in_a_row(const std::map<SourceIndex, std::uint64_t>& sums) {
  std::vector<Given> out;
  out.reserve(sums.size());
  for (const auto& [source, bytes] : sums)
    out.push_back({source, bytes});
  return out;
}

}  // namespace

void Blame::gave(SourceIndex source, const Extent& extent) {
  if (extent.empty()) return;
  const auto next = runs_.lower_bound(extent.begin);
  if (next != runs_.begin()) {
    Run& before = std::prev(next)->second;
    if (before.end == extent.begin && before.source == source) {
      before.end = extent.end;
      return;
    }
  }
  runs_.emplace_hint(next, extent.begin, Run{extent.end, source});
}

void Blame::forget(const Extent& extent) {
  if (extent.empty()) return;
  auto run = runs_.lower_bound(extent.begin);
  if (run != runs_.begin() && std::prev(run)->second.end > extent.begin) --run;
  while (run != runs_.end() && run->first < extent.end) {
    const Run old = run->second;
    if (run->first < extent.begin) {
      run->second.end = extent.begin;
      ++run;
    } else {
      run = runs_.erase(run);
    }
    if (old.end > extent.end) runs_.emplace_hint(run, extent.end, old);
  }
}

std::vector<Given> Blame::givers() const {
  std::map<SourceIndex, std::uint64_t> sums;
  for (const auto& [begin, run] : runs_)
    sums[run.source] += run.end - begin;
  return in_a_row(sums);
}

std::vector<Given> Blame::givers(const Extent& extent) const {
  std::map<SourceIndex, std::uint64_t> sums;
  std::uint64_t unknown = extent.bytes();
  auto run = runs_.lower_bound(extent.begin);
  if (run != runs_.begin() && std::prev(run)->second.end > extent.begin) --run;
  for (; run != runs_.end() && run->first < extent.end; ++run) {
    const std::uint64_t bytes = overlap({run->first, run->second.end}, extent).bytes();
    sums[run->second.source] += bytes;
    unknown -= bytes;
  }
  if (unknown > 0) sums[kNobody] += unknown;
  return in_a_row(sums);
}

std::vector<Extent> Blame::given_by(SourceIndex source) const {
  std::vector<Extent> out;
  for (const auto& [begin, run] : runs_)
    if (run.source == source) out.push_back({begin, run.end});
  return out;
}

Suspects::Suspects(std::vector<Given> givers) : left_(std::move(givers)) {
  std::ranges::sort(left_, [](const Given& a, const Given& b) {
    return std::tie(a.bytes, a.source) < std::tie(b.bytes, b.source);
  });
}

std::vector<SourceIndex> Suspects::accused() const {
  std::vector<SourceIndex> out;
  for (std::size_t i = 0; i < left_.size() / 2 && !is_over(); ++i)
    out.push_back(left_[i].source);
  return out;
}

void Suspects::heard(bool is_right) {
  if (is_over()) return;
  const auto half = left_.begin() + static_cast<std::ptrdiff_t>(left_.size() / 2);
  if (is_right)
    left_.erase(half, left_.end());
  else
    left_.erase(left_.begin(), half);
  is_right_ = is_right;
}

}  // namespace p2p::transfer
