#include "servent/lab/swarming.h"

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include "protocols/transfer/reciprocity.h"
#include "protocols/transfer/swarm.h"

#include "servent/lab/wheel.h"

namespace p2p::lab {

namespace {

using transfer::Extent;
using transfer::Extents;
using transfer::PieceIndex;
using transfer::SourceIndex;
using transfer::Swarm;

using PeerNumber = std::uint32_t;
using Ms = std::uint64_t;

constexpr Ms kLatency = 50;  // from a request to the first byte, beside the wire's time
constexpr Ms kTurnMs = std::chrono::milliseconds(transfer::kTurn).count();
constexpr std::uint64_t kBlock = 65'536;
constexpr Ms kAskAgain = 5'000;   // who has nothing that is wanted
constexpr int kSourceDraws = 20;  // draws for a source that is not known yet

// A fetcher's way to one source.
struct Contact {
  enum class State : std::uint8_t { idle, waiting, running, gone };
  PeerNumber source = 0;
  State state = State::idle;
  std::uint32_t turn = 0;  // events of an earlier one are stale
  Extent rest;             // what the source still has to give
  Ms until = 0;            // the end of its turn: one share after the other up to then
  std::size_t pieces = 0;  // that it had when it was asked the last time
};

struct Peer {
  std::optional<Swarm> swarm;  // of a fetcher, once it came
  bool is_here = false;
  Ms came = 0;
  std::optional<Ms> done;
  std::vector<Contact> contacts;  // by SourceIndex
  std::uint64_t given = 0;
  std::size_t giving = 0;                                // uploads
  std::size_t taking = 0;                                // downloads
  std::deque<std::pair<PeerNumber, SourceIndex>> queue;  // who waits for an upload
  Ms alarm = ~Ms{0};
};

class Swarming {
 public:
  explicit Swarming(const SwarmingSetup& setup)
      : setup_(setup),
        rng_(setup.seed),
        pieces_(transfer::PieceMap(setup.size_bytes).pieces()),
        peers_(setup.sources + setup.fetchers) {
    for (PeerNumber peer = 0; peer < setup.sources; ++peer)
      peers_[peer].is_here = true;
    for (std::size_t i = 0; i < setup.fetchers; ++i) {
      const double at =
          setup.over_s * 1'000 * static_cast<double>(i) / static_cast<double>(setup.fetchers);
      wheel_.push(static_cast<Ms>(at), {What::come, fetcher(i)});
    }
  }

