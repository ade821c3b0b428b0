#include "protocols/gnutella/neighbours.h"

#include <algorithm>
#include <utility>

#include "protocols/base/soon.h"
#include "protocols/gnutella/admission.h"

namespace p2p::gnutella {

const Greeting& Neighbour::peer() const {
  return ungreeted ? greeting_as(kind) : *aside->greeting;
}

void Neighbours::Release::operator()(Neighbour* neighbour) const {
  if (neighbour->inside)
    *neighbour = Neighbour();
  else
    std::default_delete<Neighbour>()(neighbour);
}

std::size_t Neighbours::place_of(LinkId link) const {
  if (index_) {
    const auto at = index_->find(link);
    return at == index_->end() ? size() : at->second;
  }
  return static_cast<std::size_t>(std::ranges::find(places_, link, &Place::link) - places_.begin());
}

Neighbour* Neighbours::find(LinkId link) const {
  const std::size_t at = place_of(link);
  return at == size() ? nullptr : places_[at].neighbour.get();
}

void Neighbours::expect(LinkId link) const {
  if (size() <= kInside) return;
  const Neighbour* const neighbour = find(link);
  if (neighbour == nullptr) return;
  needed_soon(neighbour);
  needed_soon(&neighbour->queries);  // the last of what each message needs
}

Neighbours::Owned Neighbours::room() {
  const auto free =
      std::ranges::find_if_not(inside_, [](const Neighbour& one) { return one.inside; });
  if (free == inside_.end()) return Owned(std::make_unique<Neighbour>().release());
  free->inside = true;
  return Owned(&*free);
}

Neighbour& Neighbours::add(LinkId link) {
  places_.push_back({link, room()});
  places_.back().neighbour->id = link;
  if (index_)
    index_->emplace(link, size() - 1);
  else if (size() > kSearched)
    make_index();
  return *places_.back().neighbour;
}

void Neighbours::make_index() {
  index_ = std::make_unique<Index>();
  for (std::size_t at = 0; at < size(); ++at)
    index_->emplace(places_[at].link, at);
}

void Neighbours::move(std::size_t from, std::size_t to) {
  if (from == to) return;
  places_[to] = std::move(places_[from]);
  if (index_) (*index_)[places_[to].link] = to;
}

void Neighbours::open(LinkId link) {
  const std::size_t at = place_of(link);
  std::swap(places_[at], places_[open_]);
  if (index_) {
    (*index_)[places_[at].link] = at;
    (*index_)[link] = open_;
  }
  ++open_;
}

Neighbours::Owned Neighbours::take(LinkId link) {
  std::size_t at = place_of(link);
  if (at == size()) return nullptr;
  Owned taken = std::move(places_[at].neighbour);
  if (index_) index_->erase(link);
  if (at < open_) {  // the last open one takes its place, and the last of all that one's
    move(--open_, at);
    at = open_;
  }
  move(size() - 1, at);
  places_.pop_back();
  return taken;
}

// ---- packed ---------------------------------------------------------------------------------

namespace {

// Below the kind.
constexpr unsigned kInbound = 1U << 0U;
constexpr unsigned kUngreeted = 1U << 1U;

}  // namespace

void Neighbour::pack(Packer& out, const Endpoint& listen, Time started) const {
  const bool is_plain = state == State::open && since == started && local == listen &&
                        listens == remote.port && aside.is_usual() && !old_way && !dirty &&
                        !push_proxy && !said_bye && hops_flow == kAllHops && unanswered == 0 &&
                        far_queries == 0;
  out.refuse(!is_plain);
  out.put(out.narrow<std::uint32_t>(static_cast<std::uint64_t>(id)));
  out.put(static_cast<std::uint8_t>(static_cast<unsigned>(kind) << 2U | (inbound ? kInbound : 0U) |
                                    (ungreeted ? kUngreeted : 0U)));
  out.put(out.narrow(quiet_since));
  out.put(queries);
  out.put(remote.address);
  out.put(remote.port);
}

void Neighbour::unpack(Unpacker& in, const Endpoint& listen, Time started) {
  id = LinkId{in.take<std::uint32_t>()};
  state = State::open;
  const auto bits = in.take<std::uint8_t>();
  kind = static_cast<Kind>(bits >> 2U);
  inbound = (bits & kInbound) != 0;
  ungreeted = (bits & kUngreeted) != 0;
  quiet_since = in.take_time();
  queries = in.take<Tokens>();
  remote.address = in.take<std::uint32_t>();
  listens = remote.port = in.take<std::uint16_t>();
  local = listen;
  since = started;
}

void Neighbours::pack(Packer& out, const Endpoint& listen, Time started) const {
  out.put(out.narrow<std::uint8_t>(size()));
  for (const Place& place : places_)
    place.neighbour->pack(out, listen, started);
}

void Neighbours::unpack(Unpacker& in, const Endpoint& listen, Time started) {
  open_ = in.take<std::uint8_t>();
  while (size() < open_) {
    Owned fresh = room();
    fresh->unpack(in, listen, started);
    places_.push_back({fresh->id, std::move(fresh)});
  }
  if (size() > kSearched) make_index();
}

}  // namespace p2p::gnutella
