#include "protocols/transfer/extents.h"

#include <algorithm>
#include <iterator>

namespace p2p::transfer {

Extents::Runs::const_iterator Extents::first_behind(std::uint64_t at) const {
  const auto next = runs_.upper_bound(at);
  if (next == runs_.begin()) return next;
  const auto before = std::prev(next);
  return before->second > at ? before : next;
}

void Extents::insert(const Extent& extent) {
  if (extent.empty()) return;
  auto next = runs_.upper_bound(extent.begin);
  auto run = next == runs_.begin() ? runs_.end() : std::prev(next);
  if (run == runs_.end() || run->second < extent.begin) {
    run = runs_.emplace_hint(next, extent.begin, extent.end);
    bytes_ += extent.bytes();
  } else if (run->second < extent.end) {
    bytes_ += extent.end - run->second;
    run->second = extent.end;
  }
  // What begins inside the run, or where it ends, becomes part of it.
  while (next != runs_.end() && next->first <= run->second) {
    bytes_ -= std::min(next->second, run->second) - next->first;
    run->second = std::max(next->second, run->second);
    next = runs_.erase(next);
  }
}

void Extents::erase(const Extent& extent) {
  if (extent.empty()) return;
  const auto first = first_behind(extent.begin);
  auto run = runs_.erase(first, first);  // nothing: the same place, where runs may be changed
  while (run != runs_.end() && run->first < extent.end) {
    const Extent whole{run->first, run->second};
    bytes_ -= overlap(whole, extent).bytes();
    if (whole.begin < extent.begin) {
      run->second = extent.begin;
      ++run;
    } else {
      run = runs_.erase(run);
    }
    if (whole.end > extent.end) runs_.emplace_hint(run, extent.end, whole.end);
  }
}

bool Extents::contains(const Extent& extent) const {
  if (extent.empty()) return true;
  const auto run = first_behind(extent.begin);
  return run != runs_.end() && run->first <= extent.begin && run->second >= extent.end;
}

bool Extents::touches(const Extent& extent) const {
  if (extent.empty()) return false;
  const auto run = first_behind(extent.begin);
  return run != runs_.end() && run->first < extent.end;
}

std::uint64_t Extents::bytes_in(const Extent& extent) const {
  std::uint64_t sum = 0;
  if (extent.empty()) return sum;
  for (auto run = first_behind(extent.begin); run != runs_.end() && run->first < extent.end; ++run)
    sum += overlap({run->first, run->second}, extent).bytes();
  return sum;
}

Extent Extents::run_from(std::uint64_t at) const {
  const auto run = first_behind(at);
  if (run == runs_.end()) return {};
  return {std::max(run->first, at), run->second};
}

void Extents::gaps(const Extent& extent, std::vector<Extent>& out) const {
  if (extent.empty()) return;
  std::uint64_t at = extent.begin;
  for (auto run = first_behind(at); run != runs_.end() && run->first < extent.end; ++run) {
    if (run->first > at) out.push_back({at, run->first});
    at = run->second;
  }
  if (at < extent.end) out.push_back({at, extent.end});
}

}  // namespace p2p::transfer
