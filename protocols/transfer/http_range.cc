#include "protocols/transfer/http_range.h"

#include <algorithm>

#include "protocols/base/letters.h"
#include "protocols/transfer/http_text.h"

namespace p2p::transfer {

RangeAsked read_range(std::string_view header, std::uint64_t size) {
  using What = RangeAsked::What;
  if (!take_head(header, kRangeUnit) || !take_head(header, "=")) return {};
  const std::size_t dash = header.find('-');
  if (dash == std::string_view::npos) return {};
  const std::string_view begin = header.substr(0, dash);
  const std::string_view end = header.substr(dash + 1);
  const auto first = read_number(begin);
  const auto last = read_number(end);
  if (begin.empty() ? !last : (!first || (!end.empty() && !last))) return {};
  if (begin.empty()) {  // the last so many
    if (*last == 0 || size == 0) return {What::outside, {}};
    return {What::part, {size - std::min(*last, size), size - 1}};
  }
  if (last && *last < *first) return {};
  if (*first >= size) return {What::outside, {}};
  return {What::part, {*first, std::min(last.value_or(size - 1), size - 1)}};
}

std::optional<ContentRange> read_content_range(std::string_view header) {
  if (!take_head(header, kRangeUnit) || (!take_head(header, " ") && !take_head(header, "=")))
    return {};
  const std::size_t dash = header.find('-');
  const std::size_t slash = header.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || slash < dash) return {};
  const auto first = read_number(header.substr(0, dash));
  const auto last = read_number(header.substr(dash + 1, slash - dash - 1));
  if (!first || !last || *last < *first) return {};
  ContentRange out{{*first, *last}, {}};
  if (header.substr(slash + 1) == "*") return out;
  out.total = read_number(header.substr(slash + 1));
  if (!out.total || *last >= *out.total) return {};
  return out;
}

}  // namespace p2p::transfer
