#include "servent/lab/meter.h"

#include <algorithm>
#include <cstring>

namespace p2p::lab {

namespace {

constexpr std::size_t kBits = 64;

std::vector<std::uint64_t> both(const std::vector<Count>& sent, const std::vector<Count>& received,
                                std::uint64_t Count::*number) {
  std::vector<std::uint64_t> sums(sent.size());
  for (std::size_t node = 0; node < sent.size(); ++node)
    sums[node] = sent[node].*number + received[node].*number;
  return sums;
}

}  // namespace

Counts operator-(const Counts& later, const Counts& earlier) {
  Counts between(later.size());
  for (std::size_t kind = 0; kind < later.size(); ++kind)
    between[kind] = later[kind] - earlier[kind];
  return between;
}

Rate rate(const Count& count, double among) {
  if (among <= 0) return {};
  return {static_cast<double>(count.messages) / among, static_cast<double>(count.bytes) / among};
}

FloodMeans means_of(std::span<const Flood> floods) {
  std::uint64_t reached = 0;
  std::uint64_t sent = 0;
  for (const Flood& flood : floods) {
    reached += flood.reached;
    sent += flood.sent;
  }
  if (sent == 0) return {};
  return {static_cast<double>(reached) / static_cast<double>(floods.size()),
          static_cast<double>(sent - reached) / static_cast<double>(sent)};
}

Spread spread_of(std::vector<std::uint64_t> values) {
  if (values.empty()) return {};
  std::ranges::sort(values);
  const auto count = static_cast<double>(values.size());
  double sum = 0;
  double weighted = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = static_cast<double>(values[i]);
    sum += value;
    weighted += (2 * static_cast<double>(i + 1) - count - 1) * value;
  }
  const std::size_t rank = (values.size() * 99 + 99) / 100;  // rounded up
  return {sum / count, static_cast<double>(values[rank - 1]), static_cast<double>(values.back()),
          sum > 0 ? weighted / (count * sum) : 0};
}

std::size_t Meter::IdHash::operator()(const Guid& id) const {
  std::array<std::uint64_t, 2> halves{};
  std::memcpy(halves.data(), id.bytes.data(), sizeof(halves));
  return static_cast<std::size_t>(halves[0] ^ (halves[1] * 0x9e3779b97f4a7c15U));
}

Meter::Meter(const Watching& watching, std::size_t nodes)
    : watching_(watching),
      kinds_(watching.kinds.begin(), watching.kinds.end()),
      sent_(nodes),
      received_(nodes) {
  kinds_.push_back({"datagram"});
  kinds_.push_back({"other"});
  counts_.resize(kinds_.size());
}

std::uint32_t& Meter::state_of(Stream stream) {
  if (!watching_.has_state) return no_state_ = 0;
  if (stream >= states_.size()) states_.resize(stream + std::size_t{1});
  return states_[stream];
}

Meter::Seen Meter::sent(NodeNumber from, NodeNumber to, Bytes bytes, Stream stream) {
  Seen seen;
  Count whole{1, bytes.size()};
  if (stream == kDatagram)
    count_datagram(bytes, seen);
  else
    whole.messages = count_run(from, to, bytes, stream, seen);
  if (from < sent_.size()) sent_[from] += whole;
  if (to < received_.size()) received_[to] += whole;
  return seen;
}

void Meter::saw(const Passing& passing, Seen& seen) {
  counts_[passing.kind] += {1, passing.size};
  const Purpose purpose = kinds_[passing.kind].purpose;
  if (seen.purpose == Purpose::upkeep) seen = {purpose, passing.hops};
}

void Meter::count_datagram(Bytes bytes, Seen& seen) {
  if (watching_.datagram != nullptr)
    if (const auto passing = watching_.datagram(bytes)) return saw(*passing, seen);
  counts_[datagram()] += {1, bytes.size()};
}

std::uint64_t Meter::count_run(NodeNumber from, NodeNumber to, Bytes run, Stream stream,
                               Seen& seen) {
  std::uint32_t& state = state_of(stream);
  std::uint64_t messages = 0;
  for (; !run.empty(); ++messages) {
    const auto passing = watching_.first(run, state);
    if (!passing) {
      counts_[other()] += {1, run.size()};
      return messages + 1;
    }
    saw(*passing, seen);
    if (passing->id && kinds_[passing->kind].purpose == Purpose::query)
      follow(*passing->id, from, to);
    run = run.subspan(passing->size);
  }
  return messages;
}

// ---- counts -----------------------------------------------------------------------------------

Count Meter::all(const Counts& counts) const {
  Count sum;
  for (const Count& count : counts)
    sum += count;
  return sum;
}

Count Meter::of_queries(const Counts& counts) const {
  Count sum;
  for (std::size_t kind = 0; kind < kinds_.size(); ++kind)
    if (kinds_[kind].purpose != Purpose::upkeep) sum += counts[kind];
  return sum;
}

Count Meter::of_upkeep(const Counts& counts) const {
  return all(counts) - of_queries(counts);
}

Spread Meter::load_messages() const {
  return spread_of(both(sent_, received_, &Count::messages));
}

Spread Meter::load_bytes() const {
  return spread_of(both(sent_, received_, &Count::bytes));
}

void Meter::forget_load() {
  std::ranges::fill(sent_, Count{});
  std::ranges::fill(received_, Count{});
}

// ---- floods -----------------------------------------------------------------------------------

void Meter::follow(const Guid& id, NodeNumber from, NodeNumber to) {
  if (from >= sent_.size() || to >= sent_.size()) return;
  const std::size_t place = flood_of(id, from);
  if (place == kNone || floods_.size() - place > kLive) return;
  Flood& flood = floods_[place];
  ++flood.sent;
  if (mark(place, to)) ++flood.reached;
}

// Most messages are of the same query as the one before.
std::size_t Meter::flood_of(const Guid& id, NodeNumber from) {
  if (last_place_ != kNone && id == last_id_) return last_place_;
  const auto known = places_.find(id);
  if (known == places_.end() && floods_.size() == kMostFloods) return kNone;
  last_id_ = id;
  if (known != places_.end()) return last_place_ = known->second;
  last_place_ = floods_.size();
  places_.emplace(id, last_place_);
  floods_.push_back({from, 0, 0});
  has_it_[last_place_ % kLive].assign(sent_.size() / kBits + 1, 0);
  mark(last_place_, from);
  return last_place_;
}

bool Meter::mark(std::size_t flood, NodeNumber node) {
  std::uint64_t& word = has_it_[flood % kLive][node / kBits];
  const std::uint64_t bit = std::uint64_t{1} << (node % kBits);
  const bool is_new = (word & bit) == 0;
  word |= bit;
  return is_new;
}

}  // namespace p2p::lab
