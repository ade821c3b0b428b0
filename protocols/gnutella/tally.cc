#include "protocols/gnutella/tally.h"

#include <numeric>

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

std::size_t Tally::slot(Type type) {
  return place_of(type).value_or(kUnknown);
}

std::uint64_t Tally::sum(const Counts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
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
  add("unknown in", in_[kUnknown]);
  add("bytes in", bytes_in_);
  add("bytes out", bytes_out_);
  for (std::size_t i = 0; i < dropped_.size(); ++i)
    add("dropped: " + std::string(to_text(static_cast<Drop>(i))), dropped_[i]);
  return rows;
}

}  // namespace p2p::gnutella
