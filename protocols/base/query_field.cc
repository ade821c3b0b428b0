#include "protocols/base/query_field.h"

#include <charconv>

#include "protocols/base/letters.h"

namespace p2p {

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return {};
  const std::string unit = lowered(text.substr(static_cast<std::size_t>(end - text.data())));
  if (unit.empty()) return value;
  const std::size_t power = std::string_view("kmgt").find(unit.front()) + 1;
  if (power == 0 || unit.size() > 2 || (unit.size() == 2 && unit.back() != 'b')) return {};
  const auto shift = static_cast<unsigned>(power * 10);
  if (value > (std::numeric_limits<std::uint64_t>::max() >> shift)) return {};
  return value << shift;
}

Field field_of(std::string_view part) {
  const std::size_t at = part.find_first_of("<>=:");
  if (at == std::string_view::npos) return {};
  const bool is_two = (part[at] == '<' || part[at] == '>') && part.substr(at + 1).starts_with('=');
  const std::string_view op = part[at] == ':' ? "=" : part.substr(at, is_two ? 2 : 1);
  return {lowered(part.substr(0, at)), op, part.substr(at + (is_two ? 2 : 1))};
}

}  // namespace p2p
