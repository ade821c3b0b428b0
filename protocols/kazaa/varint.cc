#include "protocols/kazaa/varint.h"

namespace p2p::kazaa {

namespace {

constexpr unsigned kGroupBits = 7;
constexpr std::uint8_t kMore = 0x80;
constexpr std::uint64_t kMostBeforeShift = ~std::uint64_t{0} >> kGroupBits;

}  // namespace

std::optional<std::uint64_t> read_varint(Reader& reader) {
  std::uint64_t value = 0;
  for (std::size_t groups = 1; groups <= kMaxVarint; ++groups) {
    const std::uint8_t byte = reader.u8();
    if (reader.failed() || value > kMostBeforeShift) return {};
    value = value << kGroupBits | (byte & 0x7fU);
    if ((byte & kMore) != 0) continue;
    const bool is_too_short = value == 0 && groups > 1 && groups < kMaxVarint;
    return is_too_short ? std::uint64_t{1} << (kGroupBits * groups) : value;
  }
  return {};
}

std::optional<std::uint32_t> read_varint32(Reader& reader, std::uint32_t most) {
  const auto value = read_varint(reader);
  if (!value || *value > most) return {};
  return static_cast<std::uint32_t>(*value);
}

std::size_t varint_size(std::uint64_t value) {
  std::size_t groups = 1;
  while ((value >>= kGroupBits) != 0)
    ++groups;
  return groups;
}

void append_varint(Buffer& out, std::uint64_t value) {
  Writer writer(out);
  for (std::size_t left = varint_size(value); left-- > 0;) {
    const auto group = static_cast<std::uint8_t>(value >> (kGroupBits * left) & 0x7fU);
    writer.u8(left == 0 ? group : static_cast<std::uint8_t>(group | kMore));
  }
}

}  // namespace p2p::kazaa
