#include "protocols/gnutella/tally.h"

#include <array>

namespace p2p::gnutella {

namespace {

constexpr std::array kShown{Type::ping,         Type::pong, Type::bye,   Type::qrp, Type::vendor,
                            Type::vendor_relay, Type::push, Type::query, Type::hit};

}  // namespace

std::string_view to_text(Drop reason) {
  switch (reason) {
    case Drop::duplicate: return "duplicate";
    case Drop::dead_ttl: return "TTL 0";
    case Drop::far: return "TTL + hops too high";
    case Drop::throttled: return "too many";
    case Drop::too_long: return "too long";
    case Drop::malformed: return "malformed";
    case Drop::unknown: return "unknown type";
    case Drop::no_route: return "no route";
    case Drop::unexpected: return "unexpected";
    case Drop::flow: return "peer too slow";
    case Drop::count: break;
  }
  return "";
}

std::uint64_t Tally::sum(unsigned way) const {
  std::uint64_t sum = 0;
  for (unsigned slot = 0; slot <= kUnknown; ++slot)
    sum += all_[way + slot];
  return sum;
}

std::vector<std::pair<std::string, std::uint64_t>> Tally::rows() const {
  std::vector<std::pair<std::string, std::uint64_t>> rows;
  const auto add = [&](std::string name, std::uint64_t value) {
    if (value > 0) rows.emplace_back(std::move(name), value);
  };
  for (const Type type : kShown) {
    add(std::string(to_text(type)) + " in", in(type));
    add(std::string(to_text(type)) + " out", out(type));
  }
  add("unknown in", all_[kIn + kUnknown]);
  add("bytes in", all_[kBytesIn]);
  add("bytes out", all_[kBytesOut]);
  for (unsigned i = 0; i < static_cast<unsigned>(Drop::count); ++i)
    add("dropped: " + std::string(to_text(static_cast<Drop>(i))), dropped(static_cast<Drop>(i)));
  return rows;
}

}  // namespace p2p::gnutella
