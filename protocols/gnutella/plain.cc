#include "protocols/gnutella/plain.h"

#include <algorithm>

#include "protocols/base/soon.h"
#include "protocols/gnutella/local_index.h"
#include "protocols/gnutella/member.h"
#include "protocols/gnutella/ping_flood.h"
#include "protocols/gnutella/rings.h"
#include "protocols/gnutella/walks.h"

namespace p2p::gnutella {

namespace {

class Plain final : public Member {
 public:
  Plain(const Alike<Settings>& told, Unpacker& in) : Member(told) { take_over(in); }
  explicit Plain(const ModeConfig& config) : Member(config, Role::plain) {
    if (config.flat.radius > 0)
      index_ = std::make_unique<LocalIndex>(links_, self_, config.flat.radius);
    if (config.flat.floods_pings || config.flat.ping_every > Duration{})
      pings_of_old_ = std::make_unique<PingFlood>(links_, self_.told->flat);
  }

  // What holders and origins of walkers tell each other; nothing else comes this way.
  void datagram(const Endpoint& from, Bytes bytes, Cx& cx) override {
    if (!walks_) return;
    if (const auto note = read_walk_note(bytes)) {
      links_.note_came(*note, bytes.size());
      walks_->note(from, *note, cx);
    }
    settle(cx);
  }

  void pack(Packer& out) const override {
    out.refuse(rings_ || walks_ || index_ || pings_of_old_);
    Member::pack(out);
  }
  std::unique_ptr<Mode> unpack(Unpacker& in) const override {
    return std::make_unique<Plain>(self_.told, in);
  }
  const void* mould() const override { return &*self_.told; }

  using Member::expect;
  void expect(Bytes bytes) const override {
    needed_soon(&walks_);  // behind all of Member, and asked for by each query
    Member::expect(bytes);
  }

 private:
  void joined(Neighbour& neighbour, Cx& cx) override;
  void query(Neighbour& from, const Frame& frame, Cx& cx) override;
  void relay_hit(Neighbour& from, const Frame& frame, Neighbour* way, Cx& cx) override;
  void relay_push(Neighbour& from, const Frame& frame, const Push& push, Cx& cx) override {
    pushes(cx).relay(from, frame, push, cx);
  }
  void table(Neighbour& from, const Frame&, Cx&) override { links_.drop(from, Drop::unexpected); }
  void vendor(Neighbour& from, const VendorMessage& message, const Header&, Cx& cx) override {
    const bool is_list = index_ && message.is(kWalkVendor, kListSelector);
    if (!is_list || !index_->told(from, message.data, cx)) links_.drop(from, Drop::unexpected);
  }
  void parted(Neighbour& neighbour, Cx&) override {
    if (index_) index_->parted(neighbour.id);
  }
  void shares_changed(Cx& cx) override {
    if (index_) index_->changed(cx.now);
  }
  void paged(const Page& page, Cx& cx) override {
    if (index_) index_->page(page, hit_of_ours(self_.servent, here(), self_.told->link_speed), cx);
  }
  // A keep-alive ping goes no further.
  PingFate pinged(Neighbour& from, const Frame& ping, Cx& cx) override {
    if (!pings_of_old_ || !pings_of_old_->floods() || ping.header.ttl + ping.header.hops <= 1)
      return PingFate::answer;
    return pings_of_old_->passes(from, ping, cx) ? PingFate::answer_alone : PingFate::drop;
  }
  bool ponged(const Frame& pong, Cx& cx) override {
    return pings_of_old_ && pings_of_old_->floods() && pings_of_old_->passes_back(pong, cx);
  }
  void ask(OwnSearches::One& search, Cx& cx) override;
  void expire_role(Cx& cx) override;
  Time role_deadline() const override {
    return std::min({rings_ ? rings_->deadline() : kNever, walks_ ? walks_->deadline() : kNever,
                     index_ ? index_->deadline() : kNever,
                     pings_of_old_ ? pings_of_old_->deadline() : kNever});
  }
  std::size_t linked() const override { return links_.counts().plain; }
  std::size_t wanted() const override { return self_.told->limits.wanted_plain; }
  std::string state() const override {
    const std::size_t count = linked();
    if (count == 0) return "no neighbour yet";
    return std::to_string(count) + (count == 1 ? " neighbour" : " neighbours");
  }

  void send_query(Neighbour& to, const OwnSearches::One& search, std::uint8_t ttl, Cx& cx);
  void flood(const OwnSearches::One& search, std::uint8_t ttl, Cx& cx);
  void look_up(Neighbour& from, const Header& header, std::uint16_t flags, Cx& cx);
  void step(Neighbour& from, const Guid& id, const QueryMessage& query, Cx& cx);
  void direct(const OwnSearches::One& search, Cx& cx);
  std::uint16_t flags(bool ggep) const;
  Walks& walks();
  Rings& rings();
  std::optional<std::uint8_t> ring(const OwnSearches::One& search) const {
    return rings_ ? rings_->ttl(search) : std::nullopt;
  }
  // A walker, whose origin may be sent to: anybody can have written any address there.
  bool is_walker_in_reach() const {
    return question().walker() && may_connect(question().walker()->origin);
  }
  bool is_walk(const Guid& query) const { return walks_ && walks_->knows(query); }

