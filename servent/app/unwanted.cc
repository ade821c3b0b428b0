#include "servent/app/unwanted.h"

#include <algorithm>
#include <array>
#include <optional>

#include "protocols/base/ids.h"
#include "protocols/base/letters.h"
#include "protocols/base/percent.h"

namespace p2p::app {

namespace {

constexpr std::array<std::string_view, 3> kUnwantedWords{"banned", "blocked", "ignored"};
constexpr std::size_t kMostNetwork = 32;

std::optional<std::uint32_t> address_of(const std::string& who) {
  const auto at = parse_endpoint(who, Unwanted::kAnyPort);
  if (!at) return {};
  return at->address;
}

}  // namespace

std::string_view to_text(api::Unwanted what) {
  return kUnwantedWords.at(static_cast<std::size_t>(what));
}

std::uint32_t Unwanted::add(api::Unwanted what, const std::string& network,
                            const std::string& who) {
  if (who.empty() || who.size() > kMostName || network.size() > kMostNetwork) return 0;
  const auto address = address_of(who);
  if (what == api::Unwanted::banned && !address) return 0;
  const std::string name =
      what == api::Unwanted::banned ? address_to_text(*address) : who;  // without a port
  const auto there = std::ranges::find_if(rows_, [&](const api::UnwantedRow& row) {
    return row.what == what && row.network == network && row.who == name;
  });
  if (there != rows_.end()) return there->id;
  const auto many = std::ranges::count(rows_, what, &api::UnwantedRow::what);
  if (static_cast<std::size_t>(many) >= kMost) return 0;
  rows_.push_back({++last_, what, network, name});
  if (what == api::Unwanted::banned) banned_.insert(*address);
  return last_;
}

bool Unwanted::drop(std::uint32_t id) {
  const auto at = std::ranges::find(rows_, id, &api::UnwantedRow::id);
  if (at == rows_.end()) return false;
  if (at->what == api::Unwanted::banned) banned_.erase(address_of(at->who).value_or(0));
  rows_.erase(at);
  return true;
}

void Unwanted::drop_all(api::Unwanted what) {
  std::erase_if(rows_, [what](const api::UnwantedRow& row) { return row.what == what; });
  if (what == api::Unwanted::banned) banned_.clear();
}

std::set<std::string> Unwanted::of(api::Unwanted what) const {
  std::set<std::string> names;
  for (const api::UnwantedRow& row : rows_)
    if (row.what == what) names.insert(row.who);
  return names;
}

std::string Unwanted::saved() const {
  std::string text;
  for (const api::UnwantedRow& row : rows_) {
    text.append(to_text(row.what)).append(" ").append(percent_encoded(row.who));
    if (!row.network.empty()) text += ' ' + percent_encoded(row.network);
    text += '\n';
  }
  return text;
}

void Unwanted::load(std::string_view text) {
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const auto* const kind = std::ranges::find(kUnwantedWords, take_until(line, ' '));
    const auto who = percent_decoded(take_until(line, ' '));
    const auto network = percent_decoded(line);
    if (kind == kUnwantedWords.end() || !who || !network) continue;
    add(static_cast<api::Unwanted>(kind - kUnwantedWords.begin()), *network, *who);
  }
}

}  // namespace p2p::app
