#include "protocols/gnutella/links.h"

#include <algorithm>
#include <utility>

namespace p2p::gnutella {

namespace {

std::uint64_t key_of(const Endpoint& endpoint) {
  return (std::uint64_t{endpoint.address} << 16U) | endpoint.port;
}

// An HTTP request, as far as the first bytes tell.
bool looks_like_web(Bytes bytes) {
  const std::string_view text = text_of(bytes);
  return text.starts_with("GET ") || text.starts_with("HEAD ");
}

}  // namespace

std::string_view to_text(Kind kind) {
  switch (kind) {
    case Kind::plain: return "peer";
    case Kind::leaf: return "leaf";
    case Kind::ultrapeer: return "ultrapeer";
  }
  return "";
}

Kind kind_from_text(std::string_view text) {
  if (text == "leaf") return Kind::leaf;
  return text == "ultrapeer" ? Kind::ultrapeer : Kind::plain;
}

void Links::drop(Neighbour& of, Drop reason) {
  of.tally.drop(reason);
  total_.drop(reason);
}

void Links::count(const Neighbour& neighbour, int by) {
  std::size_t& count = neighbour.kind == Kind::leaf        ? counts_.leaves
                       : neighbour.kind == Kind::ultrapeer ? counts_.ultrapeers
                                                           : counts_.plain;
  count = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(count) + by);
}

Neighbour* Links::find(LinkId link) {
  const auto at = all_.find(link);
  return at == all_.end() || at->second.state != Neighbour::State::open ? nullptr : &at->second;
}

bool Links::is_dialling(const Endpoint& to) const {
  return std::ranges::any_of(
      all_, [&](const auto& item) { return !item.second.inbound && item.second.remote == to; });
}

// ---- the beginning --------------------------------------------------------------------------

void Links::dial(const Endpoint& to, Cx& cx) {
  const LinkId link = cx.out.dial(to);
  Neighbour& neighbour = all_[link];
  neighbour.id = link;
  neighbour.remote = to;
  neighbour.since = cx.now;
  neighbour.deadline = cx.now + kDialPatience;
  neighbour.old_way = old_way_.erase(key_of(to)) > 0;
}

void Links::up(LinkId link, const LinkInfo& info, Cx& cx) {
  if (!all_.contains(link)) {
    if (greeting() >= kMostGreeting) {
      cx.out.close(link, Reason::policy);
      return;
    }
    all_[link].inbound = info.inbound;
  }
  Neighbour& neighbour = all_[link];
  neighbour.id = link;
  neighbour.remote = info.remote;
  neighbour.local = info.local;
  neighbour.since = cx.now;
  if (info.greeted) {
    neighbour.kind = kind_from_text(info.role);
    neighbour.peer = greeting_as(neighbour.kind, info.remote);
    neighbour.reader.emplace(false);
    neighbour.writer.emplace(false);
    begin(neighbour, cx);
    return;
  }
  neighbour.state = Neighbour::State::greeting;
  neighbour.deadline = cx.now + kGreetingPatience;
  neighbour.handshake = neighbour.inbound   ? Handshake::acceptor()
                        : neighbour.old_way ? Handshake::initiator_04()
                                            : Handshake::initiator(user_.first_block(neighbour));
  say(neighbour, cx);
}

void Links::say(Neighbour& neighbour, Cx& cx) {
  const std::string words = neighbour.handshake->take_output();
  if (!words.empty()) cx.out.send(neighbour.id, bytes_of(words), Urgency::control);
}

void Links::greet(Neighbour& neighbour, Bytes bytes, Cx& cx) {
  const LinkId link = neighbour.id;
  Handshake& handshake = *neighbour.handshake;
  if (neighbour.inbound && looks_like_web(bytes) && user_.web_request(neighbour, bytes, cx)) {
    all_.erase(link);
    return;
  }
  Handshake::State state = handshake.feed(bytes);
  if (state == Handshake::State::decide) {
    neighbour.peer = handshake.peer();
    state = handshake.answer(user_.decide(neighbour, cx));
  }
  say(neighbour, cx);
  switch (state) {
    case Handshake::State::reading:
    case Handshake::State::decide: return;
    case Handshake::State::open: open(neighbour, cx); return;
    case Handshake::State::refused:
      neighbour.peer = handshake.peer();
      end(link, Reason::refused, true, cx);
      return;
    case Handshake::State::broken: end(link, Reason::protocol, false, cx); return;
  }
}

void Links::open(Neighbour& neighbour, Cx& cx) {
  neighbour.peer = neighbour.handshake->peer();
  neighbour.reader.emplace(neighbour.handshake->inflates());
  neighbour.writer.emplace(neighbour.handshake->deflates());
  const Buffer rest = neighbour.handshake->take_leftover();
  neighbour.handshake.reset();
  const LinkId link = neighbour.id;
  begin(neighbour, cx);
  if (!rest.empty() && find(link) != nullptr) read(link, rest, cx);
}

