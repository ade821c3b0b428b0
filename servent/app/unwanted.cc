#include "servent/app/unwanted.h"

#include <algorithm>
#include <array>
#include <optional>

#include "protocols/base/ids.h"
#include "protocols/base/percent.h"

namespace p2p::app {

namespace {

constexpr std::array<std::string_view, 3> kWords{"banned", "blocked", "ignored"};
constexpr std::size_t kMostNetwork = 32;
constexpr std::uint16_t kAnyPort = 1;  // an endpoint has one; none matters here

std::optional<std::uint32_t> address_of(const std::string& who) {
  const auto at = parse_endpoint(who, kAnyPort);
  if (!at) return {};
  return at->address;
}

std::string_view word_of(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

}  // namespace

std::string_view to_text(api::Unwanted what) {
  return kWords.at(static_cast<std::size_t>(what));
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
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto* const kind = std::ranges::find(kWords, word_of(line));
    const auto who = percent_decoded(word_of(line));
    const auto network = percent_decoded(line);
    if (kind == kWords.end() || !who || !network) continue;
    add(static_cast<api::Unwanted>(kind - kWords.begin()), *network, *who);
  }
}

}  // namespace p2p::app