  Swarmed go() {
    const auto patience = static_cast<Ms>(kPatience * 1'000);
    while (left_ < setup_.fetchers) {
      const auto due = wheel_.pop(last_given_ + patience);
      if (!due) break;
      take(due->event);
    }
    return told();
  }

 private:
  enum class What : std::uint8_t { come, look, ask, block, wake };
  struct Event {
    What what = What::come;
    PeerNumber peer = 0;
    SourceIndex source = 0;
    std::uint32_t turn = 0;
  };

  PeerNumber fetcher(std::size_t i) const { return static_cast<PeerNumber>(setup_.sources + i); }
  Time now() const { return Time(Duration(static_cast<Duration::rep>(wheel_.now()))); }
  bool has_all(const Peer& peer) const { return !peer.swarm || peer.done; }
  bool has_some(const Peer& peer) const {
    if (!peer.is_here) return false;
    return has_all(peer) || (setup_.shares_parts && peer.swarm->map().verified_pieces() > 0);
  }

  void take(const Event& event) {
    switch (event.what) {
      case What::come: return come(event.peer);
      case What::look: return look(event.peer);
      case What::wake: return wake(event.peer);
      case What::ask:
        if (is_current(event)) ask(event.peer, event.source);
        return;
      case What::block:
        if (is_current(event)) arrive(event.peer, event.source);
        return;
    }
  }
  bool is_current(const Event& event) const {
    const Peer& peer = peers_[event.peer];
    return !peer.done && peer.contacts[event.source].turn == event.turn;
  }

  // ---- who knows whom

  void come(PeerNumber number) {
    Peer& peer = peers_[number];
    peer.is_here = true;
    peer.came = wheel_.now();
    transfer::SwarmOptions options;
    options.has_tree = true;
    options.in_order = setup_.in_order;
    peer.swarm.emplace(transfer::PieceMap(setup_.size_bytes), options);
    arrived_.push_back(number);
    look(number);
  }

  void look(PeerNumber number) {
    if (peers_[number].done) return;
    wheel_.push(wheel_.now() + static_cast<Ms>(kLookEvery * 1'000), {What::look, number});
    const std::size_t all = setup_.sources + arrived_.size();
    for (int tries = 0; tries < kSourceDraws; ++tries) {
      const std::size_t drawn = rng_.below(all);
      meet(number, drawn < setup_.sources ? static_cast<PeerNumber>(drawn)
                                          : arrived_[drawn - setup_.sources]);
    }
  }

  void meet(PeerNumber number, PeerNumber other) {
    Peer& peer = peers_[number];
    if (other == number || !has_some(peers_[other])) return;
    std::size_t living = 0;
    for (const Contact& contact : peer.contacts) {
      if (contact.state == Contact::State::gone) continue;
      if (contact.source == other) return;
      ++living;
    }
    if (living == kMostSources || peer.contacts.size() == Swarm::kMostSources) return;
    const auto index = static_cast<SourceIndex>(peer.contacts.size());
    peer.contacts.emplace_back().source = other;
    peer.swarm->add_source(index);
    ask(number, index);
  }

  // ---- one download

  // For an upload: what of, is said when it is granted.
  void ask(PeerNumber number, SourceIndex index) {
    Contact& contact = peers_[number].contacts[index];
    if (contact.state != Contact::State::idle) return;
    ++contact.turn;
    contact.state = Contact::State::waiting;
    peers_[contact.source].queue.emplace_back(number, index);
    serve(contact.source);
  }

  void serve(PeerNumber number) {
    Peer& source = peers_[number];
    while (source.is_here && source.giving < kUploads && !source.queue.empty()) {
      const auto [taker, index] = source.queue.front();
      source.queue.pop_front();
      if (peers_[taker].contacts[index].state == Contact::State::waiting) begin(taker, index);
    }
  }

  void begin(PeerNumber number, SourceIndex index) {
    Peer& peer = peers_[number];
    Contact& contact = peer.contacts[index];
    Peer& source = peers_[contact.source];
    const std::size_t pieces = has_all(source) ? pieces_ : source.swarm->map().verified_pieces();
    if (std::exchange(contact.pieces, pieces) != pieces)
      peer.swarm->set_available(index, parts_of(source));
    const auto share = peer.swarm->next(index, now(), rng_);
    if (share) {
      contact.rest = *share;
      contact.until = wheel_.now() + kTurnMs;
      contact.state = Contact::State::running;
      ++source.giving;
      ++peer.taking;
      push_block(number, index, kLatency);
    } else {
      contact.state = Contact::State::idle;
      wheel_.push(wheel_.now() + kAskAgain, {What::ask, number, index, contact.turn});
    }
    watch(number);
  }

  // The next share of an upload whose turn is not over, or that nobody waits for.
  bool go_on(PeerNumber number, SourceIndex index) {
    Peer& peer = peers_[number];
    Contact& contact = peer.contacts[index];
    const Peer& source = peers_[contact.source];
    if (wheel_.now() >= contact.until && !source.queue.empty()) return false;
    if (!has_all(source)) peer.swarm->set_available(index, parts_of(source));
    const auto share = peer.swarm->next(index, now(), rng_);
    if (!share) return false;
    contact.rest = *share;
    push_block(number, index, kLatency);
    return true;
  }

  Extents parts_of(const Peer& source) const {
    Extents parts;
    if (has_all(source)) {
      parts.insert({0, setup_.size_bytes});
      return parts;
    }
    const auto& map = source.swarm->map();
    for (PieceIndex piece = 0; piece < map.pieces(); ++piece)
      if (map.is_verified(piece)) parts.insert(map.extent_of(piece));
    return parts;
  }

  void push_block(PeerNumber taker, SourceIndex index, Ms more) {
    const Peer& peer = peers_[taker];
    const Contact& contact = peer.contacts[index];
    const Peer& source = peers_[contact.source];
    const std::uint64_t rate = std::max<std::uint64_t>(
        1, std::min(setup_.up_rate / source.giving, setup_.down_rate / peer.taking));
    const std::uint64_t bytes = std::min(kBlock, contact.rest.bytes());
    wheel_.push(wheel_.now() + more + bytes * 1'000 / rate,
                {What::block, taker, index, contact.turn});
  }

  void arrive(PeerNumber number, SourceIndex index) {
    Peer& peer = peers_[number];
    Contact& contact = peer.contacts[index];
    const std::uint64_t bytes = std::min(kBlock, contact.rest.bytes());
    const transfer::Arrival arrival = peer.swarm->arrived(index, contact.rest.begin, bytes, now());
    const std::vector<PieceIndex> written(arrival.written.begin(), arrival.written.end());
    const bool is_enough = arrival.is_enough;
    contact.rest.begin += bytes;
    last_given_ = wheel_.now();
    const PeerNumber giver = contact.source;
    peers_[giver].given += bytes;
    for (const PieceIndex piece : written)
      peer.swarm->verified(piece);
    if (peer.swarm->is_complete()) return complete(number);
    if (!is_enough && !contact.rest.empty()) {
      push_block(number, index, 0);
    } else if (!go_on(number, index)) {
      stop(number, index, Contact::State::idle);
      ask(number, index);
    }
    settle(number);
    const double copies =
        static_cast<double>(peers_[giver].given) / static_cast<double>(setup_.size_bytes);
    if (setup_.copies > 0 && giver < setup_.sources && copies >= setup_.copies) leave(giver);
  }

  // The contact asks for nothing any more.
  void stop(PeerNumber number, SourceIndex index, Contact::State state) {
    Contact& contact = peers_[number].contacts[index];
    const bool was_running = contact.state == Contact::State::running;
    contact.state = state;
    ++contact.turn;
    if (!was_running) return;
    --peers_[number].taking;
    --peers_[contact.source].giving;
    serve(contact.source);
  }

  void settle(PeerNumber number) {
    Peer& peer = peers_[number];
    for (const SourceIndex index : peer.swarm->take_cancelled()) {
      if (peer.contacts[index].state == Contact::State::gone) continue;
      stop(number, index, Contact::State::idle);
      wheel_.push(wheel_.now(), {What::ask, number, index, peer.contacts[index].turn});
    }
    watch(number);
  }

  void watch(PeerNumber number) {
    Peer& peer = peers_[number];
    const Time due = peer.swarm->deadline();
    if (due == kNever) return;
    const Ms at = std::max(wheel_.now() + 1, static_cast<Ms>(due.time_since_epoch().count()));
    if (at >= peer.alarm) return;
    peer.alarm = at;
    wheel_.push(at, {What::wake, number});
  }

  void wake(PeerNumber number) {
    Peer& peer = peers_[number];
    if (peer.alarm != wheel_.now() || peer.done) return;
    peer.alarm = ~Ms{0};
    for (const SourceIndex index : peer.swarm->wake(now()))
      ask(number, index);
    settle(number);
  }

  void complete(PeerNumber number) {
    Peer& peer = peers_[number];
    peer.done = wheel_.now();
    ++left_;
    for (SourceIndex index = 0; index < peer.contacts.size(); ++index)
      stop(number, index, Contact::State::gone);
    if (!setup_.stays) leave(number);
  }

  void leave(PeerNumber number) {
    Peer& gone = peers_[number];
    if (!std::exchange(gone.is_here, false)) return;
    gone.queue.clear();
    for (const PeerNumber other : arrived_) {
      Peer& peer = peers_[other];
      if (peer.done) continue;
      for (SourceIndex index = 0; index < peer.contacts.size(); ++index) {
        Contact& contact = peer.contacts[index];
        if (contact.source != number || contact.state == Contact::State::gone) continue;
        stop(other, index, Contact::State::gone);
        peer.swarm->ended(index, transfer::Ending::broke, now());
        peer.swarm->remove_source(index, now());
      }
      settle(other);
    }
  }

  // ---- what came of it

  Swarmed told() const {
    Swarmed out;
    double waited = 0;
    Ms last = 0;
    double done = 0;
    double given = 0;
    double of_first = 0;
    for (PeerNumber number = 0; number < peers_.size(); ++number) {
      const Peer& peer = peers_[number];
      given += static_cast<double>(peer.given);
      if (number < setup_.sources) of_first += static_cast<double>(peer.given);
      if (!peer.done) continue;
      ++done;
      waited += static_cast<double>(*peer.done - peer.came) / 1'000;
      last = std::max(last, *peer.done);
    }
    out.completed = done / static_cast<double>(setup_.fetchers);
    if (done > 0) out.mean_s = waited / done;
    if (done > 0) out.last_s = static_cast<double>(last) / 1'000;
    if (given > 0) out.of_first = of_first / given;
    out.pieces_left = pieces_left();
    return out;
  }

  double pieces_left() const {
    std::size_t left = 0;
    for (PieceIndex piece = 0; piece < pieces_; ++piece)
      if (std::ranges::any_of(peers_, [&](const Peer& peer) {
            return peer.is_here && (has_all(peer) || peer.swarm->map().is_verified(piece));
          }))
        ++left;
    return static_cast<double>(left) / static_cast<double>(pieces_);
  }

  const SwarmingSetup& setup_;
  Rng rng_;
  std::size_t pieces_;
  Wheel<Event> wheel_;
  std::vector<Peer> peers_;          // the sources, then the fetchers
  std::vector<PeerNumber> arrived_;  // fetchers
  std::size_t left_ = 0;             // fetchers that have all
  Ms last_given_ = 0;
};

}  // namespace

Swarmed swarm(const SwarmingSetup& setup) {
  return Swarming(setup).go();
}

}  // namespace p2p::lab