void Links::begin(Neighbour& neighbour, Cx& cx) {
  neighbour.state = Neighbour::State::open;
  neighbour.since = neighbour.heard = cx.now;
  if (neighbour.kind == Kind::leaf)
    neighbour.queries = TokenBucket(kLeafQueriesPerSecond, kLeafQueryBurst);
  open_.push_back(&neighbour);
  count(neighbour, 1);
  user_.opened(neighbour, cx);
}

// ---- messages -------------------------------------------------------------------------------

void Links::receive(LinkId link, Bytes bytes, Cx& cx) {
  const auto at = all_.find(link);
  if (at == all_.end()) return;
  if (at->second.state == Neighbour::State::greeting)
    greet(at->second, bytes, cx);
  else if (at->second.state == Neighbour::State::open)
    read(link, bytes, cx);
}

void Links::read(LinkId link, Bytes bytes, Cx& cx) {
  Neighbour* from = find(link);
  from->reader->feed(bytes);
  from->heard = cx.now;
  while (from != nullptr) {
    const auto next = from->reader->next();
    if (!next) {
      cx.out.report(Notice{Notice::Level::info, "gnutella: link to " + to_text(from->remote) +
                                                    " ends: " + next.error().detail});
      // What is out of step cannot be told anything (gnutella.md, section 2): no BYE.
      end(link, Reason::protocol, false, cx);
      return;
    }
    if (!*next) return;
    const Frame& frame = **next;
    from->tally.in(frame.header.type, frame.whole.size());
    total_.in(frame.header.type, frame.whole.size());
    count_shape(frame.header);
    if (trail_) add_to_trail(*from, frame.header, false, cx.now);
    user_.expect(from->reader->ahead());
    const std::uint64_t forgotten = forgotten_;
    user_.message(*from, frame, cx);
    if (forgotten_ != forgotten) from = find(link);  // it may be gone
  }
}

void Links::count_shape(const Header& header) {
  if (header.type == Type::query) shape_.query(header.hops, header.ttl);
  if (header.type == Type::hit) shape_.hit(header.hops);
}

// A hit bears the GUID of the query that it answers.
void Links::add_to_trail(const Neighbour& link, const Header& header, bool is_out, Time now) {
  using enum TrailStep::What;
  if (header.type != Type::query && header.type != Type::hit) return;
  const bool is_query = header.type == Type::query;
  const auto what = is_query ? (is_out ? query_out : query_in) : (is_out ? answer_out : answer_in);
  trail_->add({now, header.guid, link.local, link.remote, what});
}

bool Links::is_fit(Neighbour& from, const Frame& frame, Cx& cx) {
  const Header& header = frame.header;
  const std::size_t size = frame.payload.size();
  const std::size_t most = header.type == Type::query ? kMaxQueryPayload
                           : header.type == Type::hit ? kMaxPayload
                                                      : kMaxOtherPayload;
  if (size > most) {
    cx.out.report(Notice{Notice::Level::info, "gnutella: " + to_text(from.remote) +
                                                  " sent too large a " +
                                                  std::string(to_text(header.type))});
    bye(from, 400,
        "Too large " + std::string(to_text(header.type)) + " message (" + std::to_string(size) +
            " bytes)",
        Reason::protocol, cx);
    return false;
  }
  if (header.ttl == 0) {
    drop(from, Drop::dead_ttl);
    return false;
  }
  if (header.ttl + header.hops > most_hops_) {
    drop(from, Drop::far);
    if (header.type == Type::query && header.hops <= 2 && ++from.far_queries > kFarQueries)
      bye(from, 403, "Too high TTL", Reason::protocol, cx);
    return false;
  }
  return true;
}

bool Links::may_send(Neighbour& to, Bytes message, Urgency urgency, const Cx& cx) {
  if (to.state != Neighbour::State::open || message.size() < kHeaderBytes) return false;
  const std::size_t waits = cx.out.queued(to.id) + to.writer->waiting();
  const std::size_t limit = urgency == Urgency::bulk     ? kQueueHigh
                            : urgency == Urgency::normal ? kQueueFull
                                                         : kQueueMost;
  if (waits + message.size() > limit) {
    drop(to, Drop::flow);
    return false;
  }
  return true;
}

void Links::send(Neighbour& to, Bytes message, Urgency urgency, Cx& cx) {
  if (!may_send(to, message, urgency, cx)) return;
  to.writer->write(message);
  sent(to, message, cx.now);
}

void Links::send(Neighbour& to, const Header& header, Bytes payload, Urgency urgency, Cx& cx) {
  scratch_.clear();
  append_message(scratch_, header, payload);
  send(to, scratch_, urgency, cx);
}

