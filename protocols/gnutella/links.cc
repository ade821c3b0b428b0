#include "protocols/gnutella/links.h"

#include <algorithm>
#include <utility>

#include "protocols/base/soon.h"

namespace p2p::gnutella {

namespace {

// What a burst needs, and no longer than the verb: one thread has one for all its nodes.
struct Desk {
  static constexpr std::size_t kMostWriters = 64;

  Buffer scratch;
  std::vector<std::unique_ptr<FrameWriter>> writers;  // empty, with memory from earlier bursts
  std::vector<LinkId> dirty;                          // for whom something waits
  // What pass_on() sends to those that nothing else waits for; empty: nothing yet.
  Buffer for_all;
  std::vector<LinkId> to_all;
};
Desk& desk() {
  thread_local Desk desk;
  return desk;
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
  if (!tallies_) return;
  of.aside.change().tally.drop(reason);
  sums_.change().total.drop(reason);
}

void Links::count(const Neighbour& neighbour, int by) {
  std::uint32_t& count = neighbour.kind == Kind::leaf        ? counts_.leaves
                         : neighbour.kind == Kind::ultrapeer ? counts_.ultrapeers
                                                             : counts_.plain;
  count += static_cast<std::uint32_t>(by);
}

void Links::expect() const {
  if (const Sums* const sums = sums_.changed()) needed_soon(sums, sizeof(Sums));
}

Neighbour* Links::find(LinkId link) {
  Neighbour* const found = all_.find(link);
  return found == nullptr || found->state != Neighbour::State::open ? nullptr : found;
}

bool Links::is_dialling(const Endpoint& to) const {
  const auto all = all_.all();
  return std::any_of(all.begin(), all.end(),
                     [&](const Neighbour* one) { return !one->inbound && one->remote == to; });
}

// ---- the beginning --------------------------------------------------------------------------

void Links::dial(const Endpoint& to, Cx& cx) {
  const LinkId link = cx.out.dial(to);
  Neighbour& neighbour = all_.add(link);
  neighbour.remote = to;
  neighbour.since = cx.now;
  neighbour.aside.change().deadline = cx.now + kDialPatience;
  std::vector<Endpoint>* const old = old_way_.changed();
  neighbour.old_way = old != nullptr && std::erase(*old, to) > 0;
}

void Links::up(LinkId link, const LinkInfo& info, Cx& cx) {
  Neighbour* known = all_.find(link);
  if (known == nullptr) {
    if (greeting() >= kMostGreeting) {
      cx.out.close(link, Reason::policy);
      return;
    }
    known = &all_.add(link);
    known->inbound = info.inbound;
  }
  Neighbour& neighbour = *known;
  neighbour.remote = info.remote;
  neighbour.local = info.local;
  neighbour.since = cx.now;
  if (info.greeted) {
    neighbour.kind = kind_from_text(info.role);
    neighbour.ungreeted = true;
    neighbour.listens = info.remote.port;
    begin(neighbour, cx);
    return;
  }
  neighbour.state = Neighbour::State::greeting;
  Neighbour::Aside& aside = neighbour.aside.change();
  aside.deadline = cx.now + kGreetingPatience;
  aside.handshake = std::make_unique<Handshake>(
      neighbour.inbound   ? Handshake::acceptor()
      : neighbour.old_way ? Handshake::initiator_04()
                          : Handshake::initiator(user_.first_block(neighbour)));
  say(neighbour, cx);
}

void Links::say(Neighbour& neighbour, Cx& cx) {
  const std::string words = neighbour.aside->handshake->take_output();
  if (!words.empty()) cx.out.send(neighbour.id, bytes_of(words), Urgency::control);
}

void Links::greet(Neighbour& neighbour, Bytes bytes, Cx& cx) {
  const LinkId link = neighbour.id;
  Handshake& handshake = *neighbour.aside->handshake;
  if (neighbour.inbound && looks_like_web(bytes) && user_.web_request(neighbour, bytes, cx)) {
    all_.take(link);
    return;
  }
  Handshake::State state = handshake.feed(bytes);
  if (state == Handshake::State::decide) {
    neighbour.said(handshake.peer());
    state = handshake.answer(user_.decide(neighbour, cx));
  }
  say(neighbour, cx);
  switch (state) {
    case Handshake::State::reading:
    case Handshake::State::decide: return;
    case Handshake::State::open: open(neighbour, cx); return;
    case Handshake::State::refused:
      neighbour.said(handshake.peer());
      end(link, Reason::refused, true, cx);
      return;
    case Handshake::State::broken: end(link, Reason::protocol, false, cx); return;
  }
}

void Links::open(Neighbour& neighbour, Cx& cx) {
  const std::unique_ptr<Handshake> handshake = std::move(neighbour.aside.change().handshake);
  neighbour.said(handshake->peer());
  if (handshake->inflates()) neighbour.aside.change().reader = std::make_unique<FrameReader>(true);
  if (handshake->deflates()) neighbour.aside.change().writer = std::make_unique<FrameWriter>(true);
  const Buffer rest = handshake->take_leftover();
  const LinkId link = neighbour.id;
  begin(neighbour, cx);
  if (!rest.empty() && find(link) != nullptr) read(neighbour, rest, cx);
}

void Links::begin(Neighbour& neighbour, Cx& cx) {
  neighbour.state = Neighbour::State::open;
  neighbour.since = neighbour.quiet_since = cx.now;
  all_.open(neighbour.id);
  count(neighbour, 1);
  user_.opened(neighbour, cx);
}

// ---- messages -------------------------------------------------------------------------------

void Links::greet(LinkId link, Bytes bytes, Cx& cx) {
  Neighbour* const from = all_.find(link);
  if (from != nullptr && from->state == Neighbour::State::greeting) greet(*from, bytes, cx);
}

// A reader stays with the link if it holds something: part of a frame or a zlib stream.
void Links::read(Neighbour& sender, Bytes bytes, Cx& cx) {
  const LinkId link = sender.id;
  Neighbour* from = &sender;
  from->quiet_since = cx.now;
  std::unique_ptr<FrameReader> kept;
  if (Neighbour::Aside* const aside = from->aside.changed()) kept = std::move(aside->reader);
  FrameReader passing(false);
  FrameReader& reader = kept ? *kept : passing;
  reader.feed(bytes);
  while (from != nullptr) {
    const auto next = reader.next();
    if (!next) {
      cx.out.report(Notice{Notice::Level::info, "gnutella: link to " + to_text(from->remote) +
                                                    " ends: " + next.error().detail});
      // What is out of step cannot be told anything (gnutella.md, section 2): no BYE.
      end(link, Reason::protocol, false, cx);
      return;
    }
    if (!*next) {
      if (reader.is_between_frames()) return;
      if (!kept) kept = std::make_unique<FrameReader>(std::move(passing));
      from->aside.change().reader = std::move(kept);
      return;
    }
    const Frame& frame = **next;
    if (tallies_) count_in(*from, frame);
    if (watch_) watch_in(*from, frame, cx.now);
    user_.ahead(reader.ahead());
    const std::uint32_t forgotten = forgotten_;
    user_.message(*from, frame, cx);
    if (forgotten_ != forgotten) from = find(link);  // it may be gone
  }
}

void Links::count_in(Neighbour& from, const Frame& frame) {
  const Header& header = frame.header;
  from.aside.change().tally.in(header.type, frame.whole.size());
  Sums& sums = sums_.change();
  sums.total.in(header.type, frame.whole.size());
  if (header.type == Type::query) sums.shape.query(header.hops, header.ttl);
  if (header.type == Type::hit) sums.shape.hit(header.hops);
}

void Links::watch_in(const Neighbour& from, const Frame& frame, Time now) {
  if (const auto kind = watch_->traffic ? place_of(frame.header.type) : std::nullopt)
    watch_->traffic->in(*kind, frame.whole.size());
  if (watch_->trail) add_to_trail(from, frame.header, false, now);
}

void Links::watch_out(const Neighbour& to, Bytes message, Time now) {
  const auto type = static_cast<Type>(message[kTypeAt]);
  if (const auto kind = watch_->traffic ? place_of(type) : std::nullopt)
    watch_->traffic->out(*kind, message.size());
  if (!watch_->trail) return;
  if (const auto header = decode_header(message.first(kHeaderBytes)))
    add_to_trail(to, *header, true, now);
}

// A hit bears the GUID of the query that it answers.
void Links::add_to_trail(const Neighbour& link, const Header& header, bool is_out, Time now) {
  using enum TrailStep::What;
  if (header.type != Type::query && header.type != Type::hit) return;
  const bool is_query = header.type == Type::query;
  const auto what = is_query ? (is_out ? query_out : query_in) : (is_out ? answer_out : answer_in);
  watch_->trail->add({now, header.guid, link.local, link.remote, what});
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
  const std::size_t waits = cx.out.queued(to.id) + waiting(to);
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
  writer(to).write(message);
  sent(to, message, cx.now);
}

void Links::send(Neighbour& to, const Header& header, Bytes payload, Urgency urgency, Cx& cx) {
  Buffer& message = desk().scratch;
  message.clear();
  append_message(message, header, payload);
  send(to, message, urgency, cx);
}

void Links::pass(Neighbour& to, Bytes message, Hop hop, Urgency urgency, Cx& cx) {
  if (!may_send(to, message, urgency, cx)) return;
  writer(to).pass(message, hop);
  sent(to, message, cx.now);
}

void Links::pass_on(const Neighbour& from, Bytes message, Hop hop, Urgency urgency, Cx& cx) {
  Desk& of = desk();
  const bool is_first = of.for_all.empty();
  if (is_first) pass_message(message, hop, of.for_all);
  bool any = false;
  for (const Neighbour* const to : open())  // some lie far away in a large laboratory
    needed_soon(to);
  for (Neighbour* const to : open()) {
    if (to == &from || !may_send(*to, message, urgency, cx)) continue;
    if (is_first && to->writer() == nullptr)  // alone in its burst so far
      any = true;
    else
      writer(*to).pass(message, hop);
    sent(*to, message, cx.now);
  }
  if (is_first && !any) of.for_all.clear();
}

void Links::sent(Neighbour& to, Bytes message, Time now) {
  const auto type = static_cast<Type>(message[kTypeAt]);
  if (tallies_) {
    to.aside.change().tally.out(type, message.size());
    sums_.change().total.out(type, message.size());
  }
  if (watch_) watch_out(to, message, now);
  if (to.dirty) return;
  to.dirty = true;
  desk().dirty.push_back(to.id);
}

// How many bytes of this verb's burst wait for it.
std::size_t Links::waiting(Neighbour& to) {
  if (const FrameWriter* const writer = to.writer()) return writer->waiting();
  return to.dirty ? desk().for_all.size() : 0;
}

FrameWriter& Links::writer(Neighbour& to) {
  if (FrameWriter* const writer = to.writer()) return *writer;
  std::unique_ptr<FrameWriter>& fresh = to.aside.change().writer;
  std::vector<std::unique_ptr<FrameWriter>>& spare = desk().writers;
  if (spare.empty()) {
    fresh = std::make_unique<FrameWriter>(false);
  } else {
    fresh = std::move(spare.back());
    spare.pop_back();
  }
  if (to.dirty) fresh->write(desk().for_all);  // it is not alone any more
  return *fresh;
}

void Links::send_note(const Endpoint& to, const WalkNote& note, Cx& cx) {
  const Buffer datagram = to_bytes(note);
  if (watch_ && watch_->traffic) watch_->traffic->out(place_of(note), datagram.size());
  cx.out.send_to(to, datagram);
}

void Links::note_came(const WalkNote& note, std::size_t bytes) {
  if (watch_ && watch_->traffic) watch_->traffic->in(place_of(note), bytes);
}

void Links::flush(Cx& cx) {
  Desk& of = desk();
  if (of.dirty.empty()) return;
  for (const LinkId link : of.dirty) {
    Neighbour* const to = find(link);
    if (to == nullptr) continue;
    to->dirty = false;
    FrameWriter* const writer = to->writer();
    if (writer == nullptr) {
      of.to_all.push_back(link);
      continue;
    }
    send_to_all(cx);
    cx.out.send(link, writer->flush(), Urgency::control);
    if (!writer->deflates() && of.writers.size() < Desk::kMostWriters)
      of.writers.push_back(std::move(to->aside.change().writer));
  }
  send_to_all(cx);
  of.for_all.clear();
  of.dirty.clear();
}

void Links::send_to_all(Cx& cx) {
  Desk& of = desk();
  if (!of.to_all.empty()) cx.out.send(of.to_all, of.for_all, Urgency::control);
  of.to_all.clear();
}

// ---- the end --------------------------------------------------------------------------------

void Links::bye(Neighbour& neighbour, std::uint16_t code, std::string_view text, Reason why,
                Cx& cx) {
  const LinkId link = neighbour.id;
  if (neighbour.state == Neighbour::State::open && neighbour.peer().bye && !neighbour.said_bye) {
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
  Neighbour* const found = all_.find(link);
  if (found == nullptr) return;
  Neighbour& neighbour = *found;
  // Closed at our first words: perhaps it only knows 0.4.
  const bool silent = neighbour.state == Neighbour::State::greeting && !neighbour.inbound &&
                      !neighbour.old_way && neighbour.peer().agent.empty();
  if (silent && user_.greets_old_way() && old_way_->size() < kMostGreeting) {
    const Endpoint to = neighbour.remote;
    if (std::ranges::find(*old_way_, to) == old_way_->end()) old_way_.change().push_back(to);
    all_.take(link);
    dial(to, cx);
    return;
  }
  forgotten(*forget(link), why, false, cx);
}

void Links::end(LinkId link, Reason why, bool refused, Cx& cx) {
  const Neighbours::Owned gone = forget(link);
  if (!gone) return;
  cx.out.close(link, why);
  forgotten(*gone, why, refused, cx);
}

void Links::forgotten(Neighbour& gone, Reason why, bool refused, Cx& cx) {
  if (gone.state == Neighbour::State::open)
    user_.lost(gone, why, cx);
  else
    user_.not_opened(gone, refused, cx);
}

Neighbours::Owned Links::forget(LinkId link) {
  Neighbours::Owned gone = all_.take(link);
  if (!gone) return nullptr;
  ++forgotten_;
  if (gone->state == Neighbour::State::open) count(*gone, -1);
  return gone;
}

void Links::expire(Cx& cx) {
  std::vector<LinkId> late;
  for (const Neighbour* one : all_.not_open())
    if (one->aside->deadline <= cx.now) late.push_back(one->id);
  for (const LinkId link : late)
    end(link, Reason::timeout, false, cx);
}

Time Links::deadline() const {
  Time first = kNever;
  for (const Neighbour* one : all_.not_open())
    first = std::min(first, one->aside->deadline);
  return first;
}

void Links::pack(Packer& out, const Endpoint& listen, Time started) const {
  out.refuse(!sums_.is_usual() || watch_ || !old_way_.is_usual());
  out.put(out.narrow<std::uint16_t>(forgotten_));
  all_.pack(out, listen, started);
}

void Links::unpack(Unpacker& in, const Endpoint& listen, Time started) {
  forgotten_ = in.take<std::uint16_t>();
  all_.unpack(in, listen, started);
  for (const Neighbour* const one : open())
    count(*one, 1);
}

void Links::describe(Report& report) const {
  if (watch_ && watch_->traffic) report.traffic = watch_->traffic->rows();
  for (const Neighbour* const one : all_.all()) {
    const Neighbour& neighbour = *one;
    if (report.peers.size() >= report.max_peers) break;
    const Tally& tally = neighbour.aside->tally;
    PeerRow& row = report.peers.emplace_back();
    row.link = neighbour.id;
    row.endpoint = neighbour.remote;
    row.agent = neighbour.peer().agent;
    row.inbound = neighbour.inbound;
    row.since = neighbour.since;
    row.received = tally.in();
    row.sent = tally.out();
    row.counters = tally.rows();
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
