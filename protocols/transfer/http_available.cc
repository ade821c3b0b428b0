#include "protocols/transfer/http_available.h"

#include <algorithm>
#include <vector>

#include "protocols/base/letters.h"
#include "protocols/transfer/http_text.h"

namespace p2p::transfer {

namespace {

// What stands behind "bytes", which old programs follow by '=' as in a request.
std::optional<std::string_view> behind_unit(std::string_view value) {
  value = trimmed(value);
  if (!take_head(value, kRangeUnit)) return {};
  if (value.empty()) return value;
  if (value.front() != '=' && !is_blank(value.front())) return {};
  return trimmed(value.substr(1));
}

Extent read_run(std::string_view text, std::uint64_t size) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return {};
  const auto first = read_number(trimmed(text.substr(0, dash)));
  const auto last = read_number(trimmed(text.substr(dash + 1)));
  if (!first || !last || *last < *first || *first >= size) return {};
  return {*first, std::min(*last, size - 1) + 1};
}

std::string text_of_run(const Extent& run) {
  return std::to_string(run.begin) + '-' + std::to_string(run.end - 1);
}

}  // namespace

std::optional<Extents> read_available(std::string_view value, std::uint64_t size) {
  const auto list = behind_unit(value);
  if (!list) return {};
  Extents have;
  std::string_view rest = *list;
  for (std::size_t looked = 0; !rest.empty() && looked < kMaxAvailable; ++looked) {
    const std::string_view item = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(item.size() + 1, rest.size()));
    have.insert(read_run(item, size));
  }
  return have;
}

std::optional<std::uint64_t> read_available_count(std::string_view value, std::uint64_t size) {
  const auto text = behind_unit(value);
  const auto count = text ? read_number(*text) : std::nullopt;
  if (!count) return {};
  return std::min(*count, size);
}

std::string to_available(const Extents& have, std::size_t max_bytes, std::uint64_t from) {
  std::vector<Extent> told;
  std::size_t length = kRangeUnit.size();
  const auto tell = [&](std::uint64_t begin, std::uint64_t end) {
    const std::size_t more = text_of_run({begin, end}).size() + 2;  // ", ", at first a blank
    if (length + more > max_bytes) return false;
    length += more;
    told.push_back({begin, end});
    return true;
  };
  const Extents::Runs& runs = have.runs();
  const Extent first = have.run_from(from);
  const auto middle = first.empty() ? runs.end() : std::prev(runs.upper_bound(first.begin));
  bool fits = true;
  for (auto run = middle; run != runs.end() && fits; ++run)
    fits = tell(run->first, run->second);
  for (auto run = runs.begin(); run != middle && fits; ++run)
    fits = tell(run->first, run->second);
  std::ranges::sort(told, {}, &Extent::begin);
  std::string value(kRangeUnit);
  for (const Extent& run : told)
    value += (run == told.front() ? " " : ", ") + text_of_run(run);
  return value;
}

}  // namespace p2p::transfer
