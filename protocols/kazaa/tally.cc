#include "protocols/kazaa/tally.h"

#include <numeric>

namespace p2p::kazaa {

namespace {

constexpr std::size_t kTheirs = 0x30;  // the types below are FastTrack's
constexpr std::uint16_t kFirstOfOurs = 0x60;
constexpr std::size_t kOurs = 0x10;

}  // namespace

std::string_view to_text(Drop reason) {
  switch (reason) {
    case Drop::duplicate: return "duplicate";
    case Drop::throttled: return "throttled";
    case Drop::malformed: return "malformed";
    case Drop::unexpected: return "unexpected";
    case Drop::no_route: return "no route";
    case Drop::unwanted: return "unwanted";
    case Drop::over_limit: return "over the limit";
    case Drop::flow: return "flow";
    case Drop::count: break;
  }
  return "";
}

std::size_t Tally::slot(Type type) {
  const auto number = static_cast<std::uint16_t>(type);
  if (number < kTheirs) return number;
  if (number >= kFirstOfOurs && number < kFirstOfOurs + kOurs)
    return kTheirs + number - kFirstOfOurs;
  return kTypes - 1;
}

Type Tally::type_of(std::size_t slot) {
  if (slot < kTheirs) return static_cast<Type>(slot);
  return static_cast<Type>(slot - kTheirs + kFirstOfOurs);  // of all others: 70, which has no name
}

std::uint64_t Tally::in() const {
  return std::accumulate(in_.begin(), in_.end(), std::uint64_t{0});
}

std::uint64_t Tally::out() const {
  return std::accumulate(out_.begin(), out_.end(), std::uint64_t{0});
}

std::vector<std::pair<std::string, std::uint64_t>> Tally::rows() const {
  std::vector<std::pair<std::string, std::uint64_t>> rows;
  const auto add = [&](std::string name, std::uint64_t count) {
    if (count > 0) rows.emplace_back(std::move(name), count);
  };
  for (std::size_t slot = 0; slot < kTypes; ++slot) {
    const std::string name(to_text(type_of(slot)));
    add(name + " in", in_[slot]);
    add(name + " out", out_[slot]);
  }
  for (std::size_t i = 0; i < dropped_.size(); ++i)
    add("dropped: " + std::string(to_text(static_cast<Drop>(i))), dropped_[i]);
  return rows;
}

}  // namespace p2p::kazaa
