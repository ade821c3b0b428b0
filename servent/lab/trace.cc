#include "servent/lab/trace.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <string_view>

namespace p2p::lab {

namespace {

std::size_t hash_of(Bytes bytes) {
  return std::hash<std::string_view>()(text_of(bytes));
}

std::uint64_t pair_of(NodeNumber from, NodeNumber to) {
  return std::uint64_t{from} << 32U | to;
}

std::string asked_words(const Query& query) {
  std::string out;
  for (const std::string& word : query.words)
    out.append(out.empty() ? "" : " ").append(word);
  return escaped(out);
}

}  // namespace

std::size_t Tracer::GuidHash::operator()(const Guid& guid) const {
  return hash_of(guid.bytes);
}

void Tracer::enters(const World& world, const Watching& watching) {
  world_ = &world;
  watching_ = &watching;
}

void Tracer::asks(std::size_t number, NodeNumber node, const Query& query) {
  if (trace_ && node == trace_->asker) asks_again_ = true;
  if (number != number_) return;
  asked_at_ = world_->now();
  trace_.emplace();
  trace_->asker = node;
  trace_->asked = asked_words(query);
  has_it_ = {node};
}

bool Tracer::is_alive() {
  if (!trace_) return false;
  if (since() <= wait_ms_) return true;
  stop_ = true;
  return false;
}

void Tracer::told(NodeNumber node, Event& event) {
  const auto* const found = std::get_if<Found>(&event);
  if (found == nullptr || !is_alive() || node != trace_->asker) return;
  if (found->id != search_of(number_)) return;
  if (trace_->hits == 0) trace_->first_hit = since();
  trace_->hits += found->hits.size();
}

// A query of the asker's own is one that nobody brought him. Where the wire names none, it is the
// one between him and who he asks.
bool Tracer::is_ours(const Passing& passing, NodeNumber from, NodeNumber to) {
  const NodeNumber asker = trace_->asker;
  if (!passing.id) return !asks_again_ && (from == asker || to == asker);
  if (ids_.contains(*passing.id)) return true;
  const bool is_query = watching_->kinds[passing.kind].purpose == Purpose::query;
  const bool begins = !asks_again_ && (from == asker || (ids_.empty() && has_it_.contains(from)));
  if (!is_query) return false;
  const bool is_new = begins && !others_.contains(*passing.id);
  (is_new ? ids_ : others_).insert(*passing.id);
  return is_new;
}

void Tracer::count_passing(const Passing& passing, NodeNumber from, NodeNumber to, Flight& flight) {
  const MessageKind& kind = watching_->kinds[passing.kind];
  const bool is_query = kind.purpose == Purpose::query;
  if (kind.purpose == Purpose::upkeep) return;
  if (!trace_ || since() > wait_ms_) {
    if (is_query && passing.id) others_.insert(*passing.id);
    return;
  }
  if (!is_ours(passing, from, to)) return;
  if (is_query && trace_->copies.size() < kMostCopies) {
    flight.copies.push_back(trace_->copies.size());
    trace_->copies.push_back({from, to, since(), 0, TracedCopy::Verdict::lost});
  } else if (!is_query && !kind.name.ends_with("end")) {  // which tells that there are no more
    ++trace_->answers[from];
    ++flight.answers;
  }
}

Mark Tracer::sent(NodeNumber from, NodeNumber to, Bytes bytes, Stream stream) {
  if (stream == kDatagram) return 0;
  Flight flight;
  std::uint32_t no_state = 0;
  std::uint32_t& state = watching_->has_state ? states_[stream] : no_state;
  for (Bytes rest = bytes; !rest.empty();) {
    const auto passing = watching_->first(rest, state);
    if (!passing) break;
    count_passing(*passing, from, to, flight);
    rest = rest.subspan(passing->size);
  }
  if (flight.copies.empty() && flight.answers == 0) return 0;
  flight.hash = hash_of(bytes);
  flights_[pair_of(from, to)].push_back(std::move(flight));
  return 0;
}

void Tracer::arrives(NodeNumber from, NodeNumber to, Bytes bytes) {
  if (!is_alive()) return;
  const auto known = flights_.find(pair_of(from, to));
  if (known == flights_.end()) return;
  auto& flights = known->second;
  const auto at = std::ranges::find(flights, hash_of(bytes), &Flight::hash);
  if (at == flights.end()) return;
  for (const std::size_t place : at->copies) {
    TracedCopy& copy = trace_->copies[place];
    copy.arrived = since();
    copy.verdict =
        has_it_.insert(to).second ? TracedCopy::Verdict::fresh : TracedCopy::Verdict::duplicate;
  }
  // What a node hands on did not begin there.
  if (at->answers > 0) trace_->answers[to] -= at->answers;
  flights.erase(at);
  if (flights.empty()) flights_.erase(known);
}

}  // namespace p2p::lab