void Links::pass(Neighbour& to, Bytes message, Hop hop, Urgency urgency, Cx& cx) {
  if (!may_send(to, message, urgency, cx)) return;
  to.writer->pass(message, hop);
  sent(to, message, cx.now);
}

void Links::sent(Neighbour& to, Bytes message, Time now) {
  const auto type = static_cast<Type>(message[kTypeAt]);
  to.tally.out(type, message.size());
  total_.out(type, message.size());
  if (trail_)
    if (const auto header = decode_header(message.first(kHeaderBytes)))
      add_to_trail(to, *header, true, now);
  if (!std::exchange(to.dirty, true)) dirty_.push_back(to.id);
}

void Links::flush(Cx& cx) {
  for (const LinkId link : std::exchange(dirty_, {})) {
    Neighbour* to = find(link);
    if (to == nullptr) continue;
    to->dirty = false;
    cx.out.send(link, to->writer->flush(), Urgency::control);
  }
}

// ---- the end --------------------------------------------------------------------------------

void Links::bye(Neighbour& neighbour, std::uint16_t code, std::string_view text, Reason why,
                Cx& cx) {
  const LinkId link = neighbour.id;
  if (neighbour.state == Neighbour::State::open && neighbour.peer.bye) {
    Buffer payload;
    append_bye(payload, Bye{code, text});
    Buffer message;
    append_message(message, Header{Guid{}, Type::bye, 1, 0, 0}, payload);
    send(neighbour, message, Urgency::control, cx);
    flush(cx);
  }
  end(link, why, false, cx);
}

void Links::down(LinkId link, Reason why, Cx& cx) {
  const auto at = all_.find(link);
  if (at == all_.end()) return;
  Neighbour& neighbour = at->second;
  // Closed at our first words: perhaps it only knows 0.4.
  const bool silent = neighbour.state == Neighbour::State::greeting && !neighbour.inbound &&
                      !neighbour.old_way && neighbour.peer.agent.empty();
  if (silent && user_.greets_old_way() && old_way_.size() < kMostGreeting) {
    const Endpoint to = neighbour.remote;
    old_way_.insert(key_of(to));
    all_.erase(at);
    dial(to, cx);
    return;
  }
  const bool was_open = neighbour.state == Neighbour::State::open;
  Neighbour gone = std::move(neighbour);
  forget(link);
  if (was_open)
    user_.lost(gone, why, cx);
  else
    user_.not_opened(gone, false, cx);
}

void Links::end(LinkId link, Reason why, bool refused, Cx& cx) {
  const auto at = all_.find(link);
  if (at == all_.end()) return;
  const bool was_open = at->second.state == Neighbour::State::open;
  Neighbour gone = std::move(at->second);
  forget(link);
  cx.out.close(link, why);
  if (was_open)
    user_.lost(gone, why, cx);
  else
    user_.not_opened(gone, refused, cx);
}

void Links::forget(LinkId link) {
  const auto at = all_.find(link);
  if (at == all_.end()) return;
  ++forgotten_;
  const auto place = std::ranges::find(open_, &at->second);
  if (place != open_.end()) {
    *place = open_.back();
    open_.pop_back();
    count(at->second, -1);
  }
  all_.erase(at);
}

void Links::expire(Cx& cx) {
  std::vector<LinkId> late;
  for (const auto& [link, neighbour] : all_)
    if (neighbour.state != Neighbour::State::open && neighbour.deadline <= cx.now)
      late.push_back(link);
  for (const LinkId link : late)
    end(link, Reason::timeout, false, cx);
}

Time Links::deadline() const {
  if (open_.size() == all_.size()) return kNever;
  Time first = kNever;
  for (const auto& [link, neighbour] : all_)
    if (neighbour.state != Neighbour::State::open) first = std::min(first, neighbour.deadline);
  return first;
}

void Links::describe(Report& report) const {
  for (const auto& [link, neighbour] : all_) {
    if (report.peers.size() >= report.max_peers) break;
    PeerRow& row = report.peers.emplace_back();
    row.link = link;
    row.endpoint = neighbour.remote;
    row.agent = neighbour.peer.agent;
    row.inbound = neighbour.inbound;
    row.since = neighbour.since;
    row.received = neighbour.tally.in();
    row.sent = neighbour.tally.out();
    row.counters = neighbour.tally.rows();
    switch (neighbour.state) {
      case Neighbour::State::dialling: row.state = "connecting"; break;
      case Neighbour::State::greeting: row.state = "greeting"; break;
      case Neighbour::State::open:
        row.state = "up";
        row.role = to_text(neighbour.kind);
        break;
    }
  }
  std::ranges::sort(report.peers, {}, &PeerRow::since);
}

}  // namespace p2p::gnutella