  std::unique_ptr<Rings> rings_;             // since a search grew
  std::unique_ptr<Walks> walks_;             // since there was a walker: most networks have none
  std::unique_ptr<LocalIndex> index_;        // where it is told to keep one
  std::unique_ptr<PingFlood> pings_of_old_;  // where it is told to ask who is there
};

Walks& Plain::walks() {
  if (!walks_) walks_ = std::make_unique<Walks>(links_, searches_, self_.told->flat.enough);
  return *walks_;
}

Rings& Plain::rings() {
  if (!rings_) rings_ = std::make_unique<Rings>(self_.told->flat);
  return *rings_;
}

void Plain::joined(Neighbour& neighbour, Cx& cx) {
  if (index_) index_->joined(neighbour, cx);
  if (pings_of_old_) pings_of_old_->begin(cx);
  for (const Guid& guid : searches_.guids())
    if (OwnSearches::One* search = searches_.find(guid); search != nullptr && !is_walk(guid))
      send_query(neighbour, *search, ring(*search).value_or(self_.told->flat.ttl), cx);
}

void Plain::query(Neighbour& from, const Frame& frame, Cx& cx) {
  const Header& header = frame.header;
  if (!from.takes_query(cx.now)) {
    links_.drop(from, Drop::throttled);
    return;
  }
  const auto query = decode_query(frame.payload);
  if (!query) {
    links_.drop(from, Drop::malformed);
    return;
  }
  if (seen_.admit(header.guid, from.id, kMaxTtlHops, cx.now) != Routes::Seen::fresh) {
    if (is_walk(header.guid) && question().read(*query) && is_walker_in_reach())
      step(from, header.guid, *query, cx);
    else
      links_.drop(from, Drop::duplicate);
    return;
  }
  if (question().read(*query)) look_up(from, header, query->flags, cx);
  if (is_walker_in_reach()) step(from, header.guid, *query, cx);
  if (header.ttl <= 1) return;
  if (frame.payload.size() > kMaxQueryForward) {
    links_.drop(from, Drop::too_long);
    return;
  }
  links_.pass_on(from, frame.whole, after(header), Urgency::bulk, cx);
}

// The walker that was read.
void Plain::step(Neighbour& from, const Guid& id, const QueryMessage& query, Cx& cx) {
  stir();
  walks().arrived(from, id, *question().walker(), query, cx);
}

// Our own files, and those we answer for. Walkers look everywhere; where a query ends nobody behind
// us answers for us.
void Plain::look_up(Neighbour& from, const Header& header, std::uint16_t flags, Cx& cx) {
  const bool is_walker = question().walker().has_value();
  const bool is_end = header.ttl <= 1 || links_.counts().plain <= 1;
  if (index_ && !is_walker && !is_end && !index_->looks_up(header)) return;
  ask_host(question(), header, flags, from.id, cx);
  if (index_) index_->answer(from, question(), header, flags, cx);
}

void Plain::relay_hit(Neighbour& from, const Frame& frame, Neighbour* way, Cx& cx) {
  const Header& header = frame.header;
  const auto hop = is_walk(header.guid) ? Walks::after_hit(header, cx)
                   : header.ttl > 1     ? std::optional(after(header))
                                        : std::nullopt;
  if (way == &from || !hop) {
    links_.drop(from, Drop::no_route);
    return;
  }
  links_.pass(*way, frame.whole, *hop, Urgency::normal, cx);
}

// ---- the user's searches ----------------------------------------------------------------------

std::uint16_t Plain::flags(bool ggep) const {
  std::uint16_t flags = query_flags::kMark;
  if (ggep) flags |= query_flags::kGgepH | query_flags::kXml;
  if (self_.listen.port == 0) flags |= query_flags::kFirewalled;
  return flags;
}

void Plain::send_query(Neighbour& to, const OwnSearches::One& search, std::uint8_t ttl, Cx& cx) {
  Buffer message;
  append_asking(message, Header{search.guid, Type::query, ttl, 0, 0}, search.asking,
                flags(to.peer().ggep));
  links_.send(to, message, Urgency::normal, cx);
}

void Plain::flood(const OwnSearches::One& search, std::uint8_t ttl, Cx& cx) {
  for (Neighbour* neighbour : links_.open())
    send_query(*neighbour, search, ttl, cx);
}

// To the one that brought most hits; to all while nobody brought any.
void Plain::direct(const OwnSearches::One& search, Cx& cx) {
  Neighbour* const best = *std::ranges::max_element(links_.open(), {}, &Neighbour::useful);
  if (best->useful() > 0)
    send_query(*best, search, self_.told->flat.ttl, cx);
  else
    flood(search, self_.told->flat.ttl, cx);
}

// Checks come by datagrams: who cannot be called gets none, and floods.
void Plain::ask(OwnSearches::One& search, Cx& cx) {
  const FlatOptions& flat = self_.told->flat;
  search.may_repeat = flat.radius > 0;  // several nodes answer for one
  switch (flat.method) {
    case SearchMethod::ring: flood(search, rings().begin(search, cx.now), cx); break;
    case SearchMethod::walk:
      if (self_.listen.port != 0) {
        walks().begin(search, flat.walkers, flat.check_every, here(), flags(true), cx);
        return;
      }
      flood(search, flat.ttl, cx);
      break;
    case SearchMethod::directed: direct(search, cx); break;
    case SearchMethod::flood: flood(search, flat.ttl, cx); break;
  }
  if (!ring(search)) searches_.all_asked(search, cx.now);
}

void Plain::expire_role(Cx& cx) {
  while (rings_) {
    const auto due = rings_->due(searches_, draw_guid(cx.rng), cx.now);
    if (!due) break;
    seen_.admit(due->search->guid, LinkId{}, kMaxTtlHops, cx.now);
    flood(*due->search, due->ttl, cx);
    if (due->is_last) searches_.all_asked(*due->search, cx.now);
  }
  if (walks_) walks_->expire(cx);
  if (index_) index_->expire(cx);
  if (pings_of_old_) pings_of_old_->expire(cx);
}

}  // namespace

std::unique_ptr<Mode> make_plain(const ModeConfig& config) {
  return std::make_unique<Plain>(config);
}

}  // namespace p2p::gnutella
