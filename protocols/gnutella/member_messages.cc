// Member's second half: what it does with each message that comes, and what it answers.
#include <algorithm>
#include <utility>

#include "protocols/gnutella/answers.h"
#include "protocols/gnutella/member.h"

namespace p2p::gnutella {

// ---- messages -------------------------------------------------------------------------------

void Member::message(Neighbour& from, const Frame& frame, Cx& cx) {
  from.unanswered = 0;
  if (!links_.is_fit(from, frame, cx)) return;
  if (frame.header.type != Type::query) stir();
  switch (frame.header.type) {
    case Type::ping: ping(from, frame, cx); return;
    case Type::pong: pong(from, frame, cx); return;
    case Type::bye: bye(from, frame, cx); return;
    case Type::push: push(from, frame, cx); return;
    case Type::query: query(from, frame, cx); return;
    case Type::hit: hit(from, frame, cx); return;
    case Type::qrp: table(from, frame, cx); return;
    case Type::vendor:
    case Type::vendor_relay: {
      const auto message = decode_vendor(frame.payload);
      if (!message)
        links_.drop(from, Drop::malformed);
      else
        vendor(from, *message, frame.header, cx);
      return;
    }
  }
  links_.drop(from, Drop::unknown);
}

// The tables of GUIDs are larger than the processor's cache. While one message is looked at, the
// places of the next one are fetched: a burst waits for memory once and not at each message.
void Member::ahead(Bytes ahead) {
  if (ahead.size() < kHeaderBytes) return;
  const auto type = static_cast<Type>(ahead[kTypeAt]);
  if (type != Type::query && type != Type::hit) return;
  const auto header = decode_header(ahead.first(kHeaderBytes));
  if (!header) return;
  seen_.expect(header->guid);
  const Bytes payload = ahead.subspan(kHeaderBytes);
  if (type == Type::query || !pushes_ || payload.size() < header->length) return;
  if (const auto servent = servent_of_hit(payload.first(header->length))) pushes_->expect(*servent);
}

void Member::send_vendor(Neighbour& to, std::string_view vendor, std::uint16_t selector,
                         std::uint16_t version, const Guid& guid, Bytes data, Cx& cx) {
  if (!to.peer().vendor_messages) return;
  VendorMessage message;
  std::ranges::copy(vendor.substr(0, 4), message.vendor.begin());
  message.selector = selector;
  message.version = version;
  message.data = data;
  Buffer payload;
  append_vendor(payload, message);
  links_.send(to, Header{guid, Type::vendor, 1, 0, 0}, payload, Urgency::control, cx);
}

void Member::ping(Neighbour& from, const Frame& frame, Cx& cx) {
  const PingFate fate = pinged(from, frame, cx);
  if (fate == PingFate::drop) return;
  const bool is_alone = fate == PingFate::answer_alone;
  const auto wish = is_alone ? Pings::Wish{} : pings_.asked(from, frame, cx);
  if (!wish) return;
  OwnPong self{here(from),         sharing_.files(), sharing_.bytes(),  self_.told->role,
               self_.told->limits, links_.counts(),  cx.now - started_, {}};
  if (wish->hosts) self.hosts = some_hosts(cx);
  pings_.answer(from, frame.header, self, !is_alone, cx);
}

void Member::pong(Neighbour& from, const Frame& frame, Cx& cx) {
  const auto pong = decode_pong(frame.payload);
  if (!pong) {
    links_.drop(from, Drop::malformed);
    return;
  }
  if (ponged(frame, cx)) return;
  if (from.kind == Kind::leaf || !may_connect(pong->endpoint)) return;
  pings_.keep(from, frame.header, *pong, cx.now);
  // A flat node calls anybody, the others ultrapeers only.
  if (self_.told->role == Role::plain || is_ultrapeer_mark(pong->kilobytes))
    learn(pong->endpoint, HostCache::Origin::told, cx);
  for (const Endpoint& host : told_hosts(*pong))
    learn(host, HostCache::Origin::told, cx);
  fill(cx);
}

void Member::bye(Neighbour& from, const Frame& frame, Cx& cx) {
  const auto bye = decode_bye(frame.payload);
  if (bye) {
    cx.out.report(Notice{Notice::Level::info, "gnutella: " + to_text(from.remote) + " says bye " +
                                                  std::to_string(bye->code) + ": " +
                                                  escaped(bye->text)});
  }
  from.said_bye = true;
  links_.bye(from, 200, "", Reason::done, cx);
}

void Member::hit(Neighbour& from, const Frame& frame, Cx& cx) {
  const auto servent = servent_of_hit(frame.payload);
  if (!servent) {
    links_.drop(from, Drop::malformed);
    return;
  }
  // What it says to hold, but no more than could be there: a record takes eleven bytes at least.
  const auto count = std::min(std::to_integer<std::uint32_t>(frame.payload.front()),
                              static_cast<std::uint32_t>(frame.payload.size() / 11));
  const Guid guid = frame.header.guid;
  if (OwnSearches::One* search = searches_.find(guid)) {
    const auto hit = decode_hit(frame.payload);
    if (!hit) {
      links_.drop(from, Drop::malformed);
      return;
    }
    pushes(cx).learn(*servent, from.id, cx.now);
    browsing().saw(*hit);
    from.was_useful();
    if (searches_.take(*search, *hit, sources_of(*hit), frame.header.hops + 1U, cx))
      search_over(guid);
    else
      came_in(guid, static_cast<std::uint32_t>(hit->records.size()), cx);
    return;
  }
  const auto way = seen_.find(guid);
  Neighbour* const back = way && *way != LinkId{} ? links_.find(*way) : nullptr;
  if (back == nullptr || frame.payload.size() > kMaxHitForward) {
    links_.drop(from, back == nullptr ? Drop::no_route : Drop::too_long);
    return;
  }
  pushes(cx).learn(*servent, from.id, cx.now);
  from.was_useful();
  came_in(guid, count, cx);
  relay_hit(from, frame, back, cx);
}

void Member::push(Neighbour& from, const Frame& frame, Cx& cx) {
  const auto push = decode_push(frame.payload);
  if (!push)
    links_.drop(from, Drop::malformed);
  else if (push->servent == self_.servent)
    pushes(cx).for_us(from, *push, cx);
  else
    relay_push(from, frame, *push, cx);
}

// ---- queries, hits, files -------------------------------------------------------------------

Endpoint Member::here() const {
  return links_.open().empty() ? self_.listen : here(*links_.open().front());
}

Question& Member::question() {
  thread_local Question question;
  return question;
}

std::optional<QueryMessage> Member::read_query(Neighbour& from, const Frame& frame, Cx& cx) {
  if (!from.takes_query(cx.now)) {
    links_.drop(from, Drop::throttled);
    return std::nullopt;
  }
  const auto query = decode_query(frame.payload);
  if (!query || !question().read(*query)) {
    links_.drop(from, Drop::malformed);
    return std::nullopt;
  }
  return *query;
}

void Member::ask_host(const Question& question, const Header& header, std::uint16_t flags,
                      LinkId from, Cx& cx) {
  const bool may = question.sha1() ? sharing_.may_have(*question.sha1())
                                   : sharing_.may_have(question.products());
  if (!may) return;
  const bool both_firewalled = self_.listen.port == 0 && (flags & query_flags::kFirewalled) != 0;
  if (both_firewalled) return;
  Asker asker{header.guid, from, header.hops, (flags & query_flags::kGgepH) != 0,
              (flags & query_flags::kXml) != 0};
  if (question.walker()) {
    asker.origin = question.walker()->origin;
    asker.hops = most_hops(self_.told->flat);  // of all its steps the header says no more
  }
  cx.out.report(Asked{ticket_of(asker), question.query()});
}

void Member::answer(const Answer& answer, Cx& cx) {
  const Asker asker = asker_of(answer.ticket);
  Neighbour* const to = links_.find(asker.link);
  if (to == nullptr) return;
  HitMessage hit = hit_of_ours(self_.servent, here(*to), self_.told->link_speed);
  if (answer.free_slot) hit.busy = !*answer.free_slot;
  if (self_.listen.port == 0)
    for (const Neighbour* one : links_.open())
      if (one->push_proxy && one->kind == Kind::ultrapeer && hit.push_proxies.size() < kMaxProxies)
        hit.push_proxies.push_back(one->reachable_at());
  tell_origin(asker, answer.files.size(), cx);
  for (const Buffer& message :
       answers_of(answer.files, std::move(hit), asker, most_hops(self_.told->flat)))
    links_.send(*to, message, Urgency::normal, cx);
}

// A walker's hits are long on their way: its origin is told at once that they are.
void Member::tell_origin(const Asker& asker, std::size_t hits, Cx& cx) {
  if (hits == 0 || asker.origin.port == 0 || !may_connect(asker.origin)) return;
  WalkNote note;
  note.kind = WalkNote::Kind::found;
  note.query = asker.query;
  note.hits = static_cast<std::uint8_t>(std::min(hits, kHitsPerAnswer));
  links_.send_note(asker.origin, note, cx);
}

void Member::tell_table(Neighbour& to, const QrpTable& table, Cx& cx) {
  for (const Buffer& payload : qrp_update(to.told(), table))
    links_.send(to, Header{draw_guid(cx.rng), Type::qrp, 1, 0, 0}, payload, Urgency::control, cx);
  Neighbour::Aside& aside = to.aside.change();
  aside.told = std::make_unique<QrpTable>(table);
  aside.told_at = cx.now;
}

bool Member::web_request(const Neighbour& from, Bytes first, Cx& cx) {
  if (PushProxy::is_for(first)) return pushes(cx).accept(from.id, from.remote.address, first, cx);
  return browsing().request(from.id, first,
                            hit_of_ours(self_.servent, here(from), self_.told->link_speed), cx);
}

}  // namespace p2p::gnutella
