#include "protocols/gnutella/plain.h"

#include "protocols/gnutella/member.h"

namespace p2p::gnutella {

namespace {

class Plain final : public Member {
 public:
  explicit Plain(const ModeConfig& config) : Member(config, Role::plain) {}

 private:
  void joined(Neighbour& neighbour, Cx& cx) override;
  void query(Neighbour& from, const Frame& frame, Cx& cx) override;
  void relay_hit(Neighbour& from, const Frame& frame, Neighbour* way, Cx& cx) override;
  void relay_push(Neighbour& from, const Frame& frame, const Push& push, Cx& cx) override {
    pushes_.relay(from, frame, push, cx);
  }
  void table(Neighbour& from, const Frame&, Cx&) override { links_.drop(from, Drop::unexpected); }
  void vendor(Neighbour& from, const VendorMessage&, const Header&, Cx&) override {
    links_.drop(from, Drop::unexpected);
  }
  void ask(OwnSearches::One& search, Cx& cx) override;
  std::size_t linked() const override { return links_.counts().plain; }
  std::size_t wanted() const override { return self_.limits.wanted_plain; }
  std::string state() const override {
    const std::size_t count = linked();
    if (count == 0) return "no neighbour yet";
    return std::to_string(count) + (count == 1 ? " neighbour" : " neighbours");
  }

  void send_query(Neighbour& to, const OwnSearches::One& search, Cx& cx);
};

void Plain::joined(Neighbour& neighbour, Cx& cx) {
  for (const Guid& guid : searches_.guids())
    if (OwnSearches::One* search = searches_.find(guid)) send_query(neighbour, *search, cx);
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
    links_.drop(from, Drop::duplicate);
    return;
  }
  if (question().read(*query)) ask_host(question(), header, query->flags, from.id, cx);
  if (header.ttl <= 1) return;
  if (frame.payload.size() > kMaxQueryForward) {
    links_.drop(from, Drop::too_long);
    return;
  }
  links_.pass_on(from, frame.whole, after(header), Urgency::bulk, cx);
}

void Plain::relay_hit(Neighbour& from, const Frame& frame, Neighbour* way, Cx& cx) {
  const Header& header = frame.header;
  if (way == &from || header.ttl <= 1) {
    links_.drop(from, Drop::no_route);
    return;
  }
  links_.pass(*way, frame.whole, after(header), Urgency::normal, cx);
}

void Plain::send_query(Neighbour& to, const OwnSearches::One& search, Cx& cx) {
  std::uint16_t flags = query_flags::kMark;
  if (to.peer->ggep) flags |= query_flags::kGgepH | query_flags::kXml;
  if (self_.port == 0) flags |= query_flags::kFirewalled;
  Buffer message;
  append_asking(message, Header{search.guid, Type::query, config_.flat.ttl, 0, 0}, search.asking,
                flags);
  links_.send(to, message, Urgency::normal, cx);
}

void Plain::ask(OwnSearches::One& search, Cx& cx) {
  for (Neighbour* neighbour : links_.open())
    send_query(*neighbour, search, cx);
  searches_.all_asked(search, cx.now);
}

}  // namespace

std::unique_ptr<Mode> make_plain(const ModeConfig& config) {
  return std::make_unique<Plain>(config);
}

}  // namespace p2p::gnutella
