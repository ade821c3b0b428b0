#include "protocols/base/ids.h"

#include <algorithm>
#include <charconv>

#include "protocols/base/bytes.h"

namespace p2p {

namespace {

// A decimal of at most `limit`, the whole of `text`.
std::optional<std::uint32_t> decimal(std::string_view text, std::uint32_t limit) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > limit) return {};
  return value;
}

}  // namespace

std::string to_hex(const Guid& guid) {
  return to_hex(Bytes(guid.bytes));
}

std::optional<Guid> guid_from_hex(std::string_view text) {
  Guid guid;
  const Buffer bytes = from_hex(text);
  if (bytes.size() != guid.bytes.size()) return {};
  std::ranges::copy(bytes, guid.bytes.begin());
  return guid;
}

std::string address_to_text(std::uint32_t address) {
  return std::to_string(address >> 24U) + '.' + std::to_string((address >> 16U) & 255U) + '.' +
         std::to_string((address >> 8U) & 255U) + '.' + std::to_string(address & 255U);
}

std::string to_text(const Endpoint& endpoint) {
  return address_to_text(endpoint.address) + ':' + std::to_string(endpoint.port);
}

std::optional<std::uint32_t> parse_address(std::string_view text) {
  if (text == "localhost") return 0x7f000001U;
  std::uint32_t address = 0;
  for (int octet = 0; octet < 4; ++octet) {
    const std::size_t dot = octet < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos) return {};
    const auto value = decimal(text.substr(0, dot), 255);
    if (!value) return {};
    address = (address << 8U) | *value;
    text.remove_prefix(octet < 3 ? dot + 1 : dot);
  }
  return address;
}

std::optional<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port) {
  const std::size_t colon = text.find(':');
  const auto address = parse_address(text.substr(0, colon));
  if (!address) return {};
  if (colon == std::string_view::npos) {
    if (default_port == 0) return {};
    return Endpoint{*address, default_port};
  }
  const auto port = decimal(text.substr(colon + 1), 65535);
  if (!port) return {};
  return Endpoint{*address, static_cast<std::uint16_t>(*port)};
}

bool is_private(std::uint32_t address) {
  return (address >> 24U) == 127 || (address >> 24U) == 10 || (address >> 20U) == 0xac1 ||
         (address >> 16U) == 0xc0a8 || (address >> 16U) == 0xa9fe;
}

bool is_routable(std::uint32_t address) {
  return (address >> 24U) != 0 && (address >> 28U) < 14;
}

}  // namespace p2p
