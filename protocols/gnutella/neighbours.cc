#include "protocols/gnutella/neighbours.h"

#include <algorithm>
#include <utility>

#include "protocols/gnutella/admission.h"

namespace p2p::gnutella {

const Greeting& Neighbour::peer() const {
  static const Greeting nothing;
  if (ungreeted) return greeting_as(kind);
  return aside ? aside->greeting : nothing;
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

Neighbour& Neighbours::add(LinkId link) {
  places_.push_back({link, std::make_unique<Neighbour>()});
  places_.back().neighbour->id = link;
  if (index_) {
    index_->emplace(link, size() - 1);
  } else if (size() > kSearched) {
    index_ = std::make_unique<Index>();
    for (std::size_t at = 0; at < size(); ++at)
      index_->emplace(places_[at].link, at);
  }
  return *places_.back().neighbour;
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

std::unique_ptr<Neighbour> Neighbours::take(LinkId link) {
  std::size_t at = place_of(link);
  if (at == size()) return nullptr;
  std::unique_ptr<Neighbour> taken = std::move(places_[at].neighbour);
  if (index_) index_->erase(link);
  if (at < open_) {  // the last open one takes its place, and the last of all that one's
    move(--open_, at);
    at = open_;
  }
  move(size() - 1, at);
  places_.pop_back();
  return taken;
}

}  // namespace p2p::gnutella
