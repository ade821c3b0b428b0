#include "protocols/gnutella/leaf.h"

#include <algorithm>

#include "protocols/gnutella/member.h"
#include "protocols/gnutella/promotion.h"

namespace p2p::gnutella {

namespace {

constexpr Duration kLeafTableGap = 10s;  // between two updates of the table at one ultrapeer
constexpr Duration kLookGap = 2s;        // between two looks at whether to promote, while alone
constexpr Duration kLookSeldom = 60s;    // the same while all is well

class Leaf final : public Member {
 public:
  explicit Leaf(const ModeConfig& config) : Member(config, Role::leaf) {}

 private:
  void joined(Neighbour& ultrapeer, Cx& cx) override;
  void parted(Neighbour& ultrapeer, Cx& cx) override;
  void query(Neighbour& from, const Frame& frame, Cx& cx) override;
  void relay_hit(Neighbour& from, const Frame&, Neighbour*, Cx&) override {
    links_.drop(from, Drop::no_route);
  }
  void relay_push(Neighbour& from, const Frame&, const Push&, Cx&) override {
    links_.drop(from, Drop::unexpected);
  }
  void table(Neighbour& from, const Frame&, Cx&) override { links_.drop(from, Drop::unexpected); }
  void vendor(Neighbour& from, const VendorMessage& message, const Header& header, Cx& cx) override;
  void ask(OwnSearches::One& search, Cx& cx) override;
  void shares_changed(Cx& cx) override { table_due_ = std::min(table_due_, cx.now + 1s); }
  void expire_role(Cx& cx) override;
  Time role_deadline() const override { return std::min(table_due_, look_due_); }
  std::size_t linked() const override { return links_.counts().ultrapeers; }
  std::size_t wanted() const override { return self_.told->limits.wanted_ultrapeers; }
  std::string state() const override;
  std::string why_role(Time now) const override;

  void send_query(Neighbour& to, const OwnSearches::One& search, Cx& cx);
  void tell_tables(Cx& cx);
  LeafStanding standing(Time now) const;
  void look(Cx& cx);

  Time table_due_ = kNever;
  Time look_due_ = Time{};  // the first wake
  Time alone_since_ = kNever;
  Duration patience_{};
};

void Leaf::joined(Neighbour& ultrapeer, Cx& cx) {
  alone_since_ = kNever;
  if (ultrapeer.peer().query_routing > 0) tell_table(ultrapeer, sharing_.table(), cx);
  // Who calls nobody can be called through its ultrapeers only.
  if (self_.listen.port == 0) send_vendor(ultrapeer, "LIME", 21, 1, self_.servent, {}, cx);
  for (const Guid& guid : searches_.guids())
    if (OwnSearches::One* search = searches_.find(guid)) send_query(ultrapeer, *search, cx);
}

void Leaf::parted(Neighbour&, Cx& cx) {
  if (linked() > 0) return;
  alone_since_ = cx.now;
  look_due_ = std::min(look_due_, cx.now + kLookGap);
}

// Ours to answer, and nobody else's.
void Leaf::query(Neighbour& from, const Frame& frame, Cx& cx) {
  const auto query = read_query(from, frame, cx);
  if (!query) return;
  if (seen_.admit(frame.header.guid, from.id, frame.header.ttl, cx.now) != Routes::Seen::fresh) {
    links_.drop(from, Drop::duplicate);
    return;
  }
  ask_host(question(), frame.header, query->flags, from.id, cx);
}

void Leaf::vendor(Neighbour& from, const VendorMessage& message, const Header& header, Cx& cx) {
  if (message.is("LIME", 22)) {  // it passes pushes on to us
    from.push_proxy = true;
  } else if (message.is("BEAR", 11)) {  // how many hits were kept of this query?
    const OwnSearches::One* search = searches_.find(header.guid);
    Buffer data;
    Writer(data).u16le(search == nullptr
                           ? std::uint16_t{0xffff}
                           : static_cast<std::uint16_t>(std::min(search->hits, 0xfffeU)));
    send_vendor(from, "BEAR", 12, 1, header.guid, data, cx);
  }
}

void Leaf::send_query(Neighbour& to, const OwnSearches::One& search, Cx& cx) {
  std::uint16_t flags =
      query_flags::kMark | query_flags::kXml | query_flags::kGgepH | query_flags::kGuided;
  if (self_.listen.port == 0) flags |= query_flags::kFirewalled;
  Buffer message;
  append_asking(message, Header{search.guid, Type::query, kMaxTtl, 0, 0}, search.asking, flags);
  links_.send(to, message, Urgency::normal, cx);
}

void Leaf::ask(OwnSearches::One& search, Cx& cx) {
  for (Neighbour* ultrapeer : links_.open())
    send_query(*ultrapeer, search, cx);
  searches_.all_asked(search, cx.now);
}

void Leaf::tell_tables(Cx& cx) {
  table_due_ = kNever;
  for (Neighbour* ultrapeer : links_.open()) {
    if (ultrapeer->peer().query_routing == 0) continue;
    if (ultrapeer->told() != nullptr && ultrapeer->aside->told_at + kLeafTableGap > cx.now)
      table_due_ = std::min(table_due_, ultrapeer->aside->told_at + kLeafTableGap);
    else
      tell_table(*ultrapeer, sharing_.table(), cx);
  }
}

LeafStanding Leaf::standing(Time now) const {
  LeafStanding standing;
  standing.reachable = self_.listen.port != 0;
  standing.link_speed = self_.told->link_speed;
  standing.up = now - started();
  standing.alone = alone_since_ == kNever ? Duration{} : now - alone_since_;
  standing.patience = patience_;
  standing.ultrapeers = linked();
  standing.knows_hosts = links_.greeting() > 0 || hosts_.earliest() <= now;
  standing.sent_away = sent_away_;
  return standing;
}

void Leaf::look(Cx& cx) {
  if (patience_ == Duration{}) {  // the first time
    const auto spread = static_cast<std::uint64_t>((kMostPatience - kLeastPatience).count());
    patience_ = kLeastPatience + Duration(static_cast<Duration::rep>(cx.rng.below(spread)));
    if (linked() == 0) alone_since_ = cx.now;
  }
  look_due_ = kNever;
  if (!self_.told->changes_role) return;
  const LeafStanding seen = standing(cx.now);
  sent_away_ = 0;
  if (should_promote(seen)) {
    cx.out.report(Become{"ultrapeer"});
    return;
  }
  look_due_ = cx.now + (linked() == 0 ? kLookGap : kLookSeldom);
}

void Leaf::expire_role(Cx& cx) {
  if (table_due_ <= cx.now) tell_tables(cx);
  if (look_due_ <= cx.now) look(cx);
}

std::string Leaf::state() const {
  const std::size_t count = linked();
  if (count == 0)
    return hosts_.size() == 0 ? "knows no ultrapeer to call" : "looks for an ultrapeer";
  return "leaf of " + std::to_string(count) + (count == 1 ? " ultrapeer" : " ultrapeers");
}

std::string Leaf::why_role(Time now) const {
  return gnutella::why_role(standing(now));
}

}  // namespace

std::unique_ptr<Mode> make_leaf(const ModeConfig& config) {
  return std::make_unique<Leaf>(config);
}

}  // namespace p2p::gnutella
