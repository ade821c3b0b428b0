#include "servent/lab/dent.h"

#include <algorithm>

namespace p2p::lab {

namespace {

using Questions = std::span<const AskedQuery>;

std::optional<double> success_of(Questions asked) {
  if (asked.empty()) return {};
  const auto with_hit = std::ranges::count_if(asked, &AskedQuery::is_success);
  return static_cast<double>(with_hit) / static_cast<double>(asked.size());
}

// How many were asked before this time.
std::size_t asked_before(Questions asked, World::Ms time) {
  const auto at = std::ranges::lower_bound(asked, time, {}, &AskedQuery::asked_at);
  return static_cast<std::size_t>(at - asked.begin());
}

World::Ms recovered_at(Questions since, double enough) {
  for (std::size_t first = 0; first + kRunning <= since.size(); ++first)
    if (*success_of(since.subspan(first, kRunning)) >= enough) return since[first].asked_at;
  return since.back().asked_at;
}

}  // namespace

Dent dent_of(Questions asked, World::Ms blow, World::Ms back) {
  const std::size_t first = asked_before(asked, blow);
  const std::size_t last = asked_before(asked, back);
  const Questions since = asked.subspan(first);
  Dent dent;
  dent.before = success_of(asked.first(first));
  dent.during = success_of(since.first(last - first));
  dent.after = success_of(asked.subspan(last));
  if (!dent.before || since.empty()) return dent;
  const bool is_unhurt =
      since.size() >= kRunning && *success_of(since.first(kRunning)) >= kRecovered * *dent.before;
  const World::Ms end = is_unhurt ? blow : recovered_at(since, kRecovered * *dent.before);
  dent.length_s = static_cast<double>(end - blow) / 1'000;
  return dent;
}

std::vector<Stretch> course_of(Questions asked, World::Ms start, World::Ms length) {
  std::vector<Stretch> course;
  for (std::size_t i = 0; i < kStretches; ++i) {
    const World::Ms from = start + length * i / kStretches;
    const World::Ms end = start + length * (i + 1) / kStretches;
    const std::size_t first = asked_before(asked, from);
    const auto success = success_of(asked.subspan(first, asked_before(asked, end) - first));
    const double middle = static_cast<double>(from + end - 2 * start) / 2;
    if (success) course.push_back({middle / 1'000, *success});
  }
  return course;
}

}  // namespace p2p::lab
