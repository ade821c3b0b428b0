#include "tui/counts.h"

#include <algorithm>

#include "tui/format.h"

namespace p2p::tui {

namespace {

constexpr api::Millis kStep = 1000;

std::uint64_t value_of(const std::map<std::string, std::uint64_t, std::less<>>& values,
                       std::string_view name) {
  const auto at = values.find(name);
  return at == values.end() ? 0 : at->second;
}

}  // namespace

void Counts::learn(const api::Snapshot& snapshot) {
  std::erase_if(networks_, [&](const auto& item) {
    return std::ranges::find(snapshot.networks, item.first, &api::NetworkRow::mode) ==
           snapshot.networks.end();
  });
  for (const api::NetworkRow& row : snapshot.networks) {
    Moments& moments = networks_[row.mode];
    if (!moments.empty() && snapshot.now_ms < moments.back().ms) moments.clear();
    if (!moments.empty() && snapshot.now_ms - moments.back().ms < kStep) continue;
    Moment& now = moments.emplace_back();
    now.ms = snapshot.now_ms;
    now.values.insert(row.counters.begin(), row.counters.end());
    if (moments.size() > kSteps + 1) moments.pop_front();
  }
}

std::uint64_t Counts::hundredths(const std::string& network, std::string_view counter) const {
  const auto at = networks_.find(network);
  if (at == networks_.end() || at->second.size() < 2) return 0;
  const Moment& first = at->second.front();
  const Moment& last = at->second.back();
  const std::uint64_t before = value_of(first.values, counter);
  const std::uint64_t after = value_of(last.values, counter);
  if (after < before) return 0;  // the mode has begun anew
  const auto ms = static_cast<double>(last.ms - first.ms);
  return static_cast<std::uint64_t>(static_cast<double>(after - before) * 100'000 / ms);
}

std::vector<std::uint64_t> Counts::steps(const std::string& network,
                                         std::string_view counter) const {
  std::vector<std::uint64_t> out;
  const auto at = networks_.find(network);
  if (at == networks_.end()) return out;
  for (std::size_t i = 1; i < at->second.size(); ++i) {
    const std::uint64_t before = value_of(at->second[i - 1].values, counter);
    const std::uint64_t after = value_of(at->second[i].values, counter);
    out.push_back(after - std::min(before, after));
  }
  return out;
}

std::uint64_t counter_of(const std::vector<std::pair<std::string, std::uint64_t>>& counters,
                         std::string_view name) {
  const auto at =
      std::ranges::find_if(counters, [&](const auto& item) { return item.first == name; });
  return at == counters.end() ? 0 : at->second;
}

std::string per_second(std::uint64_t hundredths) {
  if (hundredths == 0) return "-";
  if (hundredths >= 100'000) return count_short(hundredths / 100) + "/s";
  const std::uint64_t tenths = std::max<std::uint64_t>(hundredths / 10, 1);
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + "/s";
}

}  // namespace p2p::tui
